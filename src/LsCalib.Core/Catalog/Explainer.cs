using System.Collections.Immutable;
using System.Globalization;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Catalog;

/// <summary>Works a metric out step by step, and compares it with other libraries' definitions.</summary>
public static class Explainer
{
    /// <summary>Difference below which two numbers differ by the order of their sums only.</summary>
    private const double Rounding = 1e-12;

    /// <summary>Explains a metric of predictions with scores of all classes.</summary>
    /// <param name="options">Seed, resamples, level and threads; the keys in it are not looked at.</param>
    /// <param name="key">Key of a metric.</param>
    /// <param name="scores">The scores that the statistics were made of.</param>
    /// <param name="scaling">The scaling that they were made with.</param>
    /// <param name="statistics">Row results and cell sums.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">The key names no metric, or one that these predictions do not allow.</exception>
    public static MetricExplanation Explain(
        MetricSet options, string key, ScoreMatrix scores, RowScaling scaling, PredictionStatistics statistics, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (context, has) = options.Context(scores, scaling, statistics, cancel);
        return Explain(context, key, has);
    }

    /// <summary>Explains a metric of predictions of which only confidence and outcome are known.</summary>
    /// <param name="options">Seed, resamples, level and threads; the keys in it are not looked at.</param>
    /// <param name="key">Key of a metric.</param>
    /// <param name="order">Predictions by confidence.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">The key names no metric, or one that these predictions do not allow.</exception>
    public static MetricExplanation Explain(MetricSet options, string key, ConfidenceOrder order, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Explain(new(options.Drawn, order, null, null, RowScaling.None, cancel), key, MetricNeeds.TopLabel);
    }

    /// <summary>Why predictions have no such metric; null where they have it.</summary>
    /// <param name="key">Key of a metric.</param>
    /// <param name="classCount">K; null where only confidence and outcome are known.</param>
    /// <param name="isWeighted">Whether rows are weighted.</param>
    public static string? Obstacle(string key, int? classCount, bool isWeighted) =>
        MetricSet.Obstacle(MetricCatalog.Family(key).Family, classCount is { } count ? MetricSet.Has(count) : MetricNeeds.TopLabel, isWeighted);

    private static MetricExplanation Explain(MetricContext context, string key, MetricNeeds has)
    {
        var (family, parameter) = MetricCatalog.Family(key);
        if (MetricSet.Obstacle(family, has, context.Weights is not null) is { } obstacle)
        {
            throw new ArgumentException($"\"{key}\": {obstacle}.", nameof(key));
        }

        // All edges, before the first interval is made of sums between them.
        foreach (var (one, own) in RelatedTo(context, family, parameter, has).Prepend((family, parameter)))
        {
            if (context.Options.ResampleCount > 0 && one.Bins is { } bins)
            {
                context.AddBins(bins(context, own));
            }
        }

        var metric = new MetricResult(family.Info(parameter), context.Options.Reported(family, family.Measure(context, parameter)));
        var obstacles = MetricCatalog.Related(family).Select(other => MetricSet.Obstacle(other, has, context.Weights is not null)).ToList();
        return new(metric, context.RowCount, family.Arithmetic?.Invoke(context, parameter), Related(context, family, parameter, metric, has))
        {
            WhyNothingRelated = obstacles.Count > 0 && obstacles.TrueForAll(reason => reason is not null)
                ? obstacles[0]!.Replace("it needs", "they need", StringComparison.Ordinal).Replace("it is", "they are", StringComparison.Ordinal)
                : "",
        };
    }

    private static IEnumerable<(MetricFamily Family, int Parameter)> RelatedTo(MetricContext context, MetricFamily family, int parameter, MetricNeeds has) =>
        MetricCatalog.Related(family)
            .Where(other => MetricSet.Obstacle(other, has, context.Weights is not null) is null)
            .Select(other => (other, other.Library is null ? parameter : other.Default ?? 0));

    private static ImmutableArray<RelatedMetric> Related(MetricContext context, MetricFamily family, int parameter, MetricResult metric, MetricNeeds has)
    {
        var related = ImmutableArray.CreateBuilder<RelatedMetric>();
        foreach (var (other, own) in RelatedTo(context, family, parameter, has))
        {
            var result = new MetricResult(other.Info(own), context.Options.Reported(other, other.Measure(context, own)));
            double difference = result.Measurement.Value - metric.Measurement.Value;
            related.Add(new(result, difference, [.. Reasons(context, (family, parameter), (other, own), difference)]));
        }

        return related.ToImmutable();
    }

    private static List<string> Reasons(
        MetricContext context, (MetricFamily Family, int Parameter) one, (MetricFamily Family, int Parameter) other, double difference)
    {
        var reasons = new List<string>();
        if (Math.Abs(difference) <= Rounding)
        {
            reasons.Add("the same number");
        }

        var library = one.Family.Library is null ? other : one;
        if (one.Parameter != other.Parameter && other.Family.HasParameter)
        {
            double same = other.Family.Measure(context, one.Parameter).Value;
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{other.Parameter} bins, not {one.Parameter}; with {one.Parameter} it gives {same:0.0000000000}"));
        }

        if (one.Family.IsEqualMass != other.Family.IsEqualMass)
        {
            reasons.Add(other.Family.IsEqualMass ? "bins of equal mass, not of equal width" : "bins of equal width, not of equal mass");
        }

        reasons.AddRange(library.Family.Facts?.Invoke(context, library.Parameter) ?? []);
        return reasons;
    }
}
