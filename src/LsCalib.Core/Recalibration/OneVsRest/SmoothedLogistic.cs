using System.Runtime.CompilerServices;

namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>
/// Logistic regression of a class against the rest on one or two columns, at Platt's smoothed targets: (n₊ + 1)/(n₊ + 2) for
/// rows of the class and 1/(n₋ + 2) for the others. They lie inside (0,1), so the optimum is finite for separable classes
/// too. Newton steps with a line search in double precision, on standardised columns; convex, so the optimum is global.
/// </summary>
internal sealed class SmoothedLogistic
{
    private const int MostSteps = 200;
    private const int RowsOfProduct = 512;
    private readonly double[] _x;
    private readonly double[] _y;
    private readonly double[] _targets;
    private readonly double[] _scales = [1, 1, 1];
    private readonly double[] _means = [0, 0, 0];
    private readonly bool _isConstant;

    /// <param name="x">First column [n].</param>
    /// <param name="y">Second column [n], or empty.</param>
    /// <param name="isClass">Whether each row is of the class [n].</param>
    public SmoothedLogistic(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<bool> isClass)
    {
        int hits = isClass.Count(true);
        int misses = isClass.Length - hits;
        _targets = new double[isClass.Length];
        for (int i = 0; i < _targets.Length; i++)
        {
            _targets[i] = isClass[i] ? (hits + 1.0) / (hits + 2) : 1.0 / (misses + 2);
        }

        // Only the intercept moves where every target is the same.
        _isConstant = hits == 0 || misses == 0;
        _x = Standardised(x, 1);
        _y = Standardised(y, 2);
    }

    /// <summary>The least loss with some slopes held at 0.</summary>
    /// <param name="useX">Whether the first slope is fitted.</param>
    /// <param name="useY">Whether the second slope is fitted.</param>
    /// <returns>Slopes, intercept and the sum of cross-entropies in nats. A column that is constant has slope 0.</returns>
    public (double A, double B, double M, double Loss) Fit(bool useX, bool useY)
    {
        Span<bool> active = [true, useX && !_isConstant && _scales[1] > 0, useY && !_isConstant && _scales[2] > 0];
        double mean = 0;
        foreach (double target in _targets)
        {
            mean += target / _targets.Length;
        }

        // From a constant, or from the probability as it is (both slopes 1), which is near the optimum of most models.
        Span<double> at = [Math.Log(mean / (1 - mean)), 0, 0];
        Span<double> identity = [0, 0, 0];
        for (int j = 1; j < 3; j++)
        {
            identity[j] = active[j] ? _scales[j] : 0;
            identity[0] += active[j] ? _means[j] : 0;
        }

        Span<double> trial = stackalloc double[3];
        Span<double> gradient = stackalloc double[3];
        Span<double> step = stackalloc double[3];
        Span<double> hessian = stackalloc double[6];
        double ofConstant = Pass(at, gradient, hessian);
        double loss = Pass(identity, gradient, hessian);
        if (loss < ofConstant)
        {
            identity.CopyTo(at);
        }
        else
        {
            loss = Pass(at, gradient, hessian);
        }

        for (int round = 0; round < MostSteps; round++)
        {
            NewtonStep.Solve(gradient, hessian, active, step);
            double slope = (gradient[0] * step[0]) + (gradient[1] * step[1]) + (gradient[2] * step[2]);
            bool isLast = !(slope < -1e-11 * loss);
            bool isLower = false;
            for (double length = 1; !isLower && length > 1e-15; length /= 2)
            {
                for (int j = 0; j < 3; j++)
                {
                    trial[j] = at[j] + (length * step[j]);
                }

                // Newton's error squares from step to step: the one after the test leaves nothing but rounding.
                double next = isLast ? loss : Pass(trial, gradient, hessian);
                isLower = isLast || next <= loss + (1e-4 * length * slope);
                loss = isLower ? next : loss;
            }

            if (!isLower)
            {
                break;
            }

            trial.CopyTo(at);
            if (isLast)
            {
                break;
            }
        }

        double a = active[1] ? at[1] / _scales[1] : 0;
        double b = active[2] ? at[2] / _scales[2] : 0;
        return (a, b, at[0] - (a * _means[1]) - (b * _means[2]), loss);
    }

    private double[] Standardised(ReadOnlySpan<double> column, int place)
    {
        double mean = 0;
        double largest = 0;
        foreach (double value in column)
        {
            mean += value / column.Length;
            largest = Math.Max(largest, Math.Abs(value));
        }

        double squares = 0;
        foreach (double value in column)
        {
            squares += (value - mean) * (value - mean);
        }

        double deviation = Math.Sqrt(squares / Math.Max(1, column.Length));

        // What rounding leaves of a constant column is no information.
        _scales[place] = deviation > 1e-12 * largest ? deviation : 0;
        _means[place] = mean;
        var standardised = new double[column.Length];
        for (int i = 0; i < standardised.Length && _scales[place] > 0; i++)
        {
            standardised[i] = (column[i] - mean) / deviation;
        }

        return standardised;
    }

    /// <summary>Loss, gradient and Hessian (00, 01, 02, 11, 12, 22) by intercept and slopes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Pass(ReadOnlySpan<double> at, Span<double> gradient, Span<double> hessian)
    {
        double m = at[0];
        double a = at[1];
        double b = at[2];
        double loss = 0;
        double product = 1;
        double g0 = 0, g1 = 0, g2 = 0, h00 = 0, h01 = 0, h02 = 0, h11 = 0, h12 = 0, h22 = 0;
        bool hasY = _y.Length > 0;
        for (int i = 0; i < _targets.Length; i++)
        {
            double x = _x[i];
            double y = hasY ? _y[i] : 0;
            double f = m + (a * x) + (b * y);
            double e = Math.Exp(-Math.Abs(f));
            double s = 1 / (1 + e);
            double residual = (f >= 0 ? s : e * s) - _targets[i];
            double weight = e * s * s;

            // The logarithm of a product is that of its factors, each in (1,2].
            product *= 1 + e;
            if (i % RowsOfProduct == RowsOfProduct - 1)
            {
                loss += Math.Log(product);
                product = 1;
            }

            loss += Math.Max(f, 0) - (_targets[i] * f);
            g0 += residual;
            g1 += residual * x;
            g2 += residual * y;
            h00 += weight;
            h01 += weight * x;
            h02 += weight * y;
            h11 += weight * x * x;
            h12 += weight * x * y;
            h22 += weight * y * y;
        }

        (gradient[0], gradient[1], gradient[2]) = (g0, g1, g2);
        (hessian[0], hessian[1], hessian[2], hessian[3], hessian[4], hessian[5]) = (h00, h01, h02, h11, h12, h22);
        return loss + Math.Log(product);
    }
}
