namespace LsCalib.Core.Recalibration.Linear;

/// <summary>Preconditioned conjugate gradients for one Newton step: Hessian·step = −gradient, solved as closely as is of use.</summary>
internal sealed class ConjugateGradients(IConvexObjective objective)
{
    // Far from the minimum a rough step does, near it the root of the distance makes the steps shrink faster and faster.
    private const double RoughestStep = 0.1;

    private readonly double[] _residual = new double[objective.Length];
    private readonly double[] _conditioned = new double[objective.Length];
    private readonly double[] _direction = new double[objective.Length];
    private readonly double[] _product = new double[objective.Length];

    /// <param name="gradient">The gradient.</param>
    /// <param name="step">Receives the step, along which the function falls.</param>
    /// <param name="mostProducts">Products with the Hessian after which it is left as it is.</param>
    /// <param name="cancel">Stops between products.</param>
    public void Solve(double[] gradient, double[] step, int mostProducts, CancellationToken cancel)
    {
        Array.Clear(step);
        for (int i = 0; i < gradient.Length; i++)
        {
            _residual[i] = -gradient[i];
        }

        objective.Precondition(_residual, _conditioned);
        _conditioned.CopyTo(_direction, 0);
        double square = NewtonSolver.Dot(_residual, _conditioned);
        double roughest = Math.Min(RoughestStep, Math.Sqrt(Math.Sqrt(square)));
        double target = square * roughest * roughest;
        for (int i = 0; i < mostProducts && square > target; i++)
        {
            cancel.ThrowIfCancellationRequested();
            objective.Multiply(_direction, _product);
            double curvature = NewtonSolver.Dot(_direction, _product);
            if (!(curvature > 0))
            {
                break;
            }

            double length = square / curvature;
            NewtonSolver.Add(step, length, _direction, step);
            NewtonSolver.Add(_residual, -length, _product, _residual);
            objective.Precondition(_residual, _conditioned);
            double next = NewtonSolver.Dot(_residual, _conditioned);
            NewtonSolver.Add(_conditioned, next / square, _direction, _direction);
            square = next;
        }
    }
}
