using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Comparison;

/// <summary>
/// What each row does to the squared L2 error over bins: with u = correct − confidence, m the mean of u in a row's bin and S
/// the sum of shares times m², a row moves it by ψ = 2 m u − m² − S. Where all m are 0 the estimate still scatters, by
/// 2/n² Σ n_b/(n_b − 1) v_b² with v the mean of c(1 − c) in a bin (Sun et al. 2024).
/// </summary>
internal sealed class SquaredInfluence
{
    private readonly double[] _ofRow;
    private readonly double _calibrated;

    /// <param name="ofRow">ψ of each row [N].</param>
    /// <param name="calibrated">Variance where all bins' means are 0.</param>
    public SquaredInfluence(double[] ofRow, double calibrated)
    {
        _ofRow = ofRow;
        _calibrated = calibrated;
    }

    /// <summary>Variance of the debiased estimate.</summary>
    public double Variance => CovarianceWith(this) + _calibrated;

    /// <param name="table">Bins.</param>
    /// <param name="order">The rows by confidence.</param>
    public static SquaredInfluence Of(ReliabilityTable table, ConfidenceOrder order)
    {
        int bins = table.Bins.Length;
        int n = order.RowCount;
        var binOf = new int[n];
        var count = new int[bins];
        var sum = new double[bins];
        var noise = new double[bins];
        int bin = 0;
        for (int place = 0; place < n; place++)
        {
            double c = order.Confidence[place];
            while (bin < bins - 1 && c > table.Bins[bin].Upper)
            {
                bin++;
            }

            binOf[place] = bin;
            count[bin]++;
            sum[bin] += (order.Correct[place] ? 1 : 0) - c;
            noise[bin] += c * (1 - c);
        }

        double square = 0;
        double calibrated = 0;
        for (int b = 0; b < bins; b++)
        {
            if (count[b] > 1)
            {
                square += sum[b] * sum[b] / count[b] / n;
                calibrated += 2.0 / n / n * count[b] / (count[b] - 1) * (noise[b] / count[b]) * (noise[b] / count[b]);
            }
        }

        var ofRow = new double[n];
        for (int place = 0; place < n; place++)
        {
            int b = binOf[place];
            double u = (order.Correct[place] ? 1 : 0) - order.Confidence[place];
            double m = count[b] > 1 ? sum[b] / count[b] : 0;
            ofRow[order.Row[place]] = (2 * m * u) - (m * m) - square;
        }

        return new(ofRow, calibrated);
    }

    /// <summary>The same of a model whose temperature moves with these rows.</summary>
    /// <param name="shift">What each row does to the estimate through it [N].</param>
    public SquaredInfluence With(ReadOnlySpan<double> shift)
    {
        double[] ofRow = [.. _ofRow];
        for (int row = 0; row < ofRow.Length; row++)
        {
            ofRow[row] += shift[row];
        }

        return new(ofRow, _calibrated);
    }

    /// <summary>Covariance of this estimate and another on the same rows.</summary>
    public double CovarianceWith(SquaredInfluence other)
    {
        // Both have mean 0 but for rounding.
        double sum = 0;
        for (int row = 0; row < _ofRow.Length; row++)
        {
            sum += _ofRow[row] * other._ofRow[row];
        }

        return sum / _ofRow.Length / _ofRow.Length;
    }
}
