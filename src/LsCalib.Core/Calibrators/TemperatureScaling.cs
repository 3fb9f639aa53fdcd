using System.Globalization;
using LsCalib.Core.Numerics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Calibrators;

/// <summary>
/// Fits one temperature by NLL (Guo et al. 2017, section 4.2). NLL is convex in β = 1/T, so the root of its slope is the
/// global minimum; it is found by Newton steps in ln β inside a bracket, in double precision.
/// </summary>
public static class TemperatureScaling
{
    /// <summary>Smallest temperature that is searched.</summary>
    public const double SmallestTemperature = 0.001;

    /// <summary>Largest temperature that is searched.</summary>
    public const double LargestTemperature = 1000;

    /// <summary>Folds of <see cref="CrossFit"/>.</summary>
    public const int FoldCount = 5;

    /// <summary>Fewest rows that are cross-fitted.</summary>
    public const int FewestRows = 50;

    // A Newton step this small (in ln β) leaves an error of the order of its square.
    private const double LastStep = 2e-6;
    private const int MostSteps = 100;

    // Rows of the two samples that a search starts on.
    private const int FirstSample = 2000;
    private const int SecondSample = 25_000;
    private static readonly double LogLow = Math.Log(1 / LargestTemperature);
    private static readonly double LogHigh = Math.Log(1 / SmallestTemperature);

    /// <summary>Fits a temperature on all rows.</summary>
    /// <param name="scores">Scores [N,K]; probabilities are fitted through their logarithms.</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="groups">Rows that are not independent of each other, for the interval; null: all are.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    public static TemperatureFit Fit(ScoreMatrix scores, int[] labels, int threads = 1, RowGroups? groups = null, CancellationToken cancel = default)
    {
        var fit = Fit(scores, labels, threads, VectorPaths.Best, cancel);
        return groups is null ? fit : Clustered(fit, scores.ToLogits(), labels, groups, threads, cancel);
    }

    internal static TemperatureFit Fit(ScoreMatrix scores, int[] labels, int threads, VectorPath path, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        Labels.Check(labels, scores.RowCount, scores.ClassCount);
        var logits = scores.ToLogits();
        return Solve(new(logits, labels, null, 1, threads, path, cancel), logits, labels, null, -1, double.NaN);
    }

    /// <summary>
    /// Fits on all rows, and without each of five stratified folds in turn, so that every row can be scaled by a
    /// temperature that it had no part in. Where rows are grouped, folds are of whole groups.
    /// </summary>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="seed">Seed of the folds.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="groups">Rows that are not independent of each other, or null: all are.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    public static CrossFit CrossFit(
        ScoreMatrix scores, int[] labels, long seed, int threads = 1, RowGroups? groups = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        Labels.Check(labels, scores.RowCount, scores.ClassCount);
        if (groups?.Count < FoldCount)
        {
            string few = string.Create(CultureInfo.InvariantCulture, $"{groups.Count} groups of rows are too few to cross-fit on; {FoldCount} are needed");
            return new(TemperatureFit.Failed(FitStatus.TooFewRows, few, scores.RowCount), [], new byte[scores.RowCount]);
        }

        var folds = groups is null ? Folds.Stratified(labels, scores.ClassCount, FoldCount, seed) : Folds.OfGroups(groups, FoldCount, seed);
        if (scores.RowCount < FewestRows)
        {
            string reason = string.Create(CultureInfo.InvariantCulture, $"{scores.RowCount} rows are too few to cross-fit on; {FewestRows} are needed");
            return new(TemperatureFit.Failed(FitStatus.TooFewRows, reason, scores.RowCount), [], folds);
        }

        var logits = scores.ToLogits();
        var derivatives = new NllDerivatives(logits, labels, folds, FoldCount, threads, VectorPaths.Best, cancel);
        double beta = Start(derivatives, -1);

        // One pass gives the derivatives of every fold: all six optima lie near.
        var byFold = derivatives.ByFold(beta);
        var all = FromSeries(NllMoments.Total(byFold), beta, out _) ?? Solve(derivatives, logits, labels, null, -1, beta);
        if (all.Status != FitStatus.Converged)
        {
            return new(all, [], folds);
        }

        var fits = new TemperatureFit[FoldCount];
        for (int fold = 0; fold < FoldCount; fold++)
        {
            fits[fold] = FromSeries(NllMoments.Total(byFold, fold), beta, out _) ?? Solve(derivatives, logits, labels, folds, fold, 1 / all.Temperature);
        }

