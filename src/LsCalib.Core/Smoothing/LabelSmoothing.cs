namespace LsCalib.Core.Smoothing;

/// <summary>What the strength of label smoothing means. The two forms differ by a factor K/(K−1).</summary>
public enum SmoothingConvention
{
    /// <summary>"alpha/K" (Szegedy et al. 2016; Müller et al. 2019): true class 1 − α + α/K, each wrong class α/K.</summary>
    AlphaOverK,

    /// <summary>"eps/(K−1)" (tensor2tensor, fairseq): true class 1 − ε, each wrong class ε/(K−1).</summary>
    EpsilonOverOthers,
}

/// <summary>Label smoothing of a strength: the targets, and what a model that fits them exactly looks like.</summary>
/// <param name="Strength">α or ε, 0 (off) to 1.</param>
/// <param name="Convention">What it means.</param>
public readonly record struct LabelSmoothing(double Strength, SmoothingConvention Convention = SmoothingConvention.AlphaOverK)
{
    /// <summary>The strength in the convention "alpha/K": ε K/(K−1) for the other one.</summary>
    /// <param name="classCount">K, at least 2.</param>
    public double Alpha(int classCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        return Convention == SmoothingConvention.AlphaOverK ? Strength : Strength * classCount / (classCount - 1.0);
    }

    /// <summary>Target of the true class.</summary>
    public double TrueTarget(int classCount) => Convention == SmoothingConvention.AlphaOverK
        ? 1 - Strength + (Strength / classCount)
        : 1 - Strength;

    /// <summary>Target of each wrong class.</summary>
    public double WrongTarget(int classCount) => Convention == SmoothingConvention.AlphaOverK
        ? Strength / classCount
        : Strength / (classCount - 1.0);

    /// <summary>
    /// Smooths targets in place: one-hot or dense distributions become (1 − α) t + α/K, with α of <see cref="Alpha"/>.
    /// </summary>
    /// <param name="targets">Target distribution over the K classes [K].</param>
    public void Apply(Span<double> targets)
    {
        double alpha = Alpha(targets.Length);
        for (int k = 0; k < targets.Length; k++)
        {
            targets[k] = (targets[k] * (1 - alpha)) + (alpha / targets.Length);
        }
    }

    /// <summary>
    /// The loss of a model that fits the targets exactly: their entropy, in nats. Never 0 with smoothing: subtract it
    /// before comparing runs of different strengths.
    /// </summary>
    public double MinimumLoss(int classCount) =>
        Entropy(TrueTarget(classCount)) + ((classCount - 1) * Entropy(WrongTarget(classCount)));

    /// <summary>
    /// The gap z_true − z_wrong of a model that fits the targets exactly: ln(t_true / t_wrong) (Müller et al. 2019); ∞
    /// without smoothing.
    /// </summary>
    public double OptimalLogitGap(int classCount) => Math.Log(TrueTarget(classCount) / WrongTarget(classCount));

    /// <summary>The α ("alpha/K") whose optimal logit gap is given: K / (K + e^gap − 1).</summary>
    public static double AlphaOfLogitGap(double gap, int classCount) => classCount / (classCount + Math.Exp(gap) - 1);

    private static double Entropy(double p) => p > 0 ? -p * Math.Log(p) : 0;
}
