using LsCalib.Core.Metrics;

namespace LsCalib.Core.Resampling;

/// <summary>The bins of a table in every resample.</summary>
internal sealed class ResampledBins
{
    private readonly ReliabilityTable _table;
    private readonly int _fewestRows;
    private readonly int _resamples;
    private readonly int _stride;

    // Σ (correct − confidence)/N and share of the rows of each bin [M,B], resamples of a bin side by side.
    private readonly double[] _gaps;
    private readonly double[] _shares;

    /// <param name="table">Bins whose edges are among those of the plan.</param>
    /// <param name="edges">Upper edges of the plan's cells.</param>
    /// <param name="sums">The resamples.</param>
    /// <param name="fewestRows">Bins of fewer rows in the sample have no gap.</param>
    public ResampledBins(ReliabilityTable table, ReadOnlySpan<double> edges, BootstrapSums sums, int fewestRows)
    {
        _table = table;
        _fewestRows = fewestRows;
        _resamples = sums.ResampleCount;

        // Whole vectors of resamples.
        _stride = (_resamples + 7) / 8 * 8;
        _gaps = new double[table.Bins.Length * _stride];
        _shares = new double[table.Bins.Length * _stride];
        var (binOfCell, _) = CellMap.Create(table, edges, fewestRows: 0, out _);
        for (int b = 0; b < _resamples; b++)
        {
            double total = 0;
            for (int cell = 0; cell < binOfCell.Length; cell++)
            {
                double count = sums.Counts[(b * binOfCell.Length) + cell];
                int at = (binOfCell[cell] * _stride) + b;
                total += count;
                _shares[at] += count;
                _gaps[at] += sums.Gaps[(b * binOfCell.Length) + cell];
            }

            for (int bin = 0; bin < table.Bins.Length; bin++)
            {
                _shares[(bin * _stride) + b] /= total;
                _gaps[(bin * _stride) + b] /= total;
            }
        }
    }

    private ResampledBins(ResampledBins bins, double[] gaps)
    {
        (_table, _fewestRows, _resamples, _stride, _shares) = (bins._table, bins._fewestRows, bins._resamples, bins._stride, bins._shares);
        _gaps = gaps;
    }

    /// <summary>M.</summary>
    public int BinCount => _table.Bins.Length;

    /// <summary>B.</summary>
    public int ResampleCount => _resamples;

    /// <summary>The same where each resample moves the gaps by a number of its own.</summary>
    /// <param name="slopes">What a unit of that does to the gap of each bin times its share [M].</param>
    /// <param name="shifts">That number [B, or more].</param>
    public ResampledBins Moved(ReadOnlySpan<double> slopes, ReadOnlySpan<double> shifts)
    {
        double[] gaps = [.. _gaps];
        for (int bin = 0; bin < slopes.Length; bin++)
        {
            var own = Of(gaps, bin);
            for (int b = 0; b < _resamples; b++)
            {
                own[b] += slopes[bin] * shifts[b];
            }
        }

        return new(this, gaps);
    }

    /// <summary>An error over the bins, of every resample [B].</summary>
    /// <param name="norm">How gaps become an error.</param>
    public double[] Errors(ErrorNorm norm)
    {
        var errors = new double[_stride];
        for (int bin = 0; bin < _table.Bins.Length; bin++)
        {
            if (Counts(bin))
            {
                NormTerms.Add(norm, 0, Of(_gaps, bin), Of(_shares, bin), errors);
            }
        }

        return Root(norm, errors)[.._resamples];
    }

    /// <summary>
    /// Norm of the difference of the gaps of two tables of as many bins: by no more than this can the error of one be another than
    /// that of the other.
    /// </summary>
    /// <param name="other">The other table's bins.</param>
    /// <param name="norm">How gaps become an error.</param>
    /// <returns>Of the sample, and of every resample [B].</returns>
    public (double Sample, double[] Resamples) Difference(ResampledBins other, ErrorNorm norm)
    {
        double sample = 0;
        var draws = new double[_resamples];
        for (int bin = 0; bin < _table.Bins.Length; bin++)
        {
            sample = Added(norm, sample, Part(norm, bin) - other.Part(norm, bin));
            for (int b = 0; b < _resamples; b++)
            {
                draws[b] = Added(norm, draws[b], Part(norm, bin, b) - other.Part(norm, bin, b));
            }
        }

        return (norm == ErrorNorm.RootMeanSquare ? Math.Sqrt(sample) : sample, Root(norm, draws));
    }

    /// <summary>Standard deviation of a bin's gap times its share over the resamples.</summary>
    public double Deviation(int bin)
    {
        var gaps = Of(_gaps, bin)[.._resamples];
        double mean = 0;
        foreach (double gap in gaps)
        {
            mean += gap / _resamples;
        }

        double squares = 0;
        foreach (double gap in gaps)
        {
            squares += (gap - mean) * (gap - mean);
        }

        return Math.Sqrt(squares / Math.Max(1, _resamples - 1));
    }

    private bool Counts(int bin) => _table.Bins[bin].EffectiveCount >= _fewestRows;

    private Span<double> Of(double[] values, int bin) => values.AsSpan(bin * _stride, _stride);

    private double Part(ErrorNorm norm, int bin)
    {
        var row = _table.Bins[bin];
        double share = row.Weight / _table.TotalWeight;
        return share > 0 ? Part(norm, bin, share * row.Gap, share) : 0;
    }

    private double Part(ErrorNorm norm, int bin, int b) => Part(norm, bin, _gaps[(bin * _stride) + b], _shares[(bin * _stride) + b]);

    /// <summary>A component of the vector whose norm is the error.</summary>
    private double Part(ErrorNorm norm, int bin, double gap, double share) =>
        !Counts(bin) || !(share > 0) ? 0
        : norm == ErrorNorm.RootMeanSquare ? gap / Math.Sqrt(share)
        : norm == ErrorNorm.Maximum ? gap / share
        : gap;

    private static double Added(ErrorNorm norm, double sum, double part) =>
        norm == ErrorNorm.RootMeanSquare ? sum + (part * part) : norm == ErrorNorm.Maximum ? Math.Max(sum, Math.Abs(part)) : sum + Math.Abs(part);

    private static double[] Root(ErrorNorm norm, double[] values)
    {
        if (norm == ErrorNorm.RootMeanSquare)
        {
            foreach (ref double value in values.AsSpan())
            {
                value = Math.Sqrt(value);
            }
        }

        return values;
    }
}