        return new(groups is null ? all : Clustered(all, logits, labels, groups, threads, cancel), fits, folds);
    }

    /// <summary>
    /// The fit with the interval of grouped rows (Liang and Zeger 1986): the slopes of a group are summed before they are
    /// squared, times G/(G − 1).
    /// </summary>
    private static TemperatureFit Clustered(
        TemperatureFit fit, ScoreMatrix logits, int[] labels, RowGroups groups, int threads, CancellationToken cancel)
    {
        if (fit.Status != FitStatus.Converged)
        {
            return fit;
        }

        if (groups.Count < 2)
        {
            return fit with { Interval = null };
        }

        double beta = 1 / fit.Temperature;
        var (slopes, curvature) = new NllDerivatives(logits, labels, null, 1, threads, VectorPaths.Best, cancel).ByRow(beta);
        double squares = 0;
        foreach (double slope in groups.Sums(slopes))
        {
            squares += slope * slope;
        }

        double deviation = Math.Sqrt(squares * groups.Count / (groups.Count - 1)) / (curvature * beta);
        double reach = Math.Exp(Intervals.NormalQuantile * deviation);
        return fit with { Interval = new(fit.Temperature / reach, fit.Temperature * reach, "sandwich by group, normal in ln T") };
    }

    /// <summary>1/T within about a percent: solved on a small sample, then one step on a larger one.</summary>
    private static double Start(NllDerivatives derivatives, int without)
    {
        NllMoments At(double beta, int rows) => derivatives.RoughSum(beta, without, Math.Max(1, derivatives.RowCount / rows));
        double u = Newton(beta => At(beta, FirstSample), 0, LogLow, LogHigh, 1e-2).U;
        var moments = At(Math.Exp(u), SecondSample);
        double step = -moments.Slope / (moments.Curvature * Math.Exp(u));
        return Math.Exp(Math.Abs(step) < 0.2 ? u + step : u);
    }

    /// <summary>
    /// The optimum near β from the derivatives there, where the series is seen to converge: the folds' temperatures
    /// then cost one pass together instead of several each. Null where it is not precise enough.
    /// </summary>
    /// <param name="at">Derivatives at β.</param>
    /// <param name="beta">β.</param>
    /// <param name="next">Where the series has its root, a better β to try; NaN where it has none near.</param>
    private static TemperatureFit? FromSeries(in NllMoments at, double beta, out double next)
    {
        const double Tolerance = 1e-11;
        next = double.NaN;
        double step = 0;
        for (int i = 0; i < 20; i++)
        {
            double slope = at.Slope + (step * (at.Curvature + (step / 2 * (at.Third + (step / 3 * (at.Fourth + (step / 4 * at.Fifth)))))));
            double curvature = at.Curvature + (step * (at.Third + (step / 2 * (at.Fourth + (step / 3 * at.Fifth)))));
            if (!(curvature > 0))
            {
                return null;
            }

            double change = slope / curvature;
            step -= change;
            if (Math.Abs(step) > beta / 4)
            {
                return null;
            }

            if (Math.Abs(change) < 1e-14 * beta)
            {
                // What is left out, judged by the last two terms as if they went on geometrically.
                double last = Math.Abs(at.Fifth * step * step * step * step / 24);
                double before = Math.Abs(at.Fourth * step * step * step / 6);
                double ratio = Math.Max(before > 0 ? last / before : 0, Math.Abs(step) / beta);
                double error = last * ratio / (1 - Math.Min(ratio, 0.5)) / curvature;
                next = beta + step;
                return error < Tolerance * beta ? Converged(next, at, curvature) : null;
            }
        }

        return null;
    }

    private static TemperatureFit Solve(
        NllDerivatives derivatives, ScoreMatrix logits, int[] labels, byte[]? folds, int without, double start)
    {
        // From a start within a percent or so, one pass with the higher derivatives is nearly always enough, from
        // farther off two.
        double near = double.IsNaN(start) ? Start(derivatives, without) : start;
        for (int i = 0; i < 3; i++)
        {
            if (FromSeries(derivatives.Sum(near, without), near, out double next) is { } fit)
            {
                return fit;
            }

            if (double.IsNaN(next))
            {
                break;
            }

            near = next;
        }

        var (root, moments, found) = Newton(beta => derivatives.Sum(beta, without), Math.Log(near), LogLow, LogHigh, LastStep);
        return found
            ? Converged(Math.Exp(root), moments, moments.Curvature)
            : TemperatureSurvey.Explain(logits, labels, folds, without, moments.Slope);
    }

    private static TemperatureFit Converged(double beta, in NllMoments moments, double curvature)
    {
        // ln T has the same variance as ln β: Σ slope² / (Σ curvature · β)².
        double deviation = Math.Sqrt(moments.SquaredSlope) / (curvature * beta);
        double reach = Math.Exp(Intervals.NormalQuantile * deviation);
        double temperature = 1 / beta;
        return new(FitStatus.Converged, temperature, new(temperature / reach, temperature * reach, "sandwich, normal in ln T"), "", moments.Count);
    }

    /// <summary>Root of the slope in u = ln β, between low and high; not found when the slope has one sign there.</summary>
    private static (double U, NllMoments Moments, bool Found) Newton(
        Func<double, NllMoments> at, double u, double low, double high, double tolerance)
    {
        double bottom = low;
        double top = high;
        var moments = default(NllMoments);
        bool sawFalling = false;
        bool sawRising = false;
        double previous = 0;
        for (int i = 0; i < MostSteps; i++)
        {
            double beta = Math.Exp(u);
            moments = at(beta);
            bool rising = moments.Slope >= 0;
            sawRising |= rising;
            sawFalling |= !rising;
            if ((rising && u <= low) || (!rising && u >= high))
            {
                return (u, moments, false);
            }

            (bottom, top) = rising ? (bottom, u) : (u, top);

            // Far from the root the curvature can vanish or mislead: no step longer than a factor e², none out of the bracket.
            double step = moments.Curvature > 0 ? -moments.Slope / (moments.Curvature * beta) : rising ? -2 : 2;
            step = Math.Clamp(step, -2, 2);
            double next = u + step;
            if (next <= bottom || next >= top)
            {
                // The ends themselves are tried before it is said that the root lies beyond them.
                bool atEnd = rising ? bottom == low && next <= low : top == high && next >= high;
                next = atEnd ? (rising ? low : high) : (bottom + top) / 2;
            }

            // Where NLL only falls, the steps become short as well, but each as long as the last: a root shows by a change
            // of sign or by steps that shrink fast.
            double length = Math.Abs(next - u);
            bool shrinks = length < 0.1 * previous;
            if (length <= tolerance && next > low && next < high && ((sawFalling && sawRising) || shrinks))
            {
                return (next, moments, true);
            }

            previous = length;
            u = next;
        }

        return (u, moments, top - bottom <= tolerance);
    }
}
