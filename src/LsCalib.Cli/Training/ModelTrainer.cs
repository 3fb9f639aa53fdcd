using System.Globalization;
using System.Text;
using LsCalib.Cli.Evaluating;
using LsCalib.Data;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Onnx;
using LsCalib.Onnx.Graphs;
using LsCalib.Reports.Documents;
using LsCalib.Training;

namespace LsCalib.Cli.Training;

/// <summary>Reads the data, trains, writes the model and its history.</summary>
internal static class ModelTrainer
{
    private const int MostWeights = 100_000_000;
    private const string HistoryHeader = "epoch,train_loss,train_excess,validation_nll,validation_accuracy";

    public static void Run(TrainRequest request, TextWriter output, TextWriter error, bool showProgress, bool quiet, CancellationToken cancel)
    {
        CheckPaths(request);
        using var model = new OutputFile(request.Output, IsOurs, request.Force);
        using var history = request.History is null ? null : new OutputFile(request.History, IsHistory, request.Force);
        var names = request.ClassNamesFile is { } file ? ClassNamesFile.Read(file) : null;
        var (train, columns) = Read(request.Data, request.Csv, names);

        // The same columns in the same order, wherever they stand in the other file.
        var validation = request.Validation is null ? null : Read(request.Validation, request.Csv with { FeatureColumns = columns, DropColumns = null }, names).Set;
        int classCount = ClassCount(request, train, validation, names);

        int[] widths = [train.FeatureCount, .. request.Options.Hidden, classCount];
        for (int i = 1; i < widths.Length; i++)
        {
            if ((long)(widths[i - 1] + 1) * widths[i] > MostWeights)
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--hidden: a layer of {widths[i - 1]} x {widths[i]} weights is too large; {MostWeights:N0} is the limit."));
            }
        }

        IOptimizer optimizer = request.Optimizer == "sgd"
            ? new Sgd(request.LearningRate, request.Momentum, request.WeightDecay)
            : new Adam(request.LearningRate, request.WeightDecay);
        var trained = new Trainer(request.Options, optimizer).Run(
            train, classCount, validation, showProgress ? epoch => Progress(error, epoch, request.Options.Epochs) : null, cancel);
        if (showProgress)
        {
            error.Write("\r                                                            \r");
        }

        if (trained.BestEpoch == 0 || !double.IsFinite(trained.History[trained.BestEpoch - 1].TrainLoss))
        {
            throw new DataException($"{request.Data}: the training diverged (loss {trained.History[^1].TrainLoss}). Use a smaller --learning-rate.");
        }

