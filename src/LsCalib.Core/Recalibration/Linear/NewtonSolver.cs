using System.Runtime.CompilerServices;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>Where <see cref="NewtonSolver"/> ended.</summary>
/// <param name="Value">The function at the last point.</param>
/// <param name="Decrement">Half the slope along the last step: what the function lies above its least value by, about.</param>
/// <param name="LastStep">The last step.</param>
/// <param name="IsConverged">Whether the decrement is as small as asked for.</param>
internal sealed record NewtonOutcome(double Value, double Decrement, double[] LastStep, bool IsConverged);

/// <summary>
/// Newton's method whose steps are found by conjugate gradients (Nocedal and Wright 2006, chapter 7), so that no Hessian is
/// ever held: a step costs as many passes over the rows as products with it. The bits of the result depend on the objective's
/// alone.
/// </summary>
internal static class NewtonSolver
{
    private const int MostHalvings = 40;
    private const int MostProducts = 400;

    // Armijo's share of the promised decrease.
    private const double LeastShare = 1e-4;

    /// <summary>Minimises from a point on, which is moved to the minimum.</summary>
    /// <param name="objective">The function.</param>
    /// <param name="point">Start, overwritten.</param>
    /// <param name="tolerance">How far above the least value is near enough.</param>
    /// <param name="mostSteps">Newton steps after which it gives up.</param>
    /// <param name="cancel">Stops between passes.</param>
    public static NewtonOutcome Minimise(IConvexObjective objective, double[] point, double tolerance, int mostSteps, CancellationToken cancel)
    {
        var gradient = new double[point.Length];
        var step = new double[point.Length];
        var next = new double[point.Length];
        var conjugate = new ConjugateGradients(objective);
        double value = objective.Evaluate(point, gradient);
        double decrement = double.PositiveInfinity;
        for (int i = 0; i < mostSteps; i++)
        {
            cancel.ThrowIfCancellationRequested();
            objective.Prepare();
            conjugate.Solve(gradient, step, MostProducts, cancel);
            double slope = Dot(gradient, step);
            decrement = -0.5 * slope;
            if (decrement <= tolerance)
            {
                // No step at all where there is a slope is no optimum: the curvature is lost to rounding.
                bool isThere = slope < 0 || Dot(gradient, gradient) == 0;
                // What is left of the step is good to take, too small to look at.
                Add(point, 1, step, point);
                return new(value, decrement, step, isThere);
            }

            double length = 1;
            double found = double.NaN;
            for (int halvings = 0; halvings < MostHalvings; halvings++, length /= 2)
            {
                cancel.ThrowIfCancellationRequested();
                Add(point, length, step, next);
                found = objective.Evaluate(next, gradient);
                if (found <= value + (LeastShare * length * slope) + (1e-15 * Math.Abs(value)))
                {
                    break;
                }

                found = double.NaN;
            }

            if (double.IsNaN(found))
            {
                return new(value, decrement, step, false);
            }

            next.CopyTo(point, 0);
            value = found;
        }

        return new(value, decrement, step, false);
    }

    /// <summary>target = point + length·step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Add(double[] point, double length, double[] step, double[] target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = point[i] + (length * step[i]);
        }
    }

    /// <summary>Σ left·right, in four sums that do not wait for each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 4 <= left.Length; i += 4)
        {
            a += left[i] * right[i];
            b += left[i + 1] * right[i + 1];
            c += left[i + 2] * right[i + 2];
            d += left[i + 3] * right[i + 3];
        }

        for (; i < left.Length; i++)
        {
            a += left[i] * right[i];
        }

        return a + b + (c + d);
    }
}
