using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Resampling;

/// <summary>
/// Intervals of binned errors. Such an error is biased upwards and not regular near 0, where percentiles of resamples
/// never reach down to it. So a test is inverted instead: were the true gaps t times a pattern, the error would be that
/// of t·pattern plus the resampled noise; the interval holds the errors t·|pattern| for which the error seen is neither
/// among the largest nor among the smallest draws. Noise spreads the gaps seen more than the true ones, so two patterns
/// are taken, the gaps as seen and shrunk towards their mean, and what either allows. The interval is at least as wide as the normal one around the error for
/// which the error seen is the median draw. Coverage by simulation: README.md of this folder.
/// </summary>
internal sealed class ErrorInterval
{
    private const double LeastSpread = 0.25;
    private readonly double[] _gaps;
    private readonly double[] _meanShares;
    private readonly double[] _pattern;
    private readonly double[] _noise;
    private readonly double[] _shares;
    private readonly int _resamples;
    private readonly int _stride;
    private readonly double[] _draws;

    private ErrorInterval(int binCount, int resamples)
    {
        _gaps = new double[binCount];
        _meanShares = new double[binCount];
        _pattern = new double[binCount];
        _resamples = resamples;
        _stride = (resamples + Vector512<double>.Count - 1) / Vector512<double>.Count * Vector512<double>.Count;
        _noise = new double[binCount * _stride];
        _shares = new double[binCount * _stride];
        _draws = new double[_stride];
    }