        model.Commit(OnnxExport.Write(trained, Tool.Version, Metadata(request, trained, names, columns)));
        history?.Commit(History(trained));
        if (!quiet)
        {
            Summary(output, request, train, classCount, trained);
        }
    }

    /// <summary>Throws where one file would be written over another of the same run.</summary>
    private static void CheckPaths(TrainRequest request)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (string? path in new[] { request.Data, request.Validation, request.ClassNamesFile, request.Output, request.History })
        {
            bool isOutput = path is not null && (path == request.Output || path == request.History);
            if (path is not null && !used.Add(Path.GetFullPath(path)) && isOutput)
            {
                throw new UsageException($"{path}: is named twice, and would be written over. Give each file a name of its own.");
            }
        }
    }

    private static (TrainingSet Set, IReadOnlyList<string> Columns) Read(string path, CsvOptions csv, IReadOnlyList<string>? names)
    {
        using var source = new CsvRowSource(path, csv, new LabelMap(names, null));
        var table = RowTable.Read(source);
        return (new(table.Features, table.Labels, table.FeatureCount), source.FeatureNames);
    }

    private static int ClassCount(TrainRequest request, TrainingSet train, TrainingSet? validation, IReadOnlyList<string>? names)
    {
        for (int i = 0; i < train.Labels.Length; i++)
        {
            if (train.Labels[i] < 0)
            {
                throw new DataException($"{request.Data}: label {train.Labels[i]} is negative; classes are numbered from 0.");
            }
        }

        int count = names?.Count ?? train.Labels.Max() + 1;
        if (count < 2)
        {
            throw new DataException($"{request.Data}: all rows have one label; two classes are needed at least.");
        }

        // A far-off label is a mistake in the column, not a class: it would ask for a huge layer.
        int missing = count - train.Labels.Distinct().Count();
        if (names is null && missing > count / 2)
        {
            throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{request.Data}: labels run to {count - 1}, but only {count - missing} of the {count} classes occur. Check --label-column."));
        }

        if (validation is not null)
        {
            if (validation.FeatureCount != train.FeatureCount)
            {
                throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{request.Validation}: {validation.FeatureCount} features, but {request.Data} has {train.FeatureCount}."));
            }

            int outside = Array.FindIndex(validation.Labels, label => label < 0 || label >= count);
            if (outside >= 0)
            {
                throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{request.Validation}: label {validation.Labels[outside]} does not occur in {request.Data} ({count} classes)."));
            }
        }

        return count;
    }

    private static IEnumerable<KeyValuePair<string, string>> Metadata(TrainRequest request, TrainedModel trained, IReadOnlyList<string>? names, IReadOnlyList<string> columns)
    {
        string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
        yield return new(ModelGraph.SmoothingKey, Text(request.Smoothing.Strength));
        yield return new(ModelGraph.SmoothingConventionKey, Conventions.Name(request.Smoothing.Convention));
        yield return new("seed", request.Options.Seed.ToString(CultureInfo.InvariantCulture));
        yield return new("hidden", string.Join(",", request.Options.Hidden));
        yield return new("epochs", trained.BestEpoch.ToString(CultureInfo.InvariantCulture));
        yield return new("optimizer", request.Optimizer);
        yield return new("learning_rate", Text(request.LearningRate));
        yield return new("weight_decay", Text(request.WeightDecay));
        yield return new(ModelGraph.FeatureNamesKey, string.Join("\n", columns));
        if (names is not null)
        {
            yield return new("class_names", string.Join("\n", names));
        }
    }

    private static byte[] History(TrainedModel trained)
    {
        var csv = new StringBuilder(HistoryHeader).Append('\n');
        foreach (var epoch in trained.History)
        {
            string Cell(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "";
            csv.Append(CultureInfo.InvariantCulture, $"{epoch.Epoch},{Cell(epoch.TrainLoss)},{Cell(epoch.TrainExcess)},{Cell(epoch.ValidationNll)},{Cell(epoch.ValidationAccuracy)}\n");
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static void Progress(TextWriter error, EpochResult epoch, int epochs)
    {
        string validation = double.IsNaN(epoch.ValidationNll) ? "" : string.Create(CultureInfo.InvariantCulture, $", validation NLL {epoch.ValidationNll:0.0000}");
        error.Write(string.Create(CultureInfo.InvariantCulture, $"\repoch {epoch.Epoch}/{epochs}: loss {epoch.TrainLoss:0.0000}{validation}   "));
    }

    private static void Summary(TextWriter output, TrainRequest request, TrainingSet train, int classCount, TrainedModel trained)
    {
        var epoch = trained.History[trained.BestEpoch - 1];
        string smoothing = request.Smoothing.Strength == 0
            ? "hard targets"
            : string.Create(CultureInfo.InvariantCulture, $"label smoothing {request.Smoothing.Strength:R} ({Conventions.Name(request.Smoothing.Convention)}: true class {request.Smoothing.TrueTarget(classCount):0.####}, wrong {request.Smoothing.WrongTarget(classCount):0.####})");
        string stopped = trained.History.Count < request.Options.Epochs ? $", stopped early after {trained.History.Count}" : "";
        output.Write(string.Create(CultureInfo.InvariantCulture, $"""
              {request.Data}   {train.RowCount:N0} rows, {train.FeatureCount} features, {classCount} classes
              {smoothing}, seed {request.Options.Seed}
              epoch {trained.BestEpoch} of {request.Options.Epochs}{stopped}: training loss {epoch.TrainLoss:0.0000} nats, {epoch.TrainExcess:0.0000} above the smallest possible

            """).ReplaceLineEndings("\n"));
        if (!double.IsNaN(epoch.ValidationNll))
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"  {request.Validation}   NLL {epoch.ValidationNll:0.0000} nats, accuracy {epoch.ValidationAccuracy:0.0000}\n"));
        }

        output.Write($"  Written to {request.Output}\n");
    }

    private static bool IsOurs(string path)
    {
        try
        {
            return ModelGraph.Read(path).Model.ProducerName == OnnxExport.Producer;
        }
        catch (ModelException)
        {
            return false;
        }
    }

    private static bool IsHistory(string path)
    {
        using var reader = new StreamReader(path);
        return reader.ReadLine() == HistoryHeader;
    }
}
