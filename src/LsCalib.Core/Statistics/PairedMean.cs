using LsCalib.Core.Metrics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Statistics;

/// <summary>The mean over rows of a difference between two sets of predictions of the same rows.</summary>
/// <param name="Value">Mean difference.</param>
/// <param name="StandardError">Its standard error; NaN of a single row or group.</param>
public readonly record struct PairedMean(double Value, double StandardError)
{
    /// <summary>The normal interval; null where the standard error is undefined.</summary>
    /// <param name="level">Confidence level, between 0 and 1.</param>
    public Interval? At(double level)
    {
        double half = Intervals.Quantile(level) * StandardError;
        return double.IsNaN(half) ? null : new(Value - half, Value + half, "normal, of paired rows");
    }

    /// <summary>Mean of after − before.</summary>
    /// <param name="after">A value of each row [N].</param>
    /// <param name="before">The same of the other predictions [N].</param>
    /// <param name="groups">Rows that are not independent, whose sums then are; null: all are.</param>
    /// <param name="weights">How much each row counts; null: all the same.</param>
    public static PairedMean Of(ReadOnlySpan<double> after, ReadOnlySpan<double> before, RowGroups? groups = null, RowWeights? weights = null)
    {
        if (after.Length != before.Length)
        {
            throw new ArgumentException($"{after.Length} and {before.Length} values are not of the same rows.", nameof(before));
        }

        double total = 0;
        double sum = 0;
        var differences = new double[after.Length];
        for (int row = 0; row < differences.Length; row++)
        {
            double weight = weights?.OfRow[row] ?? 1;
            differences[row] = weight * (after[row] - before[row]);
            sum += differences[row];
            total += weight;
        }

        double mean = sum / total;
        for (int row = 0; row < differences.Length; row++)
        {
            differences[row] -= mean * (weights?.OfRow[row] ?? 1);
        }

        double[] units = groups?.Sums(differences) ?? differences;
        double squares = 0;
        foreach (double unit in units)
        {
            squares += unit * unit;
        }

        double n = groups?.CountOf(weights) ?? (weights is null ? units.Length : weights.OfRow.Count(weight => weight > 0));
        return new(mean, n < 2 ? double.NaN : Math.Sqrt(squares * n / (n - 1)) / total);
    }
}
