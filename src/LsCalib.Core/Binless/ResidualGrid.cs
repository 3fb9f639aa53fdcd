using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Binless;

/// <summary>
/// Residuals collected on the midpoints of equal cells of [0,1], and their reflected Gaussian smoothing. A residual is
/// shared among the four midpoints around it so that any cubic keeps its mean; with cells of a sixteenth of the bandwidth
/// the smoothed residuals then change by less than 1e-6 of themselves.
/// </summary>
internal sealed class ResidualGrid
{
    public const int FewestCells = 512;
    private const int CellsPerBandwidth = 16;
    private const int PointsPerBandwidth = 8;

    /// <summary>Above this, reflection has made the smoothed residuals constant to the last digit.</summary>
    private const double LargestBandwidth = 3;

    /// <summary>Half width of the kernel in bandwidths; 1e-10 of its mass lies outside.</summary>
    private const double HalfWidth = 6.5;

    /// <summary>Midpoints beyond each end that a residual at the end reaches.</summary>
    private const int Ghosts = 2;

    private readonly int _cells;

    /// <summary>Weight of each midpoint, two ghosts before and two behind.</summary>
    private readonly double[] _weights;
    private double[] _mirrored = [];
    private double[] _kernel = [];
    private double[] _smooth = [];

    private ResidualGrid(int cells)
    {
        _cells = cells;
        _weights = new double[cells + (2 * Ghosts)];
    }

    /// <summary>Smallest bandwidth that so many cells serve.</summary>
    public static double SmallestBandwidth(int cells) => (double)CellsPerBandwidth / cells;

    /// <summary>Σ r, which is accuracy − mean confidence.</summary>
    public double Sum { get; private set; }

    /// <summary>Σ |r|, which the integral never exceeds.</summary>
    public double AbsoluteSum { get; private set; }

    /// <summary>Collects the residual Σ(a − c)/N of each distinct confidence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ResidualGrid From(ConfidenceOrder order, int cells)
    {
        var grid = new ResidualGrid(cells);
        double sum = 0;
        double absoluteSum = 0;
        for (int start = 0, end; start < order.RowCount; start = end)
        {
            int hits = TieBlock.Hits(order, start, out end);
            double confidence = order.Confidence[start];
            double residual = order.Weight is { } weights
                ? Weighted(order, weights, start, end)
                : (hits - ((end - start) * confidence)) / order.RowCount;
            sum += residual;
            absoluteSum += Math.Abs(residual);
            grid.Add(confidence, residual);
        }

        grid.Finish(sum, absoluteSum);
        return grid;
    }

    /// <summary>Share of a block of equal confidences in Σ w (a − c)/N: weights have a mean of 1.</summary>
    private static double Weighted(ConfidenceOrder order, double[] weights, int start, int end)
    {
        double sum = 0;
        for (int place = start; place < end; place++)
        {
            sum += weights[place] * ((order.Correct[place] ? 1 : 0) - order.Confidence[place]);
        }

        return sum / order.RowCount;
    }

    public static ResidualGrid From(double[] positions, double[] residuals, int cells)
    {
        var grid = new ResidualGrid(cells);
        double sum = 0;
        double absoluteSum = 0;
        for (int i = 0; i < positions.Length; i++)
        {
            sum += residuals[i];
            absoluteSum += Math.Abs(residuals[i]);
            grid.Add(positions[i], residuals[i]);
        }

        grid.Finish(sum, absoluteSum);
        return grid;
    }

    /// <summary>The same residuals on fewer cells.</summary>
    public ResidualGrid Coarsen(int cells)
    {
        if (cells == _cells)
        {
            return this;
        }

        var grid = new ResidualGrid(cells);
        for (int i = 0; i < _cells; i++)
        {
            grid.Add((i + 0.5) / _cells, _weights[i + Ghosts]);
        }

        grid.Finish(Sum, AbsoluteSum);
        return grid;
    }

    /// <summary>∫ |smoothed residuals| over [0,1]; rounding and the kernel's ends do not take it below |Σ r|.</summary>
    public double AbsoluteIntegral(double bandwidth)
    {
        bandwidth = Math.Min(bandwidth, LargestBandwidth);
        int half = ((int)Math.Ceiling(HalfWidth * bandwidth * _cells) + 3) / 4 * 4;
        FillKernel(bandwidth, half);
        Mirror(half);
        int intervals = FewestCells;
        while (intervals * bandwidth < PointsPerBandwidth && intervals < _cells)
        {
            intervals *= 2;
        }

        Reserve(ref _smooth, intervals + 1);
        StridedConvolution.Run(VectorPaths.Best, _mirrored, _kernel, 2 * half, _cells / intervals, _smooth, intervals + 1);
        return Math.Max(Math.Abs(Sum), SmoothIntegral.Absolute(_smooth.AsSpan(0, intervals + 1)));
    }

    /// <summary>The Gaussian at midpoints left and right of an edge, scaled so that it keeps mass exactly.</summary>
    private void FillKernel(double bandwidth, int half)
    {
        Reserve(ref _kernel, 2 * half);
        double step = 1 / (bandwidth * _cells);
        double sum = 0;
        for (int i = 0; i < half; i++)
        {
            double z = (i + 0.5) * step;
            double value = Math.Exp(-0.5 * z * z);
            sum += value;
            _kernel[half + i] = value;
        }

        double scale = _cells / (2 * sum);
        for (int i = 0; i < half; i++)
        {
            _kernel[half + i] *= scale;
            _kernel[half - 1 - i] = _kernel[half + i];
        }
    }

    /// <summary>The weights with their reflections on both sides, as many times over as the kernel reaches.</summary>
    private void Mirror(int half)
    {
        Reserve(ref _mirrored, _cells + (2 * half));
        var weights = _weights.AsSpan(Ghosts, _cells);
        weights.CopyTo(_mirrored.AsSpan(half));
        for (int i = 0; i < half; i++)
        {
            _mirrored[half - 1 - i] = _mirrored[half + Reflect(i)];
            _mirrored[half + _cells + i] = _mirrored[half + _cells - 1 - Reflect(i)];
        }
    }

    /// <summary>The cell that is seen i cells behind a mirror at the start.</summary>
    private int Reflect(int i)
    {
        int place = i % (2 * _cells);
        return place < _cells ? place : (2 * _cells) - 1 - place;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(double position, double residual)
    {
        double place = (position * _cells) + 0.5;
        int cell = (int)place;
        double u = place - cell;

        // Lagrange's cubic weights of the midpoints at -1, 0, 1 and 2, of which u lies between the middle two.
        double outer = u * (u - 1) * residual * (1.0 / 6);
        double inner = (u + 1) * (u - 2) * residual * 0.5;
        var four = _weights.AsSpan(cell, 4);
        four[0] -= outer * (u - 2);
        four[1] += inner * (u - 1);
        four[2] -= inner * u;
        four[3] += outer * (u + 1);
    }

    private void Finish(double sum, double absoluteSum)
    {
        Sum = sum;
        AbsoluteSum = absoluteSum;
        int last = _cells + Ghosts - 1;
        for (int i = 0; i < Ghosts; i++)
        {
            _weights[Ghosts + i] += _weights[Ghosts - 1 - i];
            _weights[last - i] += _weights[last + 1 + i];
        }
    }

    private static void Reserve(ref double[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new double[length];
        }
    }
}
