using LsCalib.Core.Ordering;
using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Metrics;

/// <summary>The interval of <see cref="DebiasedError"/>'s squared L2 error where rows are weighted.</summary>
internal static class WeightedDebiasedError
{
    /// <summary>
    /// By the law of Σ_m W_m/W · Σ_{j≠l} w_j w_l u_j u_l / (W_m² − Σ w²), u = correct − confidence: a row moves it by
    /// w (2 gap u − gap² − error)/W to first order, and the variance that is left under calibration is added.
    /// </summary>
    /// <param name="table">Bins of the order.</param>
    /// <param name="order">Predictions with weights.</param>
    /// <param name="level">Confidence level, 0 to 1.</param>
    /// <returns>On the scale of the squared error, and not clipped; null without a bin of an effective count of 2.</returns>
    public static Interval? OfSquaredL2(ReliabilityTable table, ConfidenceOrder order, double level)
    {
        var weights = order.Weight ?? throw new ArgumentException("The order has no weights.", nameof(order));
        double statistic = 0;
        double calibrated = 0;
        double mean = 0;
        int place = 0;
        foreach (var bin in table.Bins)
        {
            double u = 0;
            double squares = 0;
            double ownSquares = 0;
            double noise = 0;
            double ownNoise = 0;
            for (int end = place + bin.Count; place < end; place++)
            {
                double w = weights[place];
                double wu = w * Residual(order, place);
                double v = w * w * order.Confidence[place] * (1 - order.Confidence[place]);
                u += wu;
                squares += wu * wu;
                ownSquares += w * w;
                noise += v;
                ownNoise += v * v;
            }

            if (!DebiasedError.HasVariance(bin))
            {
                continue;
            }

            double share = bin.Weight / table.TotalWeight;
            double pairs = (bin.Weight * bin.Weight) - ownSquares;
            statistic += share * ((u * u) - squares) / pairs;
            calibrated += share * share * 2 * Math.Max((noise * noise) - ownNoise, 0) / (pairs * pairs);
            mean += share * bin.Gap * bin.Gap;
        }

        double variance = calibrated;
        place = 0;
        foreach (var bin in table.Bins)
        {
            for (int end = place + bin.Count; place < end; place++)
            {
                bool isIn = DebiasedError.HasVariance(bin);
                double own = isIn ? bin.Gap * ((2 * Residual(order, place)) - bin.Gap) : 0;
                double influence = weights[place] * (own - mean) / table.TotalWeight;
                variance += influence * influence;
            }
        }

        if (!(variance > 0))
        {
            return null;
        }

        double half = Normal.InvCDF(0, 1, (1 + level) / 2) * Math.Sqrt(variance);
        return new(statistic - half, statistic + half, "U-statistic of weighted rows, normal");
    }

    private static double Residual(ConfidenceOrder order, int place) => (order.Correct[place] ? 1 : 0) - order.Confidence[place];
}
