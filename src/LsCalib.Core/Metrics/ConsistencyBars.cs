using System.Collections.Immutable;
using LsCalib.Core.Ordering;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>
/// Where the accuracy of each bin would lie if every row were right with the probability that it claims (Bröcker and
/// Smith 2007). Their resampling draws the rows of a bin as well; here the bin keeps its rows, as for the noise floors,
/// and the law of its count of right ones is known: exactly, or as normal above a variance of 100.
/// </summary>
public static class ConsistencyBars
{
    /// <summary>Probability below each bar, and above it: at most this much.</summary>
    public const double Tail = 0.05;

    /// <summary>The 5 % and 95 % points of each bin's accuracy.</summary>
    /// <param name="table">Bins of top-label confidences; accuracies are not used.</param>
    /// <param name="order">The predictions that the table was made of.</param>
    /// <returns>Fractions, one interval for each bin; null for an empty bin.</returns>
    public static ImmutableArray<Interval?> Of(ReliabilityTable table, ConfidenceOrder order)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(order);
        var bars = ImmutableArray.CreateBuilder<Interval?>(table.Bins.Length);
        int place = 0;
        foreach (var bin in table.Bins)
        {
            bars.Add(bin.Weight == 0 ? null : Of(IOutcomeLaw.Of(order, place, bin.Count), bin.Weight));
            place += bin.Count;
        }

        return bars.MoveToImmutable();
    }

    private static Interval Of(IOutcomeLaw law, double weight) => new(
        Math.Clamp(law.Quantile(Tail) / weight, 0, 1), Math.Clamp(law.Quantile(1 - Tail) / weight, 0, 1), "consistency");
}
