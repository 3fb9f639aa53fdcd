using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Resampling;

/// <summary>Interval of the classwise ECE: a test inverted along the cells' gaps, as <see cref="ErrorInterval"/> does for bins.</summary>
internal sealed class ClasswiseInterval
{
    private const double LeastSpread = 0.25;
    private readonly List<float> _gaps = [];
    private readonly List<float[]> _noise = [];
    private readonly List<int> _bins = [];
    private readonly double[] _draws;

    private ClasswiseInterval(ClasswiseCells cells, float[]?[] noise, int rowCount, int resampleCount)
    {
        _draws = new double[resampleCount];
        for (int cell = 0; cell < noise.Length; cell++)
        {
            if (noise[cell] is { } own)
            {
                _gaps.Add((float)((cells.LabelSum(cell) - cells.ProbabilitySums[cell]) / rowCount));
                _noise.Add(own);
                _bins.Add(cell % cells.BinCount);
            }
        }
    }

    /// <param name="cells">Cell sums of the sample.</param>
    /// <param name="noise">What resamples add to each cell's gap.</param>
    /// <param name="rowCount">N.</param>
    /// <param name="resampleCount">B.</param>
    /// <param name="level">Confidence level.</param>
    public static Interval Of(ClasswiseCells cells, float[]?[] noise, int rowCount, int resampleCount, double level)
    {
        var inversion = new ClasswiseInterval(cells, noise, rowCount, resampleCount);
        float[] seen = [.. inversion._gaps];
        var (lower, upper) = inversion.Invert(seen, level);
        var (shrunkLower, shrunkUpper) = inversion.Invert(inversion.Shrunk(cells.BinCount), level);
        return new(
            Math.Min(lower, shrunkLower) / cells.ClassCount,
            Math.Min(1, Math.Max(upper, shrunkUpper) / cells.ClassCount),
            "bootstrap, test inverted along the gaps");
    }

    private (double Lower, double Upper) Invert(float[] pattern, double level)
    {
        double estimate = Norm(_gaps);
        double unit = Norm(pattern);
        double tail = (1 - level) / 2;
        double lower = Root(pattern, unit, estimate, 1 - tail) * unit;
        double upper = Root(pattern, unit, estimate, tail) * unit;
        double centre = Root(pattern, unit, estimate, 0.5) * unit;
        double half = Intervals.Quantile(level) * LinearDeviation();
        return (Math.Max(0, Math.Min(Math.Min(lower, estimate), centre - half)), Math.Max(Math.Max(upper, estimate), centre + half));
    }

    /// <summary>Gaps shrunk towards 0, each bin's by what noise adds to its squares over all classes.</summary>
    private float[] Shrunk(int binCount)
    {
        var squares = new double[binCount];
        var noise = new double[binCount];
        for (int cell = 0; cell < _gaps.Count; cell++)
        {
            squares[_bins[cell]] += (double)_gaps[cell] * _gaps[cell];
            double sum = 0;
            foreach (float value in _noise[cell])
            {
                sum += (double)value * value;
            }

            noise[_bins[cell]] += sum / _draws.Length;
        }

        var pattern = new float[_gaps.Count];
        for (int cell = 0; cell < pattern.Length; cell++)
        {
            int bin = _bins[cell];
            double kept = squares[bin] > 0 ? Math.Sqrt(Math.Clamp(1 - (noise[bin] / squares[bin]), LeastSpread * LeastSpread, 1)) : 1;
            pattern[cell] = (float)(kept * _gaps[cell]);
        }

        return pattern;
    }

    private static double Norm(IReadOnlyList<float> gaps)
    {
        double sum = 0;
        for (int cell = 0; cell < gaps.Count; cell++)
        {
            sum += Math.Abs(gaps[cell]);
        }

        return sum;
    }

    /// <summary>Standard error where all gaps keep their sign.</summary>
    private double LinearDeviation()
    {
        Array.Clear(_draws);
        for (int cell = 0; cell < _gaps.Count; cell++)
        {
            int sign = Math.Sign(_gaps[cell]);
            for (int b = 0; b < _draws.Length; b++)
            {
                _draws[b] += sign * _noise[cell][b];
            }
        }

        double squares = 0;
        foreach (double draw in _draws)
        {
            squares += draw * draw;
        }

        return Math.Sqrt(squares / _draws.Length);
    }

    private double Root(float[] pattern, double unit, double estimate, double quantile)
    {
        double low = 0;
        if (!(unit > 0) || At(pattern, 0, quantile) >= estimate)
        {
            return 0;
        }

        double high = 1;
        while (At(pattern, high, quantile) < estimate && high < 64)
        {
            low = high;
            high *= 2;
        }

        for (int i = 0; i < 12; i++)
        {
            double t = (low + high) / 2;
            (low, high) = At(pattern, t, quantile) < estimate ? (t, high) : (low, t);
        }

        return (low + high) / 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double At(float[] pattern, double t, double quantile)
    {
        Array.Clear(_draws);
        for (int cell = 0; cell < pattern.Length; cell++)
        {
            float gap = (float)(t * pattern[cell]);
            var noise = _noise[cell];
            var gaps = Vector256.Create(gap);
            var whole = MemoryMarshal.Cast<float, Vector256<float>>(noise);
            var draws = MemoryMarshal.Cast<double, Vector512<double>>(_draws.AsSpan());
            for (int i = 0; i < whole.Length; i++)
            {
                var (low, high) = Vector256.Widen(Vector256.Abs(gaps + whole[i]));
                draws[i] += Vector512.Create(low, high);
            }

            for (int b = whole.Length * Vector256<float>.Count; b < noise.Length; b++)
            {
                _draws[b] += Math.Abs(gap + noise[b]);
            }
        }

        return Quantiles.Select(_draws, quantile);
    }
}
