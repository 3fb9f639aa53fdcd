using System.Collections.Immutable;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Ranking;

/// <summary>
/// How the error rate grows as less and less confident predictions are accepted (El-Yaniv and Wiener 2010). Rows are
/// accepted most confident first; rows of equal score come in random order, and every number is the expected value over
/// those orders, so that the order of rows never matters: within a block of m tied rows with e errors, its first j rows
/// hold e·j/m errors. Any finite score will do; only its order counts.
/// </summary>
public sealed class RiskCoverage
{
    private readonly TiedBlocks _blocks;

    private RiskCoverage(ConfidenceOrder order)
    {
        RowCount = order.RowCount;
        _blocks = TiedBlocks.From(order);
        ErrorCount = _blocks.ErrorCount;
        Aurc = _blocks.MeanRisk();
        OptimalAurc = TiedBlocks.MeanRiskOfPerfectOrder(RowCount, ErrorCount);
        (Augrc, AurocOfCorrectness) = _blocks.AreaAndPairs();
    }

    /// <summary>N.</summary>
    public int RowCount { get; }

    /// <summary>Wrong predictions.</summary>
    public int ErrorCount { get; }

    /// <summary>Fraction of wrong predictions: the risk at full coverage; NaN without rows.</summary>
    public double ErrorRate => (double)ErrorCount / RowCount;

    /// <summary>
    /// Area under the risk-coverage curve: the mean over i = 1 to N of the error rate of the i most confident rows
    /// (Geifman et al. 2019), a fraction; NaN without rows. Trapezoids, or a curve from coverage 0, give other numbers.
    /// </summary>
    public double Aurc { get; }

    /// <summary>
    /// The least AURC that N rows with so many errors can have, all correct rows first, a fraction. It is exact; with many
    /// rows and error rate e it tends to e + (1−e) ln(1−e), which is what is often subtracted in its place.
    /// </summary>
    public double OptimalAurc { get; }

    /// <summary>AURC − optimal AURC (Geifman et al. 2019): 0 if every correct row is more confident than every wrong one; a fraction.</summary>
    public double ExcessAurc => Math.Max(Aurc - OptimalAurc, 0);

    /// <summary>
    /// Area under the generalised risk-coverage curve (Traub et al. 2024), a fraction; NaN without rows. The generalised
    /// risk is the number of errors accepted, divided by N; the area is that of trapezoids between coverages 0, 1/N, …, 1,
    /// so that it equals e²/2 + e(1−e)(1 − <see cref="AurocOfCorrectness"/>) exactly, ties included.
    /// </summary>
    public double Augrc { get; }

    /// <summary>The least AUGRC at this error rate e: e²/2, a fraction.</summary>
    public double OptimalAugrc => ErrorRate * ErrorRate / 2;

    /// <summary>
    /// Probability that a correct row has a higher score than a wrong one, ties counted half; NaN if all rows are correct or
    /// all are wrong.
    /// </summary>
    public double AurocOfCorrectness { get; }

    /// <summary>Reads the curve off sorted predictions.</summary>
    public static RiskCoverage From(ConfidenceOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return new(order);
    }

    /// <summary>
    /// Error rate of the most confident rows, as few of them as reach a coverage; tied rows in expectation.
    /// </summary>
    /// <param name="coverage">Fraction of rows accepted, 0 to 1.</param>
    /// <returns>A fraction; NaN at coverage 0 or without rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The coverage is outside [0,1].</exception>
    public double RiskAt(double coverage)
    {
        if (!(coverage is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "A coverage is 0 to 1.");
        }

        // 0.07 × 100 exceeds 7 in binary, and 7 rows are meant.
        return _blocks.RiskOf((int)Math.Ceiling(coverage * RowCount * (1 - 1e-12)));
    }

    /// <summary>
    /// Largest coverage whose error rate does not exceed a limit. A block of tied rows is accepted whole or not at all,
    /// since no threshold on the score divides it.
    /// </summary>
    /// <param name="risk">The limit, a fraction, at least 0.</param>
    /// <returns>A fraction, 0 if even the most confident rows exceed the limit; NaN without rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative or NaN.</exception>
    public double CoverageAt(double risk)
    {
        if (!(risk >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(risk), risk, "A risk is at least 0.");
        }

        return (double)_blocks.MostRowsWithin(risk) / RowCount;
    }

    /// <summary>The curve for a figure, tied rows in expectation.</summary>
    /// <param name="points">How many points at most, at least 1; one for each row where there are no more rows.</param>
    /// <returns>Points of ascending coverage, evenly spaced up to whole rows, the last at coverage 1; none without rows.</returns>
    public ImmutableArray<RiskCoveragePoint> Curve(int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        int count = Math.Min(points, RowCount);
        var curve = ImmutableArray.CreateBuilder<RiskCoveragePoint>(count);
        for (int k = 1; k <= count; k++)
        {
            int rows = RowsOf(k, count);
            curve.Add(new((double)rows / RowCount, _blocks.RiskOf(rows)));
        }

        return curve.MoveToImmutable();
    }

    /// <summary>The lowest curve that so many errors allow: all correct rows come first.</summary>
    /// <param name="points">As for <see cref="Curve"/>, whose coverages these are.</param>
    public ImmutableArray<RiskCoveragePoint> OptimalCurve(int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        int count = Math.Min(points, RowCount);
        var curve = ImmutableArray.CreateBuilder<RiskCoveragePoint>(count);
        for (int k = 1; k <= count; k++)
        {
            int rows = RowsOf(k, count);
            curve.Add(new((double)rows / RowCount, (double)Math.Max(0, rows - (RowCount - ErrorCount)) / rows));
        }

        return curve.MoveToImmutable();
    }

    private int RowsOf(int point, int pointCount) => (int)((((long)point * RowCount) + pointCount - 1) / pointCount);
}

/// <summary>One point of a risk-coverage curve.</summary>
/// <param name="Coverage">Fraction of rows accepted.</param>
/// <param name="Risk">Error rate among them, a fraction.</param>
public readonly record struct RiskCoveragePoint(double Coverage, double Risk);
