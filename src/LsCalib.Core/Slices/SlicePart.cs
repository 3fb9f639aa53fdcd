using LsCalib.Core.Catalog;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Slices;

/// <summary>The rows of a slice, with what is known of them.</summary>
/// <param name="Order">Their predictions by confidence.</param>
/// <param name="Groups">Their groups, numbered anew, or null.</param>
/// <param name="Weights">Their weights, scaled anew, or null.</param>
/// <param name="HasWeight">Whether one of them counts.</param>
internal sealed record SlicePart(ConfidenceOrder Order, RowGroups? Groups, RowWeights? Weights, bool HasWeight)
{
    /// <summary>The rows at some places of an order.</summary>
    /// <param name="options">Groups and weights of all rows.</param>
    /// <param name="order">All predictions by confidence.</param>
    /// <param name="places">Places of the slice's rows, ascending.</param>
    public static SlicePart From(MetricSet options, ConfidenceOrder order, List<int> places)
    {
        var confidences = new double[places.Count];
        var correct = new bool[places.Count];
        var rows = new int[places.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            confidences[i] = order.Confidence[places[i]];
            correct[i] = order.Correct[places[i]];
            rows[i] = order.Row[places[i]];
        }

        var groups = options.Groups is { } all ? RowGroups.From(all.Name, Array.ConvertAll(rows, row => all.OfRow[row])) : null;
        var values = options.Weights is { } weights ? Array.ConvertAll(rows, row => weights.OfRow[row]) : null;
        bool hasWeight = values is null || values.AsSpan().ContainsAnyExcept(0);
        var own = values is null || !hasWeight ? null : RowWeights.From(options.Weights!.Name, values);

        // Weights that differ between slices only are none within one.
        return new(ConfidenceOrder.From(confidences, correct), groups, own is { AreEqual: true } ? null : own, hasWeight);
    }
}