    /// <summary>The interval, or null where the estimate is undefined.</summary>
    /// <param name="table">Bins whose edges are among those of the plan.</param>
    /// <param name="edges">Upper edges of the plan's cells.</param>
    /// <param name="sums">The resamples.</param>
    /// <param name="norm">How gaps become an error.</param>
    /// <param name="estimate">The error of the sample.</param>
    /// <param name="level">Confidence level, 0 to 1.</param>
    /// <param name="fewestRows">Bins of fewer rows are left out.</param>
    public static Interval? Of(
        ReliabilityTable table, ReadOnlySpan<double> edges, BootstrapSums sums, ErrorNorm norm, double estimate, double level, int fewestRows = 1)
    {
        if (!double.IsFinite(estimate))
        {
            return null;
        }

        var (binOfCell, bins) = CellMap.Create(table, edges, fewestRows, out int binCount);
        var inversion = new ErrorInterval(binCount, sums.ResampleCount);
        inversion.Fill(table, bins, binOfCell, sums);
        inversion._gaps.CopyTo(inversion._pattern, 0);
        var seen = inversion.Invert(norm, estimate, level);
        inversion.Shrink();
        var shrunk = inversion.Invert(norm, estimate, level);
        return new(Math.Min(seen.Lower, shrunk.Lower), Math.Min(1, Math.Max(seen.Upper, shrunk.Upper)), "bootstrap, test inverted along the gaps");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(ReliabilityTable table, int[] bins, int[] binOfCell, BootstrapSums sums)
    {
        for (int m = 0; m < bins.Length; m++)
        {
            if (bins[m] >= 0)
            {
                _meanShares[bins[m]] = table.Bins[m].Weight / table.TotalWeight;
                _gaps[bins[m]] = _meanShares[bins[m]] * table.Bins[m].Gap;
            }
        }

        for (int b = 0; b < _resamples; b++)
        {
            double total = 0;
            for (int cell = 0; cell < binOfCell.Length; cell++)
            {
                double count = sums.Counts[(b * binOfCell.Length) + cell];
                total += count;
                int bin = binOfCell[cell];
                if (bin >= 0)
                {
                    _shares[(bin * _stride) + b] += count;
                    _noise[(bin * _stride) + b] += sums.Gaps[(b * binOfCell.Length) + cell];
                }
            }

            for (int bin = 0; bin < _gaps.Length; bin++)
            {
                int at = (bin * _stride) + b;
                _shares[at] /= total;
                _noise[at] = (_noise[at] / total) - _gaps[bin];
            }
        }
    }

    private (double Lower, double Upper) Invert(ErrorNorm norm, double estimate, double level)
    {
        double tail = (1 - level) / 2;
        double unit = Norm(norm, _pattern);
        double lower = Root(norm, unit, estimate, 1 - tail) * unit;
        double upper = Root(norm, unit, estimate, tail) * unit;
        double centre = Root(norm, unit, estimate, 0.5) * unit;
        double half = Intervals.Quantile(level) * LinearDeviation(norm, estimate);
        return (Math.Max(0, Math.Min(Math.Min(lower, estimate), centre - half)), Math.Max(Math.Max(upper, estimate), centre + half));
    }

    /// <summary>
    /// Shrinks the gaps seen towards their mean, each by as much as its noise weighs against the spread of the true gaps
    /// (the random-effects model of DerSimonian and Laird 1986).
    /// </summary>
    private void Shrink()
    {
        var variances = new double[_gaps.Length];
        double shares = 0;
        double mean = 0;
        double noise = 0;
        for (int bin = 0; bin < _gaps.Length; bin++)
        {
            double squares = 0;
            foreach (double value in _noise.AsSpan(bin * _stride, _resamples))
            {
                squares += value * value;
            }

            variances[bin] = squares / _resamples / (_meanShares[bin] * _meanShares[bin]);
            noise += _meanShares[bin] * variances[bin];
            shares += _meanShares[bin];
            mean += _gaps[bin];
        }

        double spread = 0;
        for (int bin = 0; bin < _gaps.Length; bin++)
        {
            double difference = (_gaps[bin] / _meanShares[bin]) - (mean / shares);
            spread += _meanShares[bin] * difference * difference;
        }

        double between = Math.Max(0, (spread - noise) / shares);
        double weights = 0;
        double centre = 0;
        for (int bin = 0; bin < _gaps.Length; bin++)
        {
            double weight = 1 / (between + variances[bin] + 1e-12);
            weights += weight;
            centre += weight * _gaps[bin] / _meanShares[bin];
        }

        centre /= weights;
        for (int bin = 0; bin < _gaps.Length; bin++)
        {
            double kept = Math.Max(LeastSpread, between / (between + variances[bin] + 1e-12));
            _pattern[bin] = (_meanShares[bin] * centre) + (kept * (_gaps[bin] - (_meanShares[bin] * centre)));
        }
    }

    /// <summary>The error of gaps without noise.</summary>
    private double Norm(ErrorNorm norm, double[] gaps)
    {
        double sum = 0;
        for (int bin = 0; bin < gaps.Length; bin++)
        {
            double gap = gaps[bin];
            sum = norm switch
            {
                ErrorNorm.Expected => sum + Math.Abs(gap),
                ErrorNorm.RootMeanSquare => sum + (gap * gap / _meanShares[bin]),
                ErrorNorm.OverConfident => sum + Math.Max(-gap, 0),
                ErrorNorm.UnderConfident => sum + Math.Max(gap, 0),
                _ => Math.Max(sum, Math.Abs(gap) / _meanShares[bin]),
            };
        }

        return norm == ErrorNorm.RootMeanSquare ? Math.Sqrt(sum) : sum;
    }

    /// <summary>
    /// Standard error of the error where all gaps keep their sign: that of its slope times the noise. For the largest gap,
    /// the largest one of the bins that may have it.
    /// </summary>
    private double LinearDeviation(ErrorNorm norm, double estimate)
    {
        var slopes = new double[_gaps.Length];
        double largest = 0;
        for (int bin = 0; bin < _gaps.Length; bin++)
        {
            double share = _meanShares[bin];
            slopes[bin] = norm switch
            {
                ErrorNorm.Expected => Math.Sign(_gaps[bin]),
                ErrorNorm.RootMeanSquare => estimate > 0 ? _gaps[bin] / share / estimate : 0,
                ErrorNorm.OverConfident => _gaps[bin] < 0 ? -1 : 0,
                ErrorNorm.UnderConfident => _gaps[bin] > 0 ? 1 : 0,
                _ => 0,
            };
            if (norm == ErrorNorm.Maximum && Math.Abs(_gaps[bin]) / share >= estimate / 2)
            {
                slopes[bin] = 1 / share;
                largest = Math.Max(largest, Deviation(slopes));
                slopes[bin] = 0;
            }
        }

        return norm == ErrorNorm.Maximum ? largest : Deviation(slopes);
    }

    /// <summary>Standard deviation of a linear combination of the bins' noise.</summary>
    private double Deviation(double[] slopes)
    {
        double sum = 0;
        double squares = 0;
        for (int b = 0; b < _resamples; b++)
        {
            double change = 0;
            for (int bin = 0; bin < slopes.Length; bin++)
            {
                change += slopes[bin] * _noise[(bin * _stride) + b];
            }

            sum += change;
            squares += change * change;
        }

        return Math.Sqrt(Math.Max(squares - (sum * sum / _resamples), 0) / _resamples);
    }

    /// <summary>The factor t at which the quantile of the error equals the estimate, 0 where it is above already.</summary>
    private double Root(ErrorNorm norm, double unit, double estimate, double quantile)
    {
        double low = 0;
        double below = At(norm, 0, quantile) - estimate;
        if (!(below < 0) || !(unit > 0))
        {
            return 0;
        }

        double high = 1;
        double above = At(norm, high, quantile) - estimate;
        while (above < 0 && high * unit < 1)
        {
            (low, below) = (high, above);
            high *= 2;
            above = At(norm, high, quantile) - estimate;
        }

        // The quantile is a broken line in t: false position, and bisection in turn lest it creep.
        for (int i = 0; i < 40 && high - low > 1e-5 * high && above > 0; i++)
        {
            double t = i % 2 == 1 ? (low + high) / 2 : low - (below * (high - low) / (above - below));
            double value = At(norm, t, quantile) - estimate;
            if (value < 0)
            {
                (low, below) = (t, value);
            }
            else
            {
                (high, above) = (t, value);
            }
        }

        // On a piece of the line the rule can meet the root exactly.
        return above > 0 ? low - (below * (high - low) / (above - below)) : high;
    }

    /// <summary>A quantile of the error over the resamples where the true gaps are t times the pattern.</summary>
    private double At(ErrorNorm norm, double t, double quantile)
    {
        Array.Clear(_draws);
        for (int bin = 0; bin < _gaps.Length; bin++)
        {
            var noise = _noise.AsSpan(bin * _stride, _stride);
            var shares = _shares.AsSpan(bin * _stride, _stride);
            NormTerms.Add(norm, t * _pattern[bin], noise, shares, _draws);
        }

        double selected = Quantiles.Select(_draws.AsSpan(0, _resamples), quantile);
        return norm == ErrorNorm.RootMeanSquare ? Math.Sqrt(selected) : selected;
    }
}
