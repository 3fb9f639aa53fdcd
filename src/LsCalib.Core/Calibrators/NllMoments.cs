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
}
