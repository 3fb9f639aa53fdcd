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

    /// <summary>Σ of the third to fifth derivatives; filled only when asked for.</summary>
    public double Third;

    /// <summary>See <see cref="Third"/>.</summary>
    public double Fourth;

    /// <summary>See <see cref="Third"/>.</summary>
    public double Fifth;

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
