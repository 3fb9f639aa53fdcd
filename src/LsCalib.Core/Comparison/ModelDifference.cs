using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;
using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Comparison;

/// <summary>The difference of a metric between two models on the same rows.</summary>
/// <param name="Info">The metric.</param>
/// <param name="Baseline">Value of the model that others are compared with.</param>
/// <param name="Candidate">Value of the other.</param>
/// <param name="Interval">Interval of the true difference candidate − baseline, null where none is known.</param>
/// <param name="PValue">Two-sided, of no true difference; NaN where none is known.</param>
/// <param name="Test">What the p-value rests on, in words.</param>
public sealed record ModelDifference(MetricInfo Info, double Baseline, double Candidate, Interval? Interval, double PValue, string Test)
{
    /// <summary>p-value among all metrics of the pair (Holm 1979); NaN where none is known.</summary>
    public double AdjustedPValue { get; private init; } = double.NaN;

    /// <summary>Candidate − baseline, in the metric's unit.</summary>
    public double Value => Candidate - Baseline;

    /// <summary>Whether the candidate is better by what is seen; null: neither.</summary>
    public bool? IsBetter => Value == 0 || double.IsNaN(Value) ? null : Value > 0 == (Info.Better == Better.Higher);

    /// <summary>The differences of two models, with p-values adjusted for their number.</summary>
    /// <param name="rows">Both predictions.</param>
    /// <param name="keys">Keys of metrics whose differences are known.</param>
    /// <param name="level">Confidence level, two-sided.</param>
    public static IReadOnlyList<ModelDifference> Of(PairedRows rows, IReadOnlyList<string> keys, double level)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(keys);
        rows.Prepare(keys);
        var differences = keys.Select(key => Of(rows, key, level)).ToList();
        double[] adjusted = Holm.Adjust([.. differences.Select(difference => difference.PValue)]);
        return [.. differences.Select((difference, i) => difference with { AdjustedPValue = adjusted[i] })];
    }

    private static ModelDifference Of(PairedRows rows, string key, double level)
    {
        var info = MetricCatalog.Find(key)!;
        var worsening = rows.Compare(key);
        var interval = worsening.At(level);
        if (info.Better == Better.Higher && interval is not null)
        {
            interval = interval with { Lower = 0 - interval.Upper, Upper = 0 - interval.Lower };
        }

        // Pairs of rows that both have right or wrong say nothing of accuracy; groups are not known to the exact test.
        return key == "accuracy" && rows.Groups is null
            ? new(info, worsening.Baseline, worsening.Candidate, interval, McNemar.Of(rows.Baseline, rows.Candidate).PValue, "McNemar's exact test")
            : new(info, worsening.Baseline, worsening.Candidate, interval, TwoSided(worsening, interval), worsening.Method);
    }

    private static double TwoSided(Worsening worsening, Interval? interval)
    {
        double above = worsening.Excess(0);
        double below = worsening.Room(0);
        return double.IsNaN(above) || double.IsNaN(below) ? double.NaN
            : interval is { Lower: 0, Upper: 0 } ? 1
            : Math.Min(1, 2 * Math.Min(Normal.CDF(0, 1, -above), Normal.CDF(0, 1, -below)));
    }
}
