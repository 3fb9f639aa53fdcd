using System.Collections.Immutable;
using LsCalib.Core.Metrics;

namespace LsCalib.Core.Catalog;

/// <summary>What a bin contributes to an error.</summary>
/// <param name="Name">As a formula.</param>
/// <param name="Fold">What becomes of the contributions.</param>
/// <param name="Term">Contribution of a bin that has rows, given N, or the weight of all rows.</param>
internal sealed record BinTermOf(string Name, BinFold Fold, Func<ReliabilityBin, double, double> Term)
{
    public static BinTermOf Weighted { get; } = new("n/N |gap|", BinFold.Sum, (bin, n) => bin.Weight * Math.Abs(bin.Gap) / n);

    public static BinTermOf Over { get; } = new("n/N, over", BinFold.Sum, (bin, n) => bin.Weight * Math.Max(-bin.Gap, 0) / n);

    public static BinTermOf Under { get; } = new("n/N, under", BinFold.Sum, (bin, n) => bin.Weight * Math.Max(bin.Gap, 0) / n);

    public static BinTermOf Gap { get; } = new("|gap|", BinFold.Maximum, (bin, _) => Math.Abs(bin.Gap));

    public static BinTermOf Mean { get; } = new("|gap|", BinFold.Mean, (bin, _) => Math.Abs(bin.Gap));

    public static BinTermOf Square { get; } = new("n/N gap²", BinFold.RootOfSum, (bin, n) => bin.Weight * bin.Gap * bin.Gap / n);

    /// <summary>A bin of one row has no variance to take off, and takes no part.</summary>
    public static BinTermOf DebiasedSquare { get; } = new(
        "debiased",
        BinFold.RootOfSum,
        (bin, n) => DebiasedError.HasVariance(bin) ? bin.Weight * ((bin.Gap * bin.Gap) - (bin.Accuracy * (1 - bin.Accuracy) / (bin.OutcomeCount - 1))) / n : double.NaN);

    /// <summary>The largest gap of bins of so many rows.</summary>
    public static BinTermOf GapOfBins(int fewestRows) => Gap with { Term = (bin, _) => bin.EffectiveCount >= fewestRows ? Math.Abs(bin.Gap) : double.NaN };

    public BinArithmetic Of(string rule, double totalWeight, ImmutableArray<ReliabilityBin> bins) =>
        BinArithmetic.From(rule, Name, Fold, bins, bin => Term(bin, totalWeight));
}
