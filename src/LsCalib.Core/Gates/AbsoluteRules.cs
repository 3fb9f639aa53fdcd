using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;

namespace LsCalib.Core.Gates;

/// <summary>Rules about the candidate alone.</summary>
internal static class AbsoluteRules
{
    /// <summary>Decides them.</summary>
    /// <param name="own">Places of the rules, all about the same rows.</param>
    /// <param name="rules">All rules.</param>
    /// <param name="candidate">The predictions.</param>
    /// <param name="rows">The rows, or null: all.</param>
    /// <param name="options">How.</param>
    /// <param name="results">Receives the results.</param>
    /// <param name="cancel">Stops the work.</param>
    public static void Decide(
        int[] own, IReadOnlyList<GateRule> rules, GateCandidate candidate, int[]? rows, GateOptions options, RuleResult[] results, CancellationToken cancel)
    {
        // The intervals that rules decide on hold together (Bonferroni); those that are shown beside a value, each by itself.
        int bounds = rules.Count(rule => !rule.NeedsBaseline && rule.Use == RuleUse.Bound);
        foreach (var use in own.GroupBy(i => rules[i].Use))
        {
            double level = use.Key == RuleUse.Bound ? 1 - ((1 - options.Level) / bounds) : options.Level;
            var evaluation = candidate.Measure(
                options.Metrics with { Keys = [.. use.Select(i => rules[i].Metric).Distinct()], Level = level, ResampleClasses = use.Key == RuleUse.Bound }, rows, cancel);
            foreach (int i in use)
            {
                if (evaluation.Omitted.FirstOrDefault(omitted => omitted.Info.Key == rules[i].Metric) is { Info: not null } omitted)
                {
                    throw new RuleException($"{rules[i].Metric}: cannot be measured here: {omitted.Reason}");
                }

                results[i] = Decide(rules[i], MetricCatalog.Find(rules[i].Metric)!, evaluation[rules[i].Metric], rows?.Length ?? candidate.RowCount, bounds) with { IntervalLevel = level };
            }
        }
    }

    private static RuleResult Decide(GateRule rule, MetricInfo info, Measurement measured, int rowCount, int bounds)
    {
        double value = Gate.Known(measured.Value, rule, rowCount);
        bool isMax = rule.Kind == RuleKind.Max;
        var warnings = new List<string>();
        if (isMax && measured.NoiseFloor is { } floor && rule.Limit < floor.Q95)
        {
            warnings.Add(FormattableString.Invariant(
                $"the limit is within the noise: on {rowCount:N0} {(rowCount == 1 ? "row" : "rows")} a perfectly calibrated model shows {floor.Median:0.0000} in the middle and up to {floor.Q95:0.0000} in 95 of 100 samples"));
        }

        string side = isMax ? "above" : "below";
        if (rule.Use == RuleUse.Point)
        {
            bool holds = isMax ? value <= rule.Limit : value >= rule.Limit;
            return new(rule, info, holds ? Decision.Pass : Decision.Fail, rowCount, measured, $"the value is {(holds ? "not " : "")}{side} the limit") { Warnings = [.. warnings] };
        }

        var interval = measured.Interval
            ?? throw new RuleException($"{rule.Metric}: has no interval here, so its bound decides nothing; decide on the value (\"use\": \"point\")");
        bool passes = isMax ? interval.Upper <= rule.Limit : interval.Lower >= rule.Limit;
        bool fails = isMax ? interval.Lower > rule.Limit : interval.Upper < rule.Limit;
        string together = bounds > 1 ? FormattableString.Invariant($" (wide enough for all {bounds} that decide to hold together)") : "";
        return new(
            rule,
            info,
            passes ? Decision.Pass : fails ? Decision.Fail : Decision.Inconclusive,
            rowCount,
            measured,
            (passes ? $"no end of the interval is {side} the limit" : fails ? $"all of the interval is {side} the limit" : "the limit lies within the interval") + together)
        {
            Warnings = [.. warnings],
        };
    }
}
