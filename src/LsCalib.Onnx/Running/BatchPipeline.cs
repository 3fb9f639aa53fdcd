using System.Collections.Concurrent;
using System.Globalization;
using LsCalib.Core.Scores;

namespace LsCalib.Onnx.Running;

/// <summary>Reads the next row: its features and its label. False at the end.</summary>
public delegate bool ReadRow(Span<double> features, out int label);

/// <summary>What a run over a data set leaves.</summary>
/// <param name="Matrix">Makes the matrix, once it is known what the scores are.</param>
/// <param name="ColumnCount">Columns of the model's output: K, or 1 for a binary model.</param>
/// <param name="Labels">True classes [N].</param>
/// <param name="Kept">Which rows, or positions of samples, the others being ignored, are left; null: all.</param>
public sealed record ModelRun(Func<ScoreKind, ScoreMatrix> Matrix, int ColumnCount, int[] Labels, KeptRows? Kept);

/// <summary>
/// Streams rows through a model: one thread reads and converts, the other runs the model. A few batches exist at a
/// time, so memory does not grow with rows times features.
/// </summary>
public sealed class BatchPipeline
{
    private const int BatchesInFlight = 3;
    private readonly OnnxClassifier _model;
    private readonly IReadOnlyList<InputPlan> _inputs;
    private readonly Preprocessing _preprocessing;
    private readonly int? _fixedBatch;

    /// <param name="model">The model.</param>
    /// <param name="inputs">Where each input takes its numbers from.</param>
    /// <param name="preprocessing">What is done to them.</param>
    /// <param name="batchSize">Rows in a batch, or null: chosen by the width of a row.</param>
    public BatchPipeline(OnnxClassifier model, IReadOnlyList<InputPlan> inputs, Preprocessing preprocessing, int? batchSize)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        _model = model;
        _inputs = inputs;
        _preprocessing = preprocessing;
        FeatureCount = inputs.Sum(input => input.FeatureCount);
        _fixedBatch = inputs.Select(input => input.FixedBatch).FirstOrDefault(fixedBatch => fixedBatch is not null);
        BatchSize = _fixedBatch ?? batchSize ?? Math.Clamp((1 << 20) / Math.Max(1, FeatureCount), 1, 1024);
    }

    /// <summary>Rows in a batch.</summary>
    public int BatchSize { get; }

    public int FeatureCount { get; }

    /// <summary>Runs over all rows.</summary>
    /// <param name="read">Reads a row.</param>
    /// <param name="locate">Says where a row stands, for messages.</param>
    /// <param name="overlap">Read on a thread of its own.</param>
    /// <param name="progress">Is told the rows done, now and then.</param>
    /// <param name="layout">Where labels stand for several positions of a sample, or some are ignored; else null.</param>
    /// <param name="cancel">Stops the run.</param>
    public ModelRun Run(ReadRow read, Func<long, string> locate, bool overlap, Action<long>? progress, LabelLayout? layout, CancellationToken cancel)
    {
        layout ??= new();
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(locate);
        var collector = new ScoreCollector(new(_model.Graph.Path, _model.Tensor.Output), layout);
        var labels = new List<int>();
        var kept = layout.Ignored is null ? null : new KeptRows();
        int positions = layout.PositionCount;
        long samples = 0;
        var reader = new BatchReader(read, locate, FeatureCount);

        void Infer(Batch batch)
        {
            int fed = batch.Count;
            if (_fixedBatch is { } size && batch.Count < size)
            {
                foreach (var input in batch.Inputs)
                {
                    input.Pad(batch.Count, size);
                }

                fed = size;
            }

            var own = layout.Labels.IsEmpty
                ? batch.Labels.AsMemory(0, batch.Count)
                : layout.Labels.Slice(checked((int)(samples * positions)), batch.Count * positions);
            _model.Run(batch.Inputs, fed, output => collector.Add(output, own.Span, fed));
            foreach (int label in own.Span)
            {
                kept?.Add(label != layout.Ignored);
                if (label != layout.Ignored)
                {
                    labels.Add(label);
                }
            }

            samples += batch.Count;
            progress?.Invoke(samples);
        }

        if (overlap)
        {
            RunOverlapped(reader, Infer, cancel);
        }
        else
        {
            var batch = NewBatch();
            while (reader.Fill(batch, cancel))
            {
                Infer(batch);
            }
        }

        return new(collector.ToMatrix, collector.ColumnCount, [.. labels], kept);
    }

    private void RunOverlapped(BatchReader reader, Action<Batch> infer, CancellationToken cancel)
    {
        using var free = new BlockingCollection<Batch>();
        using var filled = new BlockingCollection<Batch>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        for (int i = 0; i < BatchesInFlight; i++)
        {
            free.Add(NewBatch(), cancel);
        }

        var reading = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    while (true)
                    {
                        var batch = free.Take(stop.Token);
                        if (!reader.Fill(batch, stop.Token))
                        {
                            return;
                        }

                        filled.Add(batch, stop.Token);
                    }
                }
                finally
                {
                    filled.CompleteAdding();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        try
        {
            foreach (var batch in filled.GetConsumingEnumerable(cancel))
            {
                infer(batch);
                free.Add(batch, cancel);
            }
        }
        finally
        {
            // The reader must be done with the file before anyone closes it.
            stop.Cancel();
            ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
        }

        reading.GetAwaiter().GetResult();
    }

    private Batch NewBatch() => new(
        [.. _inputs.Select(plan => InputBuffer.Create(_model.Graph.Path, plan, _preprocessing, BatchSize))], new int[BatchSize]);

    /// <summary>Rows on their way through the model.</summary>
    private sealed class Batch(InputBuffer[] inputs, int[] labels)
    {
        public InputBuffer[] Inputs { get; } = inputs;

        public int[] Labels { get; } = labels;

        public int Count { get; set; }
    }

    private sealed class BatchReader(ReadRow read, Func<long, string> locate, int featureCount)
    {
        private readonly double[] _features = new double[featureCount];
        private long _row;

        /// <summary>Fills a batch; false when no row is left.</summary>
        public bool Fill(Batch batch, CancellationToken cancel)
        {
            cancel.ThrowIfCancellationRequested();
            batch.Count = 0;
            while (batch.Count < batch.Labels.Length && read(_features, out int label))
            {
                try
                {
                    foreach (var input in batch.Inputs)
                    {
                        input.Write(batch.Count, _features);
                    }
                }
                catch (OverflowException exception)
                {
                    throw new ModelException(string.Create(CultureInfo.InvariantCulture, $"{locate(_row)}: {exception.Message}"), exception);
                }

                batch.Labels[batch.Count++] = label;
                _row++;
            }

            return batch.Count > 0;
        }
    }
}
