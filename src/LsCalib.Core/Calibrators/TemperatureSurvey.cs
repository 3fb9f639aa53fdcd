using System.Globalization;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Calibrators;

/// <summary>Says why no temperature minimises NLL, from the slope's limits at both ends.</summary>
internal static class TemperatureSurvey
{
    /// <param name="logits">Logits [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="weights">How much each row counts [N], or null; rows of weight 0 are not looked at.</param>
    /// <param name="folds">Fold of each row, or null.</param>
    /// <param name="without">Fold left out, or −1.</param>
    /// <param name="slope">Slope at the end of the search where it stopped.</param>
    public static TemperatureFit Explain(ScoreMatrix logits, int[] labels, double[]? weights, byte[]? folds, int without, double slope)
    {
        var values = new double[logits.ClassCount];
        int rows = 0;
        int zeros = 0;
        bool constant = true;
        bool separable = true;
        double atZero = 0;
        for (int row = 0; row < logits.RowCount; row++)
        {
            double weight = weights is null ? 1 : weights[row];
            if (weight == 0 || (folds is not null && folds[row] == without))
            {
                continue;
            }

            logits.CopyRow(row, values);
            double own = values[labels[row]];
            if (own < logits.ZeroBelow)
            {
                zeros++;
                continue;
            }

            double largest = double.NegativeInfinity;
            double smallest = double.PositiveInfinity;
            double mean = 0;
            foreach (double value in values)
            {
                largest = Math.Max(largest, value);
                smallest = Math.Min(smallest, value);
                mean += value / values.Length;
            }

            rows++;
            constant &= largest == smallest;
            separable &= own >= largest;
            atZero += weight * (mean - own);
        }

        string count = rows.ToString("N0", CultureInfo.InvariantCulture);
        string range = string.Create(CultureInfo.InvariantCulture, $"[{TemperatureScaling.SmallestTemperature}, {TemperatureScaling.LargestTemperature}]");
        var (status, reason) = rows == 0 ? (FitStatus.AntiCorrelated, "the true class of every row has probability 0; check the labels and the class order")
            : constant ? (FitStatus.Constant, "all scores of each row are equal, so a temperature changes nothing")
            : separable ? (FitStatus.Separable, $"all {count} rows are classified correctly, so NLL falls without end as T goes to 0; use more rows")
            : atZero >= 0 ? (FitStatus.AntiCorrelated, "the scores point away from the labels: NLL is least when they are ignored (T → ∞); check the labels and the class order")
            : (FitStatus.AtBound, $"NLL is least {(slope < 0 ? "below" : "above")} the temperatures searched, {range}");
        string apart = zeros == 0 || rows == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; apart from {zeros:N0} whose true class has probability 0, which no temperature changes");
        return TemperatureFit.Failed(status, reason + apart, rows + zeros);
    }
}
