using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Statistics;
using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Gates;

/// <summary>Rules about a difference to the baseline.</summary>
internal static class BaselineRules
{
    /// <summary>Measures what they are about; nothing is decided before all are known.</summary>
    /// <param name="own">Places of the rules, all about the same rows.</param>
    /// <param name="rules">All rules.</param>
    /// <param name="candidate">The predictions.</param>
    /// <param name="baseline">The baseline, or null.</param>
    /// <param name="rows">The rows, or null: all.</param>
    /// <param name="options">How.</param>
    /// <param name="results">Receives the results.</param>
    /// <param name="cancel">Stops the work.</param>
    public static void Measure(
        int[] own, IReadOnlyList<GateRule> rules, GateCandidate candidate, RowResults? baseline, int[]? rows, GateOptions options, RuleResult[] results, CancellationToken cancel)
    {
        if (own.Length == 0)
        {
            return;
        }

        var first = rules[own[0]];
        var old = baseline ?? throw new RuleException($"{first.Metric}: is limited against a baseline, and there is none");
        var now = candidate.Results ?? throw new RuleException($"{first.Metric}: a baseline needs the scores of all classes, and only confidence and outcome are known");
        bool needsProbabilities = false;
        foreach (var rule in own.Select(i => rules[i]))
        {
            Check(rule, old, candidate.Groups is not null);
            needsProbabilities |= PairedRows.Obstacle(rule.Metric) is not null;
        }

        now = needsProbabilities ? candidate.WithProbabilities! : now;
        var paired = new PairedRows(rows is null ? old : old.Take(rows), rows is null ? now : now.Take(rows), options.Metrics with { Groups = candidate.GroupsOf(rows) }, cancel);
        paired.Prepare(own.Select(i => rules[i].Metric));
        var made = new Dictionary<string, Worsening>();
        foreach (int i in own)
        {
            var rule = rules[i];
            if (!made.TryGetValue(rule.Metric, out var worsening))
            {
                worsening = paired.Compare(rule.Metric);
                made.Add(rule.Metric, worsening);
            }

            results[i] = Measured(rule, worsening, options, paired.RowCount);
        }
    }

    /// <summary>Refuses what cannot be compared.</summary>
    private static void Check(GateRule rule, RowResults baseline, bool isGrouped)
    {
        string metric = rule.Metric;
        if (PairedRows.Obstacle(metric, hasProbabilities: true) is { } obstacle)
        {
            throw new RuleException($"{metric}: {obstacle}; known are {string.Join(", ", PairedRows.Patterns)}, and of a baseline saved --with-probabilities {string.Join(", ", PairedRows.ProbabilityPatterns)}");
        }

        if (baseline.Probabilities is null && PairedRows.Obstacle(metric) is not null)
        {
            throw new RuleException($"{metric}: needs the probabilities of all classes, and the baseline keeps none of them; save it --with-probabilities");
        }

        if (MetricSet.Obstacle(MetricCatalog.Family(metric).Family, MetricSet.Has(baseline.ClassCount), isWeighted: false) is { } reason)
        {
            throw new RuleException($"{metric}: cannot be measured here: {reason}");
        }

        if (isGrouped && !PairedRows.TakesGroups(metric))
        {
            throw new RuleException($"{metric}: has no known interval of a difference where rows are grouped; leave the groups out, or the rule");
        }
    }

    /// <summary>Decides all of them together (Holm 1979): each further rule makes it harder for one to fail by chance.</summary>
    /// <param name="results">All results; those without comparison stay as they are.</param>
    /// <param name="options">How.</param>
    public static void Decide(RuleResult[] results, GateOptions options)
    {
        double mistake = (1 - options.Level) / 2;
        double[] adjusted = Holm.Adjust(Array.ConvertAll(results, result => result.Comparison?.AdjustedPValue ?? double.NaN));
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i].Comparison is not { AdjustedPValue: { } raw } comparison)
            {
                continue;
            }

            var decision = results[i].Decision == Decision.Pass ? Decision.Pass : adjusted[i] <= mistake ? Decision.Fail : Decision.Inconclusive;
            bool isAlone = raw <= mistake && decision == Decision.Inconclusive;

            // By itself the rule would fail: so many rows make it fail among the others too.
            double needed = isAlone ? Normal.InvCDF(0, 1, 1 - (mistake * raw / adjusted[i])) / Normal.InvCDF(0, 1, 1 - raw) : double.NaN;
            long? rows = isAlone ? (long)Math.Ceiling(results[i].RowCount * needed * needed) : comparison.RowsToDecide;
            results[i] = results[i] with
            {
                Decision = decision,
                Comparison = comparison with { AdjustedPValue = adjusted[i], RowsToDecide = decision == Decision.Inconclusive ? rows : null },
                Reason = Reason(decision, results[i], isAlone),
            };
        }
    }

    private static string Reason(Decision decision, RuleResult result, bool alone) => decision switch
    {
        Decision.Pass => result.Comparison?.Interval is not { Lower: 0, Upper: 0 } interval ? "the worsening is within the tolerance, with confidence"
            : interval.Method == UnchangedWorsening.SameBits ? "every prediction is the same as the baseline's"
            : "it has changed on no row",
        Decision.Fail => "the worsening is above the tolerance, with confidence",
        _ when alone => "the worsening is above the tolerance, but one of so many rules is that easily by chance (Holm)",
        _ => FormattableString.Invariant($"{result.RowCount:N0} {(result.RowCount == 1 ? "row" : "rows")} cannot tell whether the worsening is within the tolerance"),
    };

    private static RuleResult Measured(GateRule rule, Worsening worsening, GateOptions options, int rowCount)
    {
        double baseline = Gate.Known(worsening.Baseline, rule, rowCount);
        double candidate = Gate.Known(worsening.Candidate, rule, rowCount);
        if (rule.IsRelative && !(baseline > 0))
        {
            throw new RuleException($"{rule.Metric}: the baseline's value is {(baseline == 0 ? "0" : "below 0")}, and a share of it is nothing; give the tolerance in the metric's unit") { IsOfData = true };
        }

        var (tested, tolerance) = rule.IsRelative ? worsening.Relative(rule.Limit) : (worsening, rule.Limit);
        double p = tested.PValue(tolerance);
        bool passes = tested.Room(tolerance) >= Intervals.Quantile(options.Level);
        double detectable = worsening.Detectable(options.Level);
        double allowed = rule.IsRelative ? rule.Limit * Math.Abs(baseline) : rule.Limit;
        return new(rule, MetricCatalog.Find(rule.Metric)!, passes ? Decision.Pass : Decision.Inconclusive, rowCount, new(candidate, null, worsening.Floor) { Note = worsening.Note }, "")
        {
            Comparison = new(baseline, worsening.Value, worsening.At(options.Level), allowed)
            {
                AdjustedPValue = double.IsNaN(p) ? 1 : p,
                Detectable = double.IsNaN(detectable) ? null : allowed + detectable,
                RowsToDecide = worsening.RowsToDecide(allowed, options.Level, rowCount),
            },
        };
    }
}
