using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;
using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Comparison;

/// <summary>By how much a candidate is worse than a baseline on the same rows, and what is known of the true worsening.</summary>
/// <param name="Baseline">The baseline's value.</param>
/// <param name="Candidate">The candidate's value.</param>
/// <param name="Value">The worsening seen, in the metric's unit; below 0 where the candidate is better.</param>
/// <param name="Method">How its interval is made, in words.</param>
public abstract record Worsening(double Baseline, double Candidate, double Value, string Method)
{
    /// <summary>Power of <see cref="Detectable"/>.</summary>
    public const double Power = 0.8;

    /// <summary>
    /// By which power of the width of the interval the rows grow that make it so: 2 where noise shrinks with the root of the number of
    /// rows; 3 where a bandwidth that noise itself widens smooths it, so that it shrinks with the cube root.
    /// </summary>
    public int RowsPower { get; init; } = 2;

    /// <summary>The candidate's noise floor, of errors that have one.</summary>
    public NoiseFloor? Floor
    {
        get => field ?? Measured?.Value.NoiseFloor;
        init;
    }

    /// <summary>What else a reader must know of the candidate's value, as <see cref="Measurement.Note"/>; else empty.</summary>
    public string Note
    {
        get => field.Length > 0 ? field : Measured?.Value.Note ?? "";
        init;
    } = "";

    /// <summary>The candidate's value with its floor and note, where they take long and not everyone asks for them.</summary>
    internal Lazy<Measurement>? Measured { get; init; }

    /// <summary>
    /// By how many standard errors the true worsening lies above a tolerance, at the least: a sure failure where it is above the
    /// normal quantile. −∞ where nothing speaks for it; NaN where nothing is known.
    /// </summary>
    public abstract double Excess(double tolerance);

    /// <summary>By how many standard errors it lies below, at the least: a sure pass where it is above the normal quantile.</summary>
    public abstract double Room(double tolerance);

    /// <summary>The interval of the true worsening, null where nothing is known.</summary>
    /// <param name="level">Confidence level, two-sided.</param>
    public abstract Interval? At(double level);

    /// <summary>How far above the tolerance the true worsening must lie to fail with 80 % power.</summary>
    /// <param name="level">Confidence level, two-sided.</param>
    public abstract double Detectable(double level);

    /// <summary>The same with a tolerance that is a share of the baseline's value: what to test, and the tolerance of that test.</summary>
    /// <param name="share">0.02 for 2 %.</param>
    public virtual (Worsening Tested, double Tolerance) Relative(double share) => (this, share * Math.Abs(Baseline));

    /// <summary>Probability of so much excess where the true worsening is the tolerance, at most.</summary>
    public double PValue(double tolerance)
    {
        double excess = Excess(tolerance);
        return double.IsNaN(excess) ? double.NaN : Normal.CDF(0, 1, -excess);
    }

    /// <summary>Rows that would decide, were the worsening seen the true one and all noise to shrink as <see cref="RowsPower"/> tells.</summary>
    /// <param name="tolerance">The tolerance.</param>
    /// <param name="level">Confidence level, two-sided.</param>
    /// <param name="rowCount">Rows now.</param>
    /// <param name="others">Other tests that a failure has to hold beside (<see cref="Together"/>).</param>
    /// <returns>Null where no number of rows would, or the interval is unknown.</returns>
    public long? RowsToDecide(double tolerance, double level, int rowCount, int others = 0)
    {
        bool fails = Value > tolerance;
        if (At(fails ? Together(level, 1 + others) : level) is not { } interval)
        {
            return null;
        }

        double distance = Math.Abs(Value - tolerance);
        double reach = fails ? Value - interval.Lower : interval.Upper - Value;
        double rows = Math.Ceiling(rowCount * Math.Pow(reach / distance, RowsPower));
        return rows > rowCount && rows < 1e12 ? (long)rows : null;
    }

    /// <summary>The level at which one of several tests is sure whatever the others say (Bonferroni): what Holm asks of the first.</summary>
    /// <param name="level">Level of all together, two-sided.</param>
    /// <param name="tests">Number of tests, at least 1.</param>
    public static double Together(double level, int tests) => 1 - ((1 - level) / tests);

    /// <summary>The normal quantile of a two-sided level plus that of the power.</summary>
    protected static double Quantiles(double level) => Intervals.Quantile(level) + Normal.InvCDF(0, 1, Power);
}
