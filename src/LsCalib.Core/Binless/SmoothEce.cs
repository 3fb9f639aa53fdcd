using LsCalib.Core.Ordering;

namespace LsCalib.Core.Binless;

/// <summary>
/// Smooth calibration error (Błasiok and Nakkiran 2023): the residuals a − c are smoothed over confidence by a Gaussian
/// reflected at 0 and 1, and the absolute value of the result is integrated. The reflection is exact, so the value is
/// never below |mean confidence − accuracy|, and equals it where the residuals keep one sign.
/// </summary>
/// <param name="Value">smECE at its own bandwidth, a fraction; 0 when all residuals are 0, NaN without rows.</param>
/// <param name="Bandwidth">The fixed point s = smECE_s, to 1e-9; the value does not grow with the bandwidth, so there is one.</param>
public sealed record SmoothEce(double Value, double Bandwidth)
{
    /// <summary>
    /// Smallest bandwidth that is evaluated, 1.5e-5. Where the fixed point lies below, the value is taken here, which is
    /// too low by less than this number.
    /// </summary>
    public const double SmallestBandwidth = 16.0 / FinestGrid;

    private const int FinestGrid = 1 << 20;

    /// <summary>How much finer the next grid is, when one is too coarse.</summary>
    private const int GridStep = 8;

    /// <summary>Cells that rows are collected in once, coarser grids then being made of these; most fixed points need no more.</summary>
    private const int UsualGrid = 1 << 12;

    /// <summary>The same for so many rows that reading them again would cost more than a fine grid.</summary>
    private const int FineGrid = 1 << 18;
    private const int FewestFineRows = 1 << 18;

    /// <summary>smECE at its fixed point.</summary>
    /// <param name="order">Predictions; confidences in [0,1].</param>
    /// <exception cref="ArgumentException">A confidence lies outside [0,1].</exception>
    public static SmoothEce Compute(ConfidenceOrder order)
    {
        TieBlock.RequireProbabilities(order);
        if (order.RowCount == 0)
        {
            return new(double.NaN, double.NaN);
        }

        int fineCells = order.RowCount > FewestFineRows ? FineGrid : UsualGrid;
        var fine = ResidualGrid.From(order, fineCells);
        var (value, bandwidth) = Solve(cells => cells <= fineCells ? fine.Coarsen(cells) : ResidualGrid.From(order, cells));
        return new(value, bandwidth);
    }

    /// <summary>smECE at a given bandwidth, a fraction; NaN without rows.</summary>
    /// <param name="order">Predictions; confidences in [0,1].</param>
    /// <param name="bandwidth">Standard deviation s of the kernel, at least <see cref="SmallestBandwidth"/>.</param>
    /// <exception cref="ArgumentException">A confidence lies outside [0,1], or the bandwidth is too small.</exception>
    public static double At(ConfidenceOrder order, double bandwidth)
    {
        TieBlock.RequireProbabilities(order);
        RequireBandwidth(bandwidth);
        return order.RowCount == 0 ? double.NaN : ResidualGrid.From(order, CellsFor(bandwidth)).AbsoluteIntegral(bandwidth);
    }

    /// <summary>smECE at its fixed point, of residuals at any positions: rows, or a grid that draws share.</summary>
    /// <param name="positions">Confidences [M], each in [0,1], in any order.</param>
    /// <param name="residuals">Share of Σ(a − c)/N at each position [M].</param>
    /// <returns>The value and its bandwidth; 0 and 0 when all residuals are 0, NaN without positions.</returns>
    /// <exception cref="ArgumentException">The lengths differ, a position lies outside [0,1] or a residual is not finite.</exception>
    public static (double Value, double Bandwidth) Solve(ReadOnlySpan<double> positions, ReadOnlySpan<double> residuals)
    {
        if (positions.Length != residuals.Length)
        {
            throw new ArgumentException($"{residuals.Length} residuals for {positions.Length} positions.", nameof(residuals));
        }

        for (int i = 0; i < positions.Length; i++)
        {
            if (!(positions[i] >= 0 && positions[i] <= 1 && double.IsFinite(residuals[i])))
            {
                throw new ArgumentException(
                    $"Position {i} is {positions[i]}, residual {residuals[i]}; positions lie in [0,1] and residuals are finite.", nameof(positions));
            }
        }

        var (x, r) = (positions.ToArray(), residuals.ToArray());
        return x.Length == 0 ? (double.NaN, double.NaN) : Solve(cells => ResidualGrid.From(x, r, cells));
    }

