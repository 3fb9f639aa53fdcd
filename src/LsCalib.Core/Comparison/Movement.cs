using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>
/// How far an error over bins can have moved at most: it is a norm of the bins' gaps, and so differs between two models by no more
/// than the norm of the gaps' difference. Noise adds to that norm, which makes it err on the safe side; what both models' rows
/// have in common cancels in it, as does what single rows do at random.
/// </summary>
/// <param name="Value">The norm of the difference.</param>
/// <param name="StandardError">Its standard error.</param>
internal sealed record Movement(double Value, double StandardError)
{
    /// <summary>That of bins of two models, whose temperatures, if they have any, move with the rows.</summary>
    /// <param name="rows">Both predictions.</param>
    /// <param name="baseline">The baseline's bins in every resample.</param>
    /// <param name="candidate">The candidate's.</param>
    /// <param name="bins">Makes such bins.</param>
    /// <param name="norm">How gaps become the error.</param>
    /// <returns>Null where it is not known.</returns>
    public static Movement? Of(PairedRows rows, ResampledBins baseline, ResampledBins candidate, Func<MetricContext, ReliabilityTable> bins, ErrorNorm norm) =>
        rows.Temperatures is not { } temperatures ? Of(baseline, candidate, norm)
        : temperatures.Moved(baseline, candidate, bins, rows.BaselineContext.Options.Seed) is { } moved ? Of(moved.Baseline, moved.Candidate, norm)
        : null;

    /// <param name="baseline">The baseline's bins in every resample.</param>
    /// <param name="candidate">The candidate's.</param>
    /// <param name="norm">How gaps become the error.</param>
    /// <returns>Null where the bins are of another number, so that none is that of another.</returns>
    public static Movement? Of(ResampledBins baseline, ResampledBins candidate, ErrorNorm norm)
    {
        if (baseline.BinCount != candidate.BinCount)
        {
            return null;
        }

        var (value, draws) = candidate.Difference(baseline, norm);
        return new(value, Spread.Of(draws));
    }

    /// <summary>An interval cut to what the error can have moved; whole where it lies beyond, so that one of the two is wrong by chance.</summary>
    /// <param name="lower">Its lower end.</param>
    /// <param name="upper">Its upper end.</param>
    /// <param name="most">What the error can have moved by.</param>
    /// <param name="method">How the interval is made.</param>
    public static Interval Within(double lower, double upper, double most, string method) =>
        lower > most || upper < -most ? new(lower, upper, method) : new(Math.Max(lower, -most), Math.Min(upper, most), method);

    /// <summary>
    /// The same of models with temperatures: between them, as they are here, the error has moved no farther than the gaps, and with
    /// the temperatures of all rows of the kind by what these do to it besides.
    /// </summary>
    /// <param name="shift">What the temperatures do to the difference, or null: there are none.</param>
    /// <param name="rows">The rows compared.</param>
    public Movement With(PairedShift? shift, PairedRows rows) => shift is null ? this : this with { StandardError = StandardError + shift.StandardError(rows) };

    /// <summary>By how many standard errors the movement lies below a tolerance.</summary>
    public double Room(double tolerance) => Deviates.OrEqual(tolerance, Value, StandardError);

    /// <summary>The most that the error can have moved.</summary>
    /// <param name="level">Confidence level, two-sided.</param>
    public double Most(double level) => Value + (Intervals.Quantile(level) * StandardError);
}
