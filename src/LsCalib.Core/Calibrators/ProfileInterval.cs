using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Calibrators;

/// <summary>
/// The likelihood-profile interval of a temperature, scaled so that it holds for a model that no temperature makes right.
/// With L = Σ NLL, H = Σ ∂²NLL/∂β² and J = Σ (∂NLL/∂β)² at the optimum of β = 1/T, a Taylor series gives
/// 2(L(β) − L(β*)) ≈ H (β − β*)², whose variance is that of the sandwich, J/H²: it follows (J/H) χ²₁, not χ²₁ (Kent 1982).
/// The interval holds every T with 2(L(T) − L(T*)) · H/J ≤ the quantile of χ²₁ (the vertical scaling of Chandler and
/// Bate 2007); H/J is the variance of a model that is right, 1/H, over that of the sandwich. L is convex in β, so this is
/// one interval; it is that of ln T, or of any function of T, as well, and follows the skewness of L where the sandwich
/// interval is symmetric.
/// </summary>
public static class ProfileInterval
{
    /// <summary>How it is named in <see cref="Interval.Method"/>.</summary>
    public const string Method = "likelihood profile, scaled by the sandwich ratio";

    /// <summary>The interval of a temperature fitted to all rows.</summary>
    /// <param name="scores">Scores [N,K] that it was fitted to.</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="fit">The fit.</param>
    /// <param name="options">
    /// As of the fit. Slopes are weighted before they are squared; those of a group are summed before, times G/(G − 1).
    /// </param>
    /// <param name="level">Confidence level, between 0 and 1.</param>
    /// <param name="cancel">Stops between passes over the rows, a few for each end.</param>
    /// <returns>
    /// Lower 0, or upper ∞, where NLL stays within reach down to <see cref="TemperatureScaling.SmallestTemperature"/>, or up
    /// to <see cref="TemperatureScaling.LargestTemperature"/>: few rows may well allow scores that tell nothing (T → ∞).
    /// Null without a temperature, and for a single group of rows.
    /// </returns>
    /// <exception cref="ArgumentException">Labels, groups or weights are of another number of rows, or a label is no class.</exception>
    public static Interval? Compute(
        ScoreMatrix scores, int[] labels, TemperatureFit fit, TemperatureOptions options, double level = 0.95, CancellationToken cancel = default)
    {
        TemperatureScaling.Check(scores, labels, options);
        ArgumentNullException.ThrowIfNull(fit);
        return Compute(scores.ToLogits(), labels, fit, options, level, VectorPaths.Best, cancel);
    }

    internal static Interval? Compute(
        ScoreMatrix logits, int[] labels, TemperatureFit fit, TemperatureOptions options, double level, VectorPath path, CancellationToken cancel)
    {
        var units = DrawnUnits.From(logits.RowCount, options.Groups, options.Weights);
        if (fit.Status != FitStatus.Converged || (units.IsGrouped && units.Count < 2))
        {
            return null;
        }

        double beta = 1 / fit.Temperature;
        var derivatives = new NllDerivatives(logits, labels, null, 1, options.Threads, path, options.Weights?.OfRow, cancel) { KeepsRows = units.IsGrouped };
        var moments = derivatives.Sum(beta);
        double squares = units.IsGrouped ? SquaredByGroup(units, derivatives) : moments.SquaredSlope;
        string method = units.IsGrouped ? Method + " by group" : Method;
        if (!(squares > 0))
        {
            return new(fit.Temperature, fit.Temperature, method);
        }

        var curve = new NllCurve(logits, labels, options.Weights?.OfRow, null, options.Threads, path, cancel);
        double least = curve.At([beta]).Nll[0];
        double deviation = Math.Sqrt(squares) / (moments.Curvature * beta);
        double quantile = Intervals.Quantile(level);
        var ends = new[] { 1, -1 }.Select(side => new ProfileEnd(side, Math.Log(beta), deviation, quantile, least, moments.Curvature / squares)).ToArray();

        // Both ends share their passes.
        for (var open = ends; open.Length > 0; open = [.. open.Where(end => !end.IsFound)])
        {
            var sums = curve.At(Array.ConvertAll(open, end => Math.Exp(end.LogBeta)));
            for (int i = 0; i < open.Length; i++)
            {
                open[i].Step(sums.Nll[i], sums.Slope[i]);
            }
        }

        return new(Math.Exp(-ends[0].LogBeta), Math.Exp(-ends[1].LogBeta), method);
    }

    private static double SquaredByGroup(DrawnUnits units, NllDerivatives derivatives)
    {
        double squares = 0;
        foreach (var group in units.Sums(derivatives.KeptRows))
        {
            squares += group.Slope * group.Slope;
        }

        return squares * units.Count / (units.Count - 1);
    }
}
