using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Statistics;

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
    /// <param name="tests">Receives what is tested.</param>
    /// <param name="cancel">Stops the work.</param>
    public static void Measure(
        int[] own, IReadOnlyList<GateRule> rules, GateCandidate candidate, RowResults? baseline, int[]? rows, GateOptions options, RuleResult[] results, ToleranceTest?[] tests, CancellationToken cancel)
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

            (results[i], tests[i]) = Measured(rule, worsening, options, paired.RowCount, rules.Count(other => other.NeedsBaseline));
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
    /// <param name="tests">What was tested for them.</param>
    /// <param name="options">How.</param>
    public static void Decide(RuleResult[] results, ToleranceTest?[] tests, GateOptions options)
    {
        double mistake = (1 - options.Level) / 2;
        double[] adjusted = Holm.Adjust(Array.ConvertAll(results, result => result.Comparison?.AdjustedPValue ?? double.NaN));

        // Rules that fail no longer count among those that another has to fail beside.
        int left = tests.Where((test, i) => test is not null && !(adjusted[i] <= mistake)).Count();
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i].Comparison is not { AdjustedPValue: { } raw } comparison)
            {
                continue;
            }

            var decision = results[i].Decision == Decision.Pass ? Decision.Pass : adjusted[i] <= mistake ? Decision.Fail : Decision.Inconclusive;
            long? rows = decision == Decision.Inconclusive ? tests[i]!.RowsToDecide(options.Level, results[i].RowCount, left - 1) : null;
            results[i] = results[i] with
            {
                Decision = decision,
                Comparison = comparison with { AdjustedPValue = adjusted[i], RowsToDecide = rows },
                Reason = Reason(decision, results[i], raw <= mistake),
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

    private static (RuleResult Result, ToleranceTest Test) Measured(GateRule rule, Worsening worsening, GateOptions options, int rowCount, int ruleCount)
    {
        double baseline = Gate.Known(worsening.Baseline, rule, rowCount);
        double candidate = Gate.Known(worsening.Candidate, rule, rowCount);
        if (rule.IsRelative && !(baseline > 0))
        {
            throw new RuleException($"{rule.Metric}: the baseline's value is {(baseline == 0 ? "0" : "below 0")}, and a share of it is nothing; give the tolerance in the metric's unit") { IsOfData = true };
        }

        var test = ToleranceTest.Of(rule, worsening);
        double p = test.Tested.PValue(test.Tolerance);

        // What is above the tolerance for sure does not pass by another argument.
        double sure = Intervals.Quantile(options.Level);
        bool passes = test.Tested.Room(test.Tolerance) >= sure && !(test.Tested.Excess(test.Tolerance) >= sure);
        double detectable = test.Tested.Detectable(Worsening.Together(options.Level, ruleCount));
        var result = new RuleResult(rule, MetricCatalog.Find(rule.Metric)!, passes ? Decision.Pass : Decision.Inconclusive, rowCount, new(candidate, null, worsening.Floor) { Note = worsening.Note }, "")
        {
            Comparison = new(baseline, worsening.Value, test.Interval(options.Level), test.Allowed)
            {
                AdjustedPValue = double.IsNaN(p) ? 1 : p,
                Detectable = double.IsNaN(detectable) ? null : test.Allowed + detectable,
            },
        };
        return (result, test);
    }
}
