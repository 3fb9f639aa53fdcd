using LsCalib.Core.Scores;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Onnx;
using LsCalib.Onnx.Graphs;
using LsCalib.Onnx.Running;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Evaluating;

/// <summary>A loaded model that scores data files.</summary>
internal sealed class ModelScores : IDisposable
{
    private readonly EvaluateRequest _request;
    private readonly ModelGraph _graph;
    private readonly ScoreTensor _tensor;
    private readonly OnnxClassifier _classifier;
    private readonly IReadOnlyList<string>? _classNames;
    private readonly IReadOnlyList<(string Path, Task<string> Digest)> _digests;
    private int _batchSize;

    /// <summary>Loads a model.</summary>
    /// <param name="request">The model, and how it is run.</param>
    /// <param name="cancel">Stops the digest of its file.</param>
    /// <param name="tensor">Where its scores are, of a model that was just written and is no <see cref="Source"/>; null: found.</param>
    public ModelScores(EvaluateRequest request, CancellationToken cancel, ScoreTensor? tensor = null)
    {
        _request = request;
        _classNames = request.ClassNamesFile is { } file ? ClassNamesFile.Read(file) : null;
        _graph = ModelGraph.Read(request.Model!);
        _tensor = tensor ?? ScoreTensorFinder.Find(_graph, request.OutputName, request.Scores, request.Layout.Axis);
        _classNames ??= _tensor.ClassNames;
        _classifier = new OnnxClassifier(_graph, _tensor, request.Device, request.Threads);
        string folder = Path.GetDirectoryName(request.Model!)!;
        _digests = tensor is not null ? [] :
        [
            (request.Model!, FileDigest.Start(request.Model!, cancel)),
            .. _classifier.ExternalFiles.Select(external => (Path.Combine(folder, Path.GetFileName(external)), FileDigest.Start(external, cancel))),
        ];
    }

    /// <summary>The graph.</summary>
    public ModelGraph Graph => _graph;

    /// <summary>The tensor that is read.</summary>
    public ScoreTensor Tensor => _tensor;

    /// <summary>The same tensor as the runtime declares it.</summary>
    public TensorDeclaration Declaration => _classifier.ScoreDeclaration;

    /// <summary>Files beside the model that hold its weights.</summary>
    public IReadOnlyList<string> ExternalFiles => _classifier.ExternalFiles;

    /// <summary>Columns of scores, once data has run through the model: K, or 1 for the score of class 1 alone.</summary>
    public int ColumnCount { get; private set; }

    /// <summary>The model's part of the manifest, once data has run through it.</summary>
    public ModelSource Source
    {
        get
        {
            var files = _digests.Select(entry => new SourceFile(entry.Path, entry.Digest.GetAwaiter().GetResult())).ToList();
            return new(
                files[0], files[1..], _graph.Opset, _tensor.Output, $"{_tensor.Reason}, tensor \"{_tensor.Name}\"",
                _classifier.Device.Name, _classifier.Device.Reason, Devices.RuntimeVersion, _batchSize)
            {
                Smoothing = _graph.Smoothing,
            };
        }
    }

