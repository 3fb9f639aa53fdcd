using System.Collections.Immutable;
using LsCalib.Core.Catalog;
using LsCalib.Core.HypothesisTests;
using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Slices;

/// <summary>Calibration by slices of the rows.</summary>
public static class SliceTable
{
    /// <summary>Most values of a column: more are no slices but rows.</summary>
    public const int MostValues = 1000;

    /// <summary>Measures every slice of every column.</summary>
    /// <param name="options">
    /// Bins, resamples, level and seed, and the groups and weights of all rows; keys are not used. With groups, intervals are drawn
    /// by those of the slice; one of a single group has none. Noise floors and p-values take rows as independent all the same.
    /// </param>
    /// <param name="order">Predictions by confidence.</param>
    /// <param name="columns">Columns of N rows.</param>
    /// <param name="cancel">Stops between slices.</param>
    /// <returns>
    /// The slices that chance does not explain, that of the largest excess error first, then the others, ordered alike; those that have no
    /// numbers, since all of their rows weigh 0, last.
    /// </returns>
    /// <exception cref="ArgumentException">A column has another length, or more than <see cref="MostValues"/> values.</exception>
    public static ImmutableArray<Slice> Compute(
        MetricSet options, ConfidenceOrder order, IReadOnlyList<SliceColumn> columns, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(columns);
        var slices = new List<Slice>();
        foreach (var column in columns)
        {
            if (column.OfRow.Length != order.RowCount || column.Values.Length > MostValues)
            {
                throw new ArgumentException($"Column {column.Name} has {column.Values.Length} values of {column.OfRow.Length} rows; slices are of at most {MostValues} values, of {order.RowCount} rows.", nameof(columns));
            }

            var places = Places(column, order);
            for (int value = 0; value < places.Length; value++)
            {
                cancel.ThrowIfCancellationRequested();
                if (places[value].Count > 0)
                {
                    slices.Add(Measure(options, column.Name, column.Values[value], SlicePart.From(options, order, places[value]), cancel));
                }
            }
        }

        // The sort is stable: equals stay in the order of their columns and values.
        return [.. Adjusted(slices).OrderBy(slice => slice.AdjustedPValue < 1 - options.Level ? 0 : 1).ThenByDescending(slice => slice.ExcessEce)];
    }

    private static Slice Measure(MetricSet options, string column, string value, SlicePart part, CancellationToken cancel)
    {
        int count = part.Order.RowCount;
        if (!part.HasWeight)
        {
            var none = new Measurement(double.NaN);
            return new(column, value, count, none, none, none, none, double.NaN, double.NaN);
        }

        var evaluation = (options with
        {
            Keys = ["accuracy", "mean-confidence", "gap", options.DiagramEceKey],
            Groups = part.Groups,
            Weights = part.Weights,
        }).Compute(part.Order, cancel);
        double p = RightRows.PValue(part.Order.Weighted(part.Weights), options.Seed);
        return new(column, value, count, evaluation["accuracy"], evaluation["mean-confidence"], evaluation["gap"], evaluation[options.DiagramEceKey], p, p);
    }

    /// <summary>Places of the rows of each value, in their order of confidence.</summary>
    private static List<int>[] Places(SliceColumn column, ConfidenceOrder order)
    {
        var places = new List<int>[column.Values.Length];
        for (int value = 0; value < places.Length; value++)
        {
            places[value] = [];
        }

        for (int place = 0; place < order.RowCount; place++)
        {
            places[column.OfRow[order.Row[place]]].Add(place);
        }

        return places;
    }

    /// <summary>Holm's adjustment over all slices whose p-value is defined.</summary>
    private static IEnumerable<Slice> Adjusted(List<Slice> slices) =>
        slices.Zip(Holm.Adjust(slices.ConvertAll(slice => slice.PValue)), (slice, p) => slice with { AdjustedPValue = p });
}
