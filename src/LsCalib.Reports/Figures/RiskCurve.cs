using LsCalib.Core.Ranking;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>One risk–coverage curve as it is drawn.</summary>
/// <param name="Key">Confidence score, as in tables.</param>
/// <param name="Words">The same in words.</param>
/// <param name="Risk">The curve.</param>
internal sealed record RiskCurve(string Key, string Words, RiskCoverage Risk)
{
    /// <summary>Columns of a table of curves after the first.</summary>
    public const string Columns = "score,coverage,risk,aurc";

    private const int PointCount = 200;

    /// <summary>By the largest probability.</summary>
    public static RiskCurve OfMaximumProbability(FigureStage stage) => new("maximum-probability", "maximum probability", RiskCoverage.From(stage.Evaluation.Order));

    /// <summary>The points drawn.</summary>
    public IReadOnlyList<RiskCoveragePoint> Points { get; } = Risk.Curve(PointCount);

    /// <summary>The curve as a mark.</summary>
    public Mark.Line Line(MarkStyle style) => new(Pairs(Points), style);

    /// <summary>All right rows before all wrong ones, as a mark.</summary>
    public Mark.Line OptimalLine() => new(Pairs(Risk.OptimalCurve(PointCount)), MarkStyle.Reference);

    /// <summary>Writes the points of the curve.</summary>
    /// <param name="csv">The table.</param>
    /// <param name="key">What stands in its first column.</param>
    public void WriteTo(CsvDocument csv, string key) => Write(csv, key, Key, Points, Risk.Aurc);

    /// <summary>Writes the points of the optimal curve.</summary>
    /// <param name="csv">The table.</param>
    /// <param name="key">What stands in its first column.</param>
    public void WriteOptimalTo(CsvDocument csv, string key) => Write(csv, key, "optimal", Risk.OptimalCurve(PointCount), Risk.OptimalAurc);

    private static List<(double X, double Y)> Pairs(IEnumerable<RiskCoveragePoint> points) => [.. points.Select(point => (point.Coverage, point.Risk))];

    private static void Write(CsvDocument csv, string key, string score, IEnumerable<RiskCoveragePoint> points, double aurc)
    {
        foreach (var point in points)
        {
            csv.Row(key, score, point.Coverage, point.Risk, aurc);
        }
    }
}
