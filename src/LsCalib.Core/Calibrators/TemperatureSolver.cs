using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Calibrators;

/// <summary>Finds the root of the slope of NLL in β = 1/T.</summary>
internal static class TemperatureSolver
{
    /// <summary>ln β where the search begins.</summary>
    public static readonly double LogLow = Math.Log(1 / TemperatureScaling.LargestTemperature);

    /// <summary>ln β where the search ends.</summary>
    public static readonly double LogHigh = Math.Log(1 / TemperatureScaling.SmallestTemperature);

    // A Newton step this small (in ln β) leaves an error of the order of its square.
    private const double LastStep = 2e-6;
    private const int MostSteps = 100;

    // Rows of the two samples that a search starts on.
    private const int FirstSample = 2000;
    private const int SecondSample = 25_000;

    /// <summary>1/T within about a percent: solved on a small sample, then one step on a larger one.</summary>
    public static double Start(NllDerivatives derivatives, int without)
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
    public static TemperatureFit? FromSeries(in NllMoments at, double beta, out double next)
    {
        const double Tolerance = 1e-11;
        if (!at.TryRoot(beta, out next, out double curvature, out double error))
        {
            next = double.NaN;
            return null;
        }

        return error < Tolerance * beta ? Converged(next, at, curvature) : null;
    }

    /// <summary>The fit on all rows, or on all but one fold.</summary>
    /// <param name="derivatives">Passes over the rows.</param>
    /// <param name="logits">Logits [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="weights">How much each row counts [N], or null.</param>
    /// <param name="folds">Fold of each row, or null.</param>
    /// <param name="without">Fold left out, or −1.</param>
    /// <param name="start">β to start from, or NaN.</param>
    public static TemperatureFit Solve(
        NllDerivatives derivatives, ScoreMatrix logits, int[] labels, double[]? weights, byte[]? folds, int without, double start)
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
            : TemperatureSurvey.Explain(logits, labels, weights, folds, without, moments.Slope);
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