    /// <summary>Runs a data file through the model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labelsPath">File of its labels, for .npy.</param>
    /// <param name="columns">Which of its columns or arrays are what.</param>
    /// <param name="progress">Told the rows done, or null.</param>
    /// <param name="cancel">Stops the work.</param>
    public LoadedScores Load(string path, string? labelsPath, CsvOptions columns, Action<long>? progress, CancellationToken cancel)
    {
        // The digest runs beside the model; with one processor it only shares it.
        var digests = new List<(string, Task<string>)>();
        using var source = Open(path, labelsPath, columns);
        digests.Add((path, FileDigest.Start(path, cancel)));
        if (labelsPath is not null)
        {
            digests.Add((labelsPath, FileDigest.Start(labelsPath, cancel)));
        }

        var plans = InputPlan.Fit(_graph.Path, _graph.Inputs, GroupCounts(source), _request.InputShape, (source as NpyRowSource)?.RowShapes);
        var pipeline = new BatchPipeline(_classifier, plans, _request.Preprocessing, _request.BatchSize);
        _batchSize = pipeline.BatchSize;
        var hashes = _request.HashesInputs ? new InputHashes(source) : null;
        var run = pipeline.Run(hashes is null ? source.Read : hashes.Read, source.Locate, _request.Threads > 1, progress, Layout(source), cancel);
        if (run.Labels.Length == 0)
        {
            throw run.Kept is { Total: > 0 } ? ScoreLayout.NothingLeft(path, _request.Layout.Ignored!.Value) : new DataException($"{path}: holds a header but no rows.");
        }

        ColumnCount = run.ColumnCount;
        if (_tensor.IsBinaryLogit && run.ColumnCount != 1)
        {
            throw ScoreTensorFinder.MultiLabel(_graph.Path, run.ColumnCount);
        }

        if (run.ColumnCount == 1 && !_tensor.IsBinaryLogit && _tensor.Kind is null)
        {
            return Finish(OneColumn(run), run, path, source, digests) with { InputHashes = hashes?.Of(run.Kept) };
        }

        var decided = ScoreKinds.Decide(
            run.Matrix, _tensor.Kind, _tensor.Reason, row => $"{Place(source, run, row)} (output \"{_tensor.Output}\" of {_graph.Path})");
        return Finish(decided, run, path, source, digests) with { InputHashes = hashes?.Of(run.Kept) };
    }

    public void Dispose() => _classifier.Dispose();

    /// <summary>One column of unknown kind: a probability of class 1 when all of it lies in [0,1], else a logit.</summary>
    private static (ScoreMatrix Scores, string Reason, double? Deviation) OneColumn(ModelRun run)
    {
        var asProbabilities = run.Matrix(ScoreKind.Probabilities);
        return ProbabilityRows.Inspect(asProbabilities).InUnitRange
            ? (asProbabilities, "one column, all in [0,1]: the probability of class 1", 0)
            : (run.Matrix(ScoreKind.Logits), "one column, some outside [0,1]: the logit of class 1", null);
    }

    private LoadedScores Finish(
        (ScoreMatrix Scores, string Reason, double? Deviation) decided, ModelRun run, string path, IRowSource source, List<(string, Task<string>)> digests)
    {
        var (scores, reason, deviation) = decided;
        PredictionScores.CheckNames(_classNames, scores.ClassCount, _request.ClassNamesFile);
        var map = new LabelMap(_classNames, scores.ClassCount, _request.Layout.Ignored);
        for (int row = 0; row < run.Labels.Length; row++)
        {
            if (map.Range(run.Labels[row]) is { } problem)
            {
                throw new DataException($"{Place(source, run, row)}{(IsNumpy(path) ? "" : $", column \"{_request.Csv.LabelColumn}\"")}: {problem}");
            }
        }

