using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Calibrators;

/// <summary>Outcome of fitting a temperature: softmax(z / T), T &gt; 1 softens an over-confident model (Guo et al. 2017).</summary>
/// <param name="Status">How the fit ended; only <see cref="FitStatus.Converged"/> has a temperature.</param>
/// <param name="Temperature">T, relative error below 1e-10; NaN without one.</param>
/// <param name="Interval">
/// 95 % interval of T: bias-corrected and accelerated (BCa) of resamples, whose lower end is 0 or upper end ∞ where so many
/// of them have no finite T, or without resamples from the sandwich variance of ln T. Null without a temperature, where half
/// of the resamples are of constant scores, and for a single group of rows.
/// </param>
/// <param name="Reason">What happened, in words; empty when the fit converged.</param>
/// <param name="RowCount">Rows fitted on, less those of weight 0.</param>
public sealed record TemperatureFit(FitStatus Status, double Temperature, Interval? Interval, string Reason, int RowCount)
{
    /// <summary>T of each resample, null where none were drawn.</summary>
    internal TemperatureDraws? Draws { get; private init; }

    /// <summary>The interval at another confidence level.</summary>
    /// <param name="level">Between 0 and 1.</param>
    /// <returns>As <see cref="Interval"/>: an end of resamples can be 0 or ∞.</returns>
    public Interval? IntervalAt(double level)
    {
        if (Draws is not null)
        {
            return Draws.Interval(level);
        }

        if (Interval is null || level == 0.95)
        {
            return Interval;
        }

        double reach = Math.Pow(Interval.Upper / Temperature, Intervals.Quantile(level) / Intervals.NormalQuantile);
        return new(Temperature / reach, Temperature * reach, Interval.Method);
    }

    /// <summary>The fit with the interval of its resamples.</summary>
    internal TemperatureFit WithDraws(TemperatureDraws draws) => this with { Draws = draws, Interval = draws.Interval(0.95) };

    internal static TemperatureFit Failed(FitStatus status, string reason, int rows) => new(status, double.NaN, null, reason, rows);
}

/// <summary>A temperature with the out-of-fold temperatures that its metrics rest on.</summary>
/// <param name="All">Fitted on all rows: the T to ship.</param>
/// <param name="Folds">Fitted without each fold in turn.</param>
/// <param name="FoldOfRow">Fold of each row [N].</param>
public sealed record CrossFit(TemperatureFit All, IReadOnlyList<TemperatureFit> Folds, byte[] FoldOfRow)
{
    /// <summary>The first fit that did not converge, or null.</summary>
    public TemperatureFit? Failure
    {
        get
        {
            if (All.Status != FitStatus.Converged)
            {
                return All;
            }

            for (int fold = 0; fold < Folds.Count; fold++)
            {
                if (Folds[fold].Status != FitStatus.Converged)
                {
                    return Folds[fold] with { Reason = $"without fold {fold + 1} of {Folds.Count}, {Folds[fold].Reason}" };
                }
            }

            return null;
        }
    }
}
