using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Statistics;

/// <summary>Law of the summed weights of the right rows of a group, each right with its own confidence.</summary>
internal interface IOutcomeLaw
{
    /// <summary>The smallest sum that is not exceeded with at least this probability.</summary>
    /// <param name="level">Between 0 and 1.</param>
    public double Quantile(double level);

    /// <summary>A draw of the sum.</summary>
    public double Draw(SeededRandom random);

    /// <summary>The law of neighbouring rows of an order.</summary>
    /// <param name="order">Predictions.</param>
    /// <param name="start">First place.</param>
    /// <param name="count">Rows.</param>
    public static IOutcomeLaw Of(ConfidenceOrder order, int start, int count) => order.Weight is { } weights
        ? new WeightLaw(order.Confidence.AsSpan(start, count), weights.AsSpan(start, count))
        : new CountLaw(order.Confidence.AsSpan(start, count));
}
