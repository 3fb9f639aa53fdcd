namespace LsCalib.Core.Calibrators;

/// <summary>
/// Sums over rows of the derivatives of NLL in β = 1/T. With z the logits of a row and p = softmax(βz), the first is
/// E_p[z] − z_y and the j-th the j-th cumulant of z under p (NLL is a log-partition function, less a linear term).
/// </summary>
internal struct NllMoments
{
    /// <summary>Rows summed over.</summary>
    public int Count;

    /// <summary>Σ ∂NLL/∂β.</summary>
    public double Slope;

    /// <summary>Σ (∂NLL/∂β)², for the sandwich variance.</summary>
    public double SquaredSlope;

    /// <summary>Σ ∂²NLL/∂β², never negative.</summary>
    public double Curvature;

    /// <summary>Σ ∂³NLL/∂β³; as the next two, not filled by rough passes.</summary>
    public double Third;

    /// <summary>Σ ∂⁴NLL/∂β⁴.</summary>
    public double Fourth;

    /// <summary>Σ ∂⁵NLL/∂β⁵.</summary>
    public double Fifth;

    /// <summary>The sum over all folds but one, or over all when <paramref name="without"/> is none of them.</summary>
    public static NllMoments Total(ReadOnlySpan<NllMoments> byFold, int without = -1)
    {
        var total = default(NllMoments);
        for (int fold = 0; fold < byFold.Length; fold++)
        {
            if (fold != without)
            {
                total.Add(byFold[fold]);
            }
        }

        return total;
    }

    public void Add(in NllMoments other)
    {
        Count += other.Count;
        Slope += other.Slope;
        SquaredSlope += other.SquaredSlope;
        Curvature += other.Curvature;
        Third += other.Third;
        Fourth += other.Fourth;
        Fifth += other.Fifth;
    }

    /// <summary>Adds sums whose rows count <paramref name="weight"/> each: squared slopes are of the weighted slopes.</summary>
    public void Add(in NllMoments other, double weight)
    {
        Count += weight > 0 ? other.Count : 0;
        Slope += weight * other.Slope;
        SquaredSlope += weight * weight * other.SquaredSlope;
        Curvature += weight * other.Curvature;
        Third += weight * other.Third;
        Fourth += weight * other.Fourth;
        Fifth += weight * other.Fifth;
    }

    /// <summary>The root of the slope near β, from its Taylor series there.</summary>
    /// <param name="beta">β that the derivatives are taken at.</param>
    /// <param name="root">Where the series has its root.</param>
    /// <param name="curvature">Curvature there.</param>
    /// <param name="error">What the root may be wrong by, judged by the last two terms as if they went on geometrically.</param>
    /// <returns>Whether there is a root within a quarter of β.</returns>
    public readonly bool TryRoot(double beta, out double root, out double curvature, out double error)
    {
        root = double.NaN;
        curvature = double.NaN;
        error = double.NaN;
        double step = 0;
        for (int i = 0; i < 20; i++)
        {
            double slope = Slope + (step * (Curvature + (step / 2 * (Third + (step / 3 * (Fourth + (step / 4 * Fifth)))))));
            curvature = Curvature + (step * (Third + (step / 2 * (Fourth + (step / 3 * Fifth)))));
            if (!(curvature > 0))
            {
                return false;
            }

            double change = slope / curvature;
            step -= change;
            if (Math.Abs(step) > beta / 4)
            {
                return false;
            }

            if (Math.Abs(change) < 1e-14 * beta)
            {
                double last = Math.Abs(Fifth * step * step * step * step / 24);
                double before = Math.Abs(Fourth * step * step * step / 6);
                double ratio = Math.Max(before > 0 ? last / before : 0, Math.Abs(step) / beta);
                error = last * ratio / (1 - Math.Min(ratio, 0.5)) / curvature;
                root = beta + step;
                return true;
            }
        }

        return false;
    }
}
