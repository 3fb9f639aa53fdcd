using System.Collections.Immutable;
using LsCalib.Core.Catalog;
using LsCalib.Core.HypothesisTests;
using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Slices;

/// <summary>The rows of one value of a column, measured by themselves.</summary>
/// <param name="Column">Name of the column.</param>
/// <param name="Value">The value that its rows share.</param>
/// <param name="Count">Rows.</param>
/// <param name="Accuracy">Fraction right.</param>
/// <param name="MeanConfidence">Mean top-label probability.</param>
/// <param name="Gap">Accuracy − mean confidence.</param>
/// <param name="Ece">The diagram's ECE, with its noise floor for so few rows.</param>
/// <param name="PValue">Kuiper's test of calibration; NaN where every confidence is 0 or 1.</param>
/// <param name="AdjustedPValue">The same, allowing for looking at every slice (Holm 1979).</param>
public sealed record Slice(
    string Column,
    string Value,
    int Count,
    Measurement Accuracy,
    Measurement MeanConfidence,
    Measurement Gap,
    Measurement Ece,
    double PValue,
    double AdjustedPValue)
{
    /// <summary>ECE less what a calibrated model would show on so many rows: what slices of different size are ordered by.</summary>
    public double ExcessEce => Ece.Value - (Ece.NoiseFloor?.Mean ?? 0);
}

/// <summary>Calibration by slices of the rows.</summary>
public static class SliceTable
{
    /// <summary>Most values of a column: more are no slices but rows.</summary>
    public const int MostValues = 1000;

    /// <summary>Measures every slice of every column.</summary>
    /// <param name="options">Bins, resamples, level and seed; keys are not used.</param>
    /// <param name="order">Predictions by confidence.</param>
    /// <param name="columns">Name and values by row [N] of each column.</param>
    /// <param name="cancel">Stops between slices.</param>
    /// <returns>The slices, that of the largest excess error first.</returns>
    /// <exception cref="ArgumentException">A column has another length, or more than <see cref="MostValues"/> values.</exception>
    public static ImmutableArray<Slice> Compute(
        MetricSet options, ConfidenceOrder order, IReadOnlyList<(string Name, IReadOnlyList<string> Values)> columns, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(columns);
        var slices = new List<Slice>();
        foreach (var (name, values) in columns)
        {
            if (values.Count != order.RowCount)
            {
                throw new ArgumentException($"Column {name} has {values.Count} values for {order.RowCount} rows.", nameof(columns));
            }

            foreach (var (value, part) in Parts(name, values, order))
            {
                cancel.ThrowIfCancellationRequested();
                slices.Add(Measure(options, name, value, part, cancel));
            }
        }

        return [.. Adjusted(slices).OrderByDescending(slice => slice.ExcessEce).ThenBy(slice => slice.Column, StringComparer.Ordinal).ThenBy(slice => slice.Value, StringComparer.Ordinal)];
    }

    private static Slice Measure(MetricSet options, string column, string value, ConfidenceOrder part, CancellationToken cancel)
    {
        var evaluation = (options with { Keys = ["accuracy", "mean-confidence", "gap", options.DiagramEceKey] }).Compute(part, cancel);
        double p = Kuiper.Test(part).PValue;
        return new(
            column,
            value,
            part.RowCount,
            evaluation["accuracy"],
            evaluation["mean-confidence"],
            evaluation["gap"],
            evaluation[options.DiagramEceKey],
            p,
            p);
    }

    /// <summary>The rows of each value, in their order of confidence.</summary>
    private static IEnumerable<(string Value, ConfidenceOrder Part)> Parts(string name, IReadOnlyList<string> values, ConfidenceOrder order)
    {
        var places = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        for (int place = 0; place < order.RowCount; place++)
        {
            string value = values[order.Row[place]];
            if (!places.TryGetValue(value, out var own))
            {
                if (places.Count == MostValues)
                {
                    throw new ArgumentException($"Column {name} has more than {MostValues} different values.", nameof(values));
                }

                own = [];
                places.Add(value, own);
            }

            own.Add(place);
        }

        foreach (var (value, own) in places)
        {
            var confidences = new double[own.Count];
            var correct = new bool[own.Count];
            for (int i = 0; i < own.Count; i++)
            {
                confidences[i] = order.Confidence[own[i]];
                correct[i] = order.Correct[own[i]];
            }

            yield return (value, ConfidenceOrder.From(confidences, correct));
        }
    }

    /// <summary>Holm's step-down adjustment over all slices whose p-value is defined.</summary>
    private static IEnumerable<Slice> Adjusted(List<Slice> slices)
    {
        var tested = slices.Where(slice => !double.IsNaN(slice.PValue)).OrderBy(slice => slice.PValue).ToList();
        double largest = 0;
        var adjusted = new Dictionary<Slice, double>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < tested.Count; i++)
        {
            largest = Math.Max(largest, Math.Min(1, (tested.Count - i) * tested[i].PValue));
            adjusted[tested[i]] = largest;
        }

        return slices.Select(slice => slice with { AdjustedPValue = adjusted.TryGetValue(slice, out double p) ? p : double.NaN });
    }
}
