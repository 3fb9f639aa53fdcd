using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Smoothing;
using LsCalib.Core.Statistics;

namespace LsCalib.Training;

/// <summary>How to train.</summary>
/// <param name="Hidden">Widths of the hidden layers.</param>
/// <param name="Smoothing">Label smoothing of the targets.</param>
/// <param name="Epochs">Passes over the training data, at most.</param>
/// <param name="BatchSize">Rows of one step.</param>
/// <param name="Patience">Epochs without a better validation NLL after which training stops.</param>
/// <param name="Seed">Seed of weights and row order.</param>
public sealed record TrainingOptions(
    IReadOnlyList<int> Hidden, LabelSmoothing Smoothing, int Epochs, int BatchSize, int Patience, long Seed);

/// <summary>One epoch of a training.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="TrainLoss">Mean smoothed cross entropy over the epoch's batches, nats.</param>
/// <param name="TrainExcess">The same above the smallest possible: comparable between strengths of smoothing.</param>
/// <param name="ValidationNll">NLL of the hard labels on the validation data, nats; NaN without.</param>
/// <param name="ValidationAccuracy">Fraction correct on it; NaN without.</param>
public readonly record struct EpochResult(int Epoch, double TrainLoss, double TrainExcess, double ValidationNll, double ValidationAccuracy);

/// <summary>A trained model.</summary>
/// <param name="Model">The weights of the best epoch by validation NLL, or of the last one without validation data.</param>
/// <param name="Scaling">What its inputs are scaled by.</param>
/// <param name="History">One entry for each epoch run.</param>
/// <param name="BestEpoch">Epoch of the weights.</param>
public sealed record TrainedModel(Mlp Model, InputScaling Scaling, IReadOnlyList<EpochResult> History, int BestEpoch);

/// <summary>Trains a perceptron on smoothed targets; the same data, options and seed give the same weights.</summary>
public sealed class Trainer(TrainingOptions options, IOptimizer optimizer)
{
    /// <summary>Runs the training.</summary>
    /// <param name="train">Training data, not changed.</param>
    /// <param name="classCount">K.</param>
    /// <param name="validation">Data that decides when to stop, or null.</param>
    /// <param name="progress">Told after each epoch.</param>
    /// <param name="cancel">Stops between batches.</param>
    public TrainedModel Run(TrainingSet train, int classCount, TrainingSet? validation, Action<EpochResult>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(train);
        var scaling = InputScaling.Fit(train.Features, train.FeatureCount);
        var rows = Scaled(train, scaling);
        var validationRows = validation is null ? null : Scaled(validation, scaling);
        var model = new Mlp(train.FeatureCount, options.Hidden, classCount, options.Seed);
        var random = new SeededRandom(options.Seed, stream: 11);
        var order = Enumerable.Range(0, train.RowCount).ToArray();
        var history = new List<EpochResult>();
        float[][]? best = null;
        int bestEpoch = 0;
        double bestNll = double.PositiveInfinity;
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            random.Shuffle(order.AsSpan());
            double loss = Epoch(model, rows, train, order, cancel);
            var (nll, accuracy) = validation is null ? (double.NaN, double.NaN) : Validate(model, validationRows!, validation.Labels);
            var result = new EpochResult(epoch, loss, loss - options.Smoothing.MinimumLoss(classCount), nll, accuracy);
            history.Add(result);
            progress?.Invoke(result);
            if (validation is null || nll < bestNll)
            {
                (bestNll, bestEpoch) = (nll, epoch);
                best = validation is null ? null : [.. model.Layers.Select(layer => (float[])layer.Parameters.Clone())];
            }
            else if (epoch - bestEpoch >= options.Patience)
            {
                break;
            }
        }

        for (int l = 0; best is not null && l < best.Length; l++)
        {
            best[l].CopyTo(model.Layers[l].Parameters, 0);
        }

        return new(model, scaling, history, bestEpoch);
    }

    private double Epoch(Mlp model, float[] rows, TrainingSet train, int[] order, CancellationToken cancel)
    {
        int features = train.FeatureCount;
        var loss = new SmoothedCrossEntropy(options.Smoothing);
        double sum = 0;
        for (int start = 0; start < order.Length; start += options.BatchSize)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Min(options.BatchSize, order.Length - start);
            var batch = new float[count * features];
            var labels = new int[count];
            for (int i = 0; i < count; i++)
            {
                int row = order[start + i];
                rows.AsSpan(row * features, features).CopyTo(batch.AsSpan(i * features));
                labels[i] = train.Labels[row];
            }

            var activations = model.Activations(batch);
            var logits = Array.ConvertAll(activations[^1], static value => (double)value);
            var gradient = new double[logits.Length];
            sum += loss.Mean(logits, labels, model.ClassCount, 1, gradient) * count;
            model.Backward(batch, activations, gradient);
            optimizer.Update(model.Layers);
        }

        return sum / order.Length;
    }

    private static (double Nll, double Accuracy) Validate(Mlp model, float[] rows, int[] labels)
    {
        var scores = ScoreMatrix.From(ScoreKind.Logits, model.Logits(rows), model.ClassCount);
        var statistics = StatisticsPass.Run(scores, labels, RowScaling.None, 1);
        return (Intervals.Mean(statistics.Nll), (double)statistics.CorrectCount / labels.Length);
    }

    private static float[] Scaled(TrainingSet set, InputScaling scaling)
    {
        var rows = (float[])set.Features.Clone();
        scaling.Apply(rows);
        return rows;
    }
}
