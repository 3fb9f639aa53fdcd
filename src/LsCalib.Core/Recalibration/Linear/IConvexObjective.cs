namespace LsCalib.Core.Recalibration.Linear;

/// <summary>A convex function of many numbers with exact derivatives, for <see cref="NewtonSolver"/>.</summary>
internal interface IConvexObjective
{
    /// <summary>Numbers of a point.</summary>
    public int Length { get; }

    /// <summary>The function at a point, which the other members speak of from then on.</summary>
    /// <param name="point">The point.</param>
    /// <param name="gradient">Receives the gradient.</param>
    public double Evaluate(double[] point, double[] gradient);

    /// <summary>Makes the preconditioner of the point.</summary>
    public void Prepare();

    /// <summary>The Hessian at the point times a direction.</summary>
    public void Multiply(double[] direction, double[] product);

    /// <summary>An approximate solution x of Hessian·x = residual, linear, symmetric and positive definite.</summary>
    public void Precondition(double[] residual, double[] target);
}
