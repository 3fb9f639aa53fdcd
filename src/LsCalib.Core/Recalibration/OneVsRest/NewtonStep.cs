namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>Newton's step of an intercept and two slopes. A trace of the identity is added, so that directions without information stay where they are.</summary>
internal static class NewtonStep
{
    /// <summary>−H⁻¹g over the active parameters.</summary>
    /// <param name="gradient">g [3].</param>
    /// <param name="hessian">H: 00, 01, 02, 11, 12, 22.</param>
    /// <param name="active">Which parameters move [3]; the first always does.</param>
    /// <param name="step">Receives the step [3].</param>
    public static void Solve(ReadOnlySpan<double> gradient, ReadOnlySpan<double> hessian, ReadOnlySpan<bool> active, Span<double> step)
    {
        Span<double> h = stackalloc double[6];
        hessian.CopyTo(h);
        double ridge = 1e-12 * (h[0] + h[3] + h[5]);
        if (!active[1])
        {
            (h[1], h[3], h[4]) = (0, 1, 0);
        }

        if (!active[2])
        {
            (h[2], h[4], h[5]) = (0, 0, 1);
        }

        // H = LDLᵀ.
        double d0 = h[0] + ridge;
        double l10 = h[1] / d0;
        double l20 = h[2] / d0;
        double d1 = Math.Max(h[3] - (l10 * h[1]), 0) + ridge;
        double l21 = (h[4] - (l10 * h[2])) / d1;
        double d2 = Math.Max(h[5] - (l20 * h[2]) - (l21 * l21 * d1), 0) + ridge;
        double y0 = -gradient[0];
        double y1 = (active[1] ? -gradient[1] : 0) - (l10 * y0);
        double y2 = (active[2] ? -gradient[2] : 0) - (l20 * y0) - (l21 * y1);
        step[2] = y2 / d2;
        step[1] = (y1 / d1) - (l21 * step[2]);
        step[0] = (y0 / d0) - (l10 * step[1]) - (l20 * step[2]);
        step[1] = active[1] ? step[1] : 0;
        step[2] = active[2] ? step[2] : 0;
    }
}
