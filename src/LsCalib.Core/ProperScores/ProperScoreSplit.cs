using LsCalib.Core.Statistics;

namespace LsCalib.Core.ProperScores;

/// <summary>
/// A proper score cut in two (Berta, Holzmüller et al. 2025): what an optimal recalibration would leave, and what it
/// would save.
/// </summary>
/// <param name="Loss">Mean loss of the predictions as they are; NaN without rows.</param>
/// <param name="Calibration">Loss − refinement: what miscalibration costs. Out of fold it can be negative, by chance or by the fit's own noise; NaN without a recalibration.</param>
/// <param name="Refinement">Mean loss after a recalibration that no row had a part in of its own; NaN without one.</param>
/// <param name="StandardError">Standard error of the calibration part from the rows' paired differences, the noise of the fit itself left out; NaN below two rows.</param>
/// <param name="RowCount">N.</param>
public sealed record ProperScoreSplit(double Loss, double Calibration, double Refinement, double StandardError, int RowCount)
{
    /// <summary>The split of given losses.</summary>
    /// <param name="losses">Loss of each row as predicted [N].</param>
    /// <param name="recalibrated">Loss of each row after recalibration [N].</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static ProperScoreSplit Of(ReadOnlySpan<double> losses, ReadOnlySpan<double> recalibrated)
    {
        if (losses.Length != recalibrated.Length)
        {
            throw new ArgumentException($"{recalibrated.Length} recalibrated losses for {losses.Length} rows.", nameof(recalibrated));
        }

        int n = losses.Length;
        double loss = Intervals.Mean(losses);
        double refinement = Intervals.Mean(recalibrated);
        double calibration = loss - refinement;
        double squares = 0;
        for (int i = 0; i < n; i++)
        {
            double deviation = losses[i] - recalibrated[i] - calibration;
            squares += deviation * deviation;
        }

        return new(loss, calibration, refinement, n < 2 ? double.NaN : Math.Sqrt(squares / (n - 1) / n), n);
    }

    internal static ProperScoreSplit WithoutRecalibration(ReadOnlySpan<double> losses) =>
        new(Intervals.Mean(losses), double.NaN, double.NaN, double.NaN, losses.Length);
}