        var csv = _request.Csv.WithoutAttributes with { InputColumns = [] };
        var positions = (source as NpyRowSource)?.Positions ?? [];
        return new()
        {
            Scored = new(scores, run.Labels, deviation),
            Reason = reason,
            ClassNames = _classNames,
            Attributes = source.Attributes(run.Kept),
            IgnoredCount = run.Kept?.Dropped ?? 0,
            Files = digests,
            Locate = row =>
            {
                long original = run.Kept?.Original(row) ?? row;
                if (IsNumpy(path))
                {
                    return $"{path}, {RowPlace.Text(original, positions)}";
                }

                using var again = new CsvRowSource(path, csv, new LabelMap(null, null));
                return again.Locate(original);
            },
        };
    }

    /// <summary>Where a row stands that was kept, while its source is open.</summary>
    private static string Place(IRowSource source, ModelRun run, long row)
    {
        long original = run.Kept?.Original(row) ?? row;
        return source is NpyRowSource npy ? $"{npy.Path}, {RowPlace.Text(original, npy.Positions)}" : source.Locate(original);
    }

    private LabelLayout Layout(IRowSource source) => source is NpyRowSource npy
        ? new(_request.Layout.Axis, _request.Layout.Ignored) { Positions = npy.Positions, Labels = npy.AllLabels }
        : new(_request.Layout.Axis, _request.Layout.Ignored);

    private IRowSource Open(string path, string? labelsPath, CsvOptions columns)
    {
        var map = new LabelMap(_classNames, KnownClassCount(), _request.Layout.Ignored);
        var inputs = _graph.Inputs.Select(input => input.Name).ToList();
        if (path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
        {
            return NpyRowSource.OpenNpz(path, inputs, map, columns);
        }

        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            return Named(columns) is { } named
                ? throw new DataException($"{path}: {named.Option} {named.Name} names an array of an .npz file or a column of a CSV file; an .npy file holds one array. Save all as np.savez(\"data.npz\", inputs=…, labels=…, {named.Name}=…).")
                : NpyRowSource.OpenNpy(
                path, labelsPath ?? throw new DataException($"{path}: an .npy file holds inputs only. Give the labels with --labels FILE (or --calibration-labels FILE)."), map);
        }

        if (labelsPath is not null)
        {
            throw new DataException($"{labelsPath}: a file of labels goes with .npy inputs; a CSV file holds its labels in a column (--label-column).");
        }

        // A model that names its features gets them by name, wherever their columns stand.
        var csv = columns;
        if (inputs.Count == 1 && _request.InputColumns.Count == 0 && csv.FeatureColumns is null && _graph.FeatureNames is { } features)
        {
            csv = csv with { FeatureColumns = features, DropColumns = null };
        }

        return new CsvRowSource(path, csv with { InputColumns = ColumnsByInput(inputs) }, map);
    }

    /// <summary>The first option that names a column of rows, or null.</summary>
    private static (string Option, string Name)? Named(CsvOptions columns) =>
        columns.GroupColumn is { } group ? ("--group-column", group)
        : columns.WeightColumn is { } weight ? ("--weight-column", weight)
        : !columns.IsCalibrationData && columns.IdColumn is { } id ? ("--id-column", id)
        : !columns.IsCalibrationData && columns.SliceColumns is [var slices, ..] ? ("--slice-column", slices)
        : null;

    private string[][]? ColumnsByInput(List<string> inputs)
    {
        foreach (var (input, _) in _request.InputColumns)
        {
            if (!inputs.Contains(input))
            {
                throw new ModelException($"{_graph.Path}: --input: no input \"{input}\". The inputs are {string.Join(", ", inputs.Select(n => $"\"{n}\""))}.");
            }
        }

        if (inputs.Count == 1 && _request.InputColumns.Count == 0)
        {
            return null;
        }

        // Without --input, an input takes the column of its own name.
        return [.. inputs.Select(input => _request.InputColumns.FirstOrDefault(entry => entry.Input == input).Columns ?? [input])];
    }

    private int? KnownClassCount()
    {
        if (_classNames is not null)
        {
            return _classNames.Count;
        }

        var shape = _graph.Declared(_tensor.Name).Shape ?? _graph.Declared(_tensor.Output).Shape;
        bool hasPositions = shape is { Count: > 2 } && shape.Skip(1).Count(d => d != 1) > 1;
        long columns = hasPositions ? shape![_request.Layout.Axis == ClassAxis.Last ? shape.Count - 1 : 1]
            : shape is { Count: >= 2 } && shape.Skip(1).All(d => d > 0) ? shape.Skip(1).Aggregate(1L, (product, d) => product * d) : 0;
        return columns > 1 ? (int)columns : null;
    }

    private static IReadOnlyList<int> GroupCounts(IRowSource source) => source switch
    {
        CsvRowSource csv => csv.GroupCounts,
        NpyRowSource npy => npy.GroupCounts,
        _ => [source.FeatureCount],
    };

    private static bool IsNumpy(string path) =>
        path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);
}
