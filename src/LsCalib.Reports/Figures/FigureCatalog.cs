using LsCalib.Core.Catalog;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>A figure with the numbers that it shows.</summary>
/// <param name="Figure">What to draw.</param>
/// <param name="Csv">Its data; null where a table of every run holds it under the same name.</param>
public sealed record FigureData(Figure Figure, byte[]? Csv);

/// <summary>A figure that can be asked for.</summary>
/// <param name="Name">Word of the option, and name of the files.</param>
/// <param name="IsDefault">Drawn where nothing else is asked for.</param>
/// <param name="NeedsScores">Whether it needs the scores of all classes.</param>
/// <param name="TakesWeights">Whether it is known for weighted rows.</param>
/// <param name="Make">Computes it of a run.</param>
/// <param name="OfModels">Computes it of several models; null where it is of the classes of one.</param>
public sealed record FigureKind(
    string Name,
    bool IsDefault,
    bool NeedsScores,
    bool TakesWeights,
    Func<RunReport, CancellationToken, FigureData> Make,
    Func<FigureSource, CancellationToken, FigureData>? OfModels)
{
    private const string NotWeighted = "it is not known for weighted rows";

    /// <summary>Why it cannot be drawn of a run, or null.</summary>
    public string? Problem(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return NeedsScores && report.Scored is null ? "it needs the scores of all classes"
            : !TakesWeights && report.Weights is not null ? NotWeighted
            : null;
    }

    /// <summary>Why it cannot be drawn of several models, or null.</summary>
    public string? Problem(FigureSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return OfModels is null ? "it shows the classes of one model"
            : NeedsScores && source.Stages.FirstOrDefault(stage => stage.Profile is null) is { } bare ? $"it needs the scores of all classes, and those of {bare.Title} are not known"
            : !TakesWeights && source.Stages.Any(stage => stage.IsWeighted) ? NotWeighted
            : null;
    }
}

/// <summary>The one list of figures.</summary>
public static class FigureCatalog
{
    /// <summary>Every figure, in the order of help.</summary>
    public static IReadOnlyList<FigureKind> All { get; } =
    [
        new("reliability", true, false, true,
            (report, _) => new(ReliabilityFigure.From(FigureSource.Of(report)), null),
            (source, _) => new(ReliabilityFigure.From(source), RunTables.Reliability(source))),
        TopLabel("corp", CorpFigure.From),
        TopLabel("smooth", (source, _) => SmoothFigure.From(source)),
        TopLabel("risk-coverage", RiskCoverageFigure.From) with { OfModels = (source, _) => RiskCoverageOfModelsFigure.From(source) },
        TopLabel("ece-bins", EceBinsFigure.From),
        new("temperature-profile", false, true, true, TemperatureProfileFigure.From, (source, _) => TemperatureProfileFigure.From(source)),
        new("classwise", false, true, true, (report, _) => ClasswiseFigure.From(report), null),
    ];

    /// <summary>Names of the figures drawn where nothing else is asked for.</summary>
    public static IReadOnlyList<string> DefaultNames { get; } = [.. All.Where(kind => kind.IsDefault).Select(kind => kind.Name)];

    /// <summary>The figure of a name, or null where there is none.</summary>
    public static FigureKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>The word most like one that names no figure.</summary>
    public static string? Nearest(string word) => Spelling.Near(word, [.. All.Select(kind => kind.Name), "default", "all", "none"]);

    /// <summary>A figure of the top label, made of a run and of several models in the same way.</summary>
    private static FigureKind TopLabel(string name, Func<FigureSource, CancellationToken, FigureData> make) =>
        new(name, false, false, false, (report, cancel) => make(FigureSource.Of(report), cancel), make);
}
