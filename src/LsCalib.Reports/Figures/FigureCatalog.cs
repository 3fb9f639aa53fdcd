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
/// <param name="Make">Computes it.</param>
public sealed record FigureKind(string Name, bool IsDefault, bool NeedsScores, bool TakesWeights, Func<RunReport, CancellationToken, FigureData> Make)
{
    /// <summary>Why it cannot be drawn of a run, or null.</summary>
    public string? Problem(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return NeedsScores && report.Scored is null ? "it needs the scores of all classes"
            : !TakesWeights && report.Weights is not null ? "it is not known for weighted rows"
            : null;
    }
}

/// <summary>The one list of figures.</summary>
public static class FigureCatalog
{
    /// <summary>Every figure, in the order of help.</summary>
    public static IReadOnlyList<FigureKind> All { get; } =
    [
        new("reliability", true, false, true, (report, _) => new(ReliabilityFigure.From(report), null)),
        new("corp", false, false, false, CorpFigure.From),
        new("smooth", false, false, false, (report, _) => SmoothFigure.From(report)),
        new("risk-coverage", false, false, false, RiskCoverageFigure.From),
        new("ece-bins", false, false, false, EceBinsFigure.From),
        new("classwise", false, true, true, (report, _) => ClasswiseFigure.From(report)),
    ];

    /// <summary>Names of the figures drawn where nothing else is asked for.</summary>
    public static IReadOnlyList<string> DefaultNames { get; } = [.. All.Where(kind => kind.IsDefault).Select(kind => kind.Name)];

    /// <summary>The figure of a name, or null where there is none.</summary>
    public static FigureKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>The word most like one that names no figure.</summary>
    public static string Nearest(string word) => Spelling.Nearest(word, [.. All.Select(kind => kind.Name), "default", "all", "none"]);
}
