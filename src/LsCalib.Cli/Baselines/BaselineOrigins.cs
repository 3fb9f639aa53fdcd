using System.Globalization;
using LsCalib.Cli.Evaluating;
using LsCalib.Data.Baselines;
using LsCalib.Onnx.Running;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Baselines;

/// <summary>Where the rows of a baseline come from.</summary>
internal static class BaselineOrigins
{
    /// <param name="request">What was read, and how.</param>
    /// <param name="loaded">What came of it.</param>
    /// <param name="scored">Its scores.</param>
    /// <param name="model">The model, or null of predictions.</param>
    public static BaselineOrigin Of(EvaluateRequest request, LoadedScores loaded, LabelledScores scored, ModelSource? model) => new()
    {
        Tool = Tool.NameAndVersion,
        IsModel = model is not null,
        Source = Files(model is null ? loaded.SourceFiles : [model.File, .. model.ExternalData]),
        Data = model is not null ? Files(loaded.SourceFiles) : request.IsRun ? RunData.Of(Path.GetDirectoryName(request.Predictions)!) : [],
        Scores = scored.Scores.Kind,
        ScoreReason = model is null ? loaded.Reason : $"output \"{model.Output}\": {loaded.Reason}",
        Preprocessing = model is null ? "" : Words(request.Preprocessing),
        Runtime = model is null ? null : $"ONNX Runtime {model.RuntimeVersion}",
        Device = model?.Device,
        IgnoredLabel = request.Layout.Ignored,
    };

    private static BaselineFile[] Files(IEnumerable<SourceFile> files) => [.. files.Select(file => new BaselineFile(Path.GetFileName(file.Path), file.Sha256))];

    /// <summary>x / 255, less 0.485, over 0.229: in the order in which it is done.</summary>
    private static string Words(Preprocessing preprocessing)
    {
        if (preprocessing.IsIdentity)
        {
            return "";
        }

        var words = new List<string> { preprocessing.Divide == 1 ? "x" : string.Create(CultureInfo.InvariantCulture, $"x / {preprocessing.Divide:R}") };
        if (preprocessing.Mean is { } mean)
        {
            words.Add($"less {List(mean)}");
        }

        if (preprocessing.Std is { } deviation)
        {
            words.Add($"over {List(deviation)}");
        }

        if (preprocessing is { ChannelsLast: true, Mean.Count: > 1 } or { ChannelsLast: true, Std.Count: > 1 })
        {
            words.Add("channels last");
        }

        return string.Join(", ", words);
    }

    private static string List(IEnumerable<double> values) => string.Join(" ", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