    /// <summary>Accuracy as a smooth function of confidence: what the error at this bandwidth looks like.</summary>
    /// <param name="order">Predictions; confidences in [0,1].</param>
    /// <param name="bandwidth">Standard deviation s of the kernel, at least <see cref="SmallestBandwidth"/>; the fixed point as a rule.</param>
    /// <param name="pointCount">Points, evenly spaced from 0 to 1, at least 2.</param>
    /// <exception cref="ArgumentException">A confidence lies outside [0,1], the bandwidth is too small, or there are too few points.</exception>
    public static SmoothCurve Curve(ConfidenceOrder order, double bandwidth, int pointCount)
    {
        TieBlock.RequireProbabilities(order);
        RequireBandwidth(bandwidth);
        ArgumentOutOfRangeException.ThrowIfLessThan(pointCount, 2);
        return SmoothCurve.From(order, bandwidth, pointCount);
    }

    /// <summary>
    /// The value does not grow with the bandwidth, so the sign of smECE_s − s at the smallest bandwidth that a grid can
    /// serve tells whether a finer one is needed.
    /// </summary>
    private static (double Value, double Bandwidth) Solve(Func<int, ResidualGrid> collect)
    {
        int cells = ResidualGrid.FewestCells;
        var grid = collect(cells);
        double lower = Math.Abs(grid.Sum);
        double upper = grid.AbsoluteSum;
        if (lower == upper)
        {
            return (lower, lower);
        }

        while (true)
        {
            double start = Math.Max(lower, ResidualGrid.SmallestBandwidth(cells));
            double value = grid.AbsoluteIntegral(start);
            if (value >= start)
            {
                return Root(grid, start, value, Math.Min(value, upper));
            }

            // At the lower bound the value is that bound but for rounding: residuals of one sign, seen on a coarser grid.
            if (cells == FinestGrid || start > ResidualGrid.SmallestBandwidth(cells))
            {
                return (value, start);
            }

            (lower, upper) = (Math.Max(lower, value), Math.Min(upper, start));
            while (cells < FinestGrid && ResidualGrid.SmallestBandwidth(cells) >= upper)
            {
                cells = Math.Min(cells * GridStep, FinestGrid);
            }

            grid = collect(cells);
        }
    }

    /// <summary>Fixed point between two bandwidths, by the Illinois form of false position.</summary>
    private static (double Value, double Bandwidth) Root(ResidualGrid grid, double lower, double valueAtLower, double upper)
    {
        const double Tolerance = 3e-10;
        const int MostSteps = 100;
        double above = valueAtLower - lower;
        if (above <= Tolerance || upper <= lower)
        {
            return (valueAtLower, lower);
        }

        double below = grid.AbsoluteIntegral(upper) - upper;
        if (below >= -Tolerance)
        {
            return (below + upper, upper);
        }

        int side = 0;
        for (int step = 1; ; step++)
        {
            double s = ((upper * above) - (lower * below)) / (above - below);
            double value = grid.AbsoluteIntegral(s);
            double difference = value - s;
            if (Math.Abs(difference) <= Tolerance || upper - lower <= Tolerance || step == MostSteps)
            {
                return (value, s);
            }

            if (difference > 0)
            {
                (lower, above) = (s, difference);
                below = side > 0 ? below / 2 : below;
                side = 1;
            }
            else
            {
                (upper, below) = (s, difference);
                above = side < 0 ? above / 2 : above;
                side = -1;
            }
        }
    }

    private static int CellsFor(double bandwidth)
    {
        int cells = ResidualGrid.FewestCells;
        while (ResidualGrid.SmallestBandwidth(cells) > bandwidth && cells < FinestGrid)
        {
            cells *= 2;
        }

        return cells;
    }

    private static void RequireBandwidth(double bandwidth)
    {
        if (!(bandwidth >= SmallestBandwidth))
        {
            throw new ArgumentOutOfRangeException(nameof(bandwidth), bandwidth, $"The bandwidth is at least {SmallestBandwidth}.");
        }
    }
}
