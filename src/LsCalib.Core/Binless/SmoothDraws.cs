using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Binless;

/// <summary>
/// SmoothECE of many sets of residuals that lie at the same positions, each a multiple of one pattern plus noise of its
/// own. Smoothing is linear: at each bandwidth of a ladder the pattern and every noise are smoothed once, whatever the
/// multiples; the fixed point is then interpolated between two rungs. Within 1 % of <see cref="SmoothEce"/>.
/// </summary>
internal sealed class SmoothDraws
{
    /// <summary>Lowest rung. Below, residuals at positions of their own no longer overlap, and their absolute values add up.</summary>
    private const double Lowest = 0.002;
    private const double Ratio = 1.05;
    private const int RungCount = 140;

    /// <summary>Half width of the kernel in bandwidths.</summary>
    private const double HalfWidth = 6;

    private readonly double[] _positions;
    private readonly double[] _pattern;
    private readonly double[] _noise;
    private readonly Rung?[] _rungs = new Rung?[RungCount];

    /// <param name="positions">Confidences [M], each in [0,1].</param>
    /// <param name="pattern">Residuals of the pattern [M].</param>
    /// <param name="noise">Residuals of each draw [B,M].</param>
    public SmoothDraws(double[] positions, double[] pattern, double[] noise)
    {
        _positions = positions;
        _pattern = pattern;
        _noise = noise;
    }

    /// <summary>The error of factor · pattern + noise of a draw.</summary>
    public double Of(double factor, int draw)
    {
        var noise = _noise.AsSpan(draw * _positions.Length, _positions.Length);
        double sum = 0;
        double absolute = 0;
        for (int i = 0; i < noise.Length; i++)
        {
            double residual = (factor * _pattern[i]) + noise[i];
            sum += residual;
            absolute += Math.Abs(residual);
        }

        double least = Math.Abs(sum);
        double At(int rung) => Math.Clamp(RungAt(rung).Integral(factor, draw), least, absolute);

        // The highest rung at which the error is at least the bandwidth; it does not grow with it.
        int low = -1;
        int high = RungCount;
        double atLow = absolute;
        double atHigh = least;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            double value = At(middle);
            if (value >= Bandwidth(middle))
            {
                (low, atLow) = (middle, value);
            }
            else
            {
                (high, atHigh) = (middle, value);
            }
        }

        // Root of the chord of error − bandwidth.
        double bottom = low < 0 ? 0 : Bandwidth(low);
        double top = high == RungCount ? Math.Max(1, atLow) : Bandwidth(high);
        double above = atLow - bottom;
        double below = top - atHigh;
        return above + below > 0 ? atLow + ((atHigh - atLow) * above / (above + below)) : atLow;
    }

    private static double Bandwidth(int rung) => Lowest * Math.Pow(Ratio, rung);

    private Rung RungAt(int rung) => _rungs[rung] ??= new(Bandwidth(rung), _positions, _pattern, _noise);

    /// <summary>Everything smoothed at one bandwidth.</summary>
    private sealed class Rung
    {
        private readonly (int First, double[] Kernel)[] _kernels;
        private readonly int _points;
        private readonly double[] _noise;
        private readonly double[] _pattern;
        private readonly double[]?[] _draws;

        public Rung(double bandwidth, double[] positions, double[] pattern, double[] noise)
        {
            // At least four points to a bandwidth.
            _points = 128;
            while (_points * bandwidth < 4)
            {
                _points *= 2;
            }

            _noise = noise;
            _kernels = Array.ConvertAll(positions, position => Kernel(position, bandwidth, _points));
            _pattern = Smoothed(pattern);
            _draws = new double[]?[noise.Length / positions.Length];
        }

        /// <summary>∫ |factor · pattern + noise| by trapezoids.</summary>
        public double Integral(double factor, int draw)
        {
            var own = _draws[draw] ??= Smoothed(_noise.AsSpan(draw * _kernels.Length, _kernels.Length));
            double ends = (Math.Abs((factor * _pattern[_points]) + own[_points]) - Math.Abs((factor * _pattern[0]) + own[0])) / 2;
            return (AbsoluteSum(factor, _pattern.AsSpan(0, _points), own) + ends) / _points;
        }

        /// <summary>Σ |factor · pattern + noise|, eight sums side by side, so that it is the same on every machine.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static double AbsoluteSum(double factor, ReadOnlySpan<double> pattern, ReadOnlySpan<double> noise)
        {
            var sums = Vector512<double>.Zero;
            var factors = Vector512.Create(factor);
            var p = MemoryMarshal.Cast<double, Vector512<double>>(pattern);
            var n = MemoryMarshal.Cast<double, Vector512<double>>(noise);
            for (int i = 0; i < p.Length; i++)
            {
                sums += Vector512.Abs((factors * p[i]) + n[i]);
            }

            return LaneReduction.Sum(sums.GetLower() + sums.GetUpper());
        }

        private double[] Smoothed(ReadOnlySpan<double> residuals)
        {
            var smooth = new double[_points + 1];
            for (int i = 0; i < residuals.Length; i++)
            {
                var (first, kernel) = _kernels[i];
                Add(kernel, residuals[i], smooth.AsSpan(first, kernel.Length));
            }

            return smooth;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Add(ReadOnlySpan<double> kernel, double residual, Span<double> target)
        {
            var factor = Vector512.Create(residual);
            var k = MemoryMarshal.Cast<double, Vector512<double>>(kernel);
            var t = MemoryMarshal.Cast<double, Vector512<double>>(target);
            for (int i = 0; i < k.Length; i++)
            {
                t[i] += factor * k[i];
            }

            for (int i = k.Length * Vector512<double>.Count; i < kernel.Length; i++)
            {
                target[i] += residual * kernel[i];
            }
        }

        /// <summary>The Gaussian around a position, reflected at 0 and 1, on the points that it reaches.</summary>
        private static (int First, double[] Kernel) Kernel(double position, double bandwidth, int points)
        {
            double reach = HalfWidth * bandwidth;
            int first = Math.Max(0, (int)((position - reach) * points));
            int last = Math.Min(points, (int)Math.Ceiling((position + reach) * points));
            int reflections = (int)Math.Ceiling((reach + 1) / 2);
            var kernel = new double[last - first + 1];
            double scale = 1 / (bandwidth * Math.Sqrt(2 * Math.PI));
            for (int i = 0; i < kernel.Length; i++)
            {
                double t = (double)(first + i) / points;
                for (int k = -reflections; k <= reflections; k++)
                {
                    kernel[i] += Gaussian((t - position + (2 * k)) / bandwidth) + Gaussian((t + position + (2 * k)) / bandwidth);
                }

                kernel[i] *= scale;
            }

            return (first, kernel);
        }

        private static double Gaussian(double z) => Math.Abs(z) < HalfWidth + 2 ? Math.Exp(-z * z / 2) : 0;
    }
}
