using LsCalib.Cli.Evaluating;
using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Comparing;

/// <summary>Measures models one after another, and compares each with the first.</summary>
internal static class Comparer
{
    /// <param name="request">What to do.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DataException">An input cannot be read, or its rows are not those of the first.</exception>
    public static CompareReport Run(CompareRequest request, Stage stage, CancellationToken cancel)
    {
        var files = request.Files;
        var baselines = request.Inputs.Where(input => input.IsBaseline).ToDictionary(input => input, input => stage.Time($"reading {input.Name}", () => BaselineReader.Read(input.Path)));
        var plan = CalibrationPlan.Of(request, baselines);
        var calibration = new CalibrationRows(plan, files);
        ScoredModel Scored(PlotInput input, ComparedData? against, ComparedGroups? known) => baselines.TryGetValue(input, out var baseline)
            ? BaselineScoring.Run(input, baseline, files, against, known, calibration, stage, cancel)
            : ModelScoring.Run(input, request.Of(input, baselines.Values), against, known, calibration, stage, cancel);

        // A baseline keeps no groups: where it is the first, the next model tells them.
        var teller = request.Inputs.FirstOrDefault(input => !input.IsBaseline);
        var told = request.Inputs[0].IsBaseline && teller is not null ? Scored(teller, ComparedData.Of(baselines[request.Inputs[0]]), null) : null;
        var first = Scored(request.Inputs[0], null, told is null ? null : new(told.Groups, told.Data.Path));
        var groups = told is null && baselines.ContainsKey(request.Inputs[0]) ? null : new ComparedGroups(first.Groups, (told ?? first).Data.Path);
        var metrics = files.Metrics with { Groups = first.Groups };
        string[] known = [.. metrics.Keys!.Where(key => PairedRows.Obstacle(key, hasProbabilities: true) is null)];
        var models = new List<ComparedModel> { first.Model };
        var warnings = new List<(string Model, string Text)>(Warnings(first));
        var toFirst = new PairComparison(first, known, metrics, cancel);
        var pairs = new List<ComparedPair>();

        // A model is let go once it was compared, but where each pair is wanted.
        var kept = new List<ScoredModel>();
        foreach (var input in request.Inputs.Skip(1))
        {
            var other = input == teller && told is not null ? told : Scored(input, first.Data, groups);
            models.Add(other.Model);
            warnings.AddRange(Warnings(other));
            pairs.Add(toFirst.With(other, stage));
            kept.AddRange(request.AllPairs ? [other] : []);
        }

        for (int i = 0; i < kept.Count; i++)
        {
            var comparison = new PairComparison(kept[i], known, metrics, cancel);
            pairs.AddRange(kept.Skip(i + 1).Select(other => comparison.With(other, stage)));
        }

        if (pairs.All(pair => pair.AsIs.Count == 0))
        {
            throw new DataException($"{request.Inputs[0].Path}: none of the metrics can be compared: those on all classes need models, predictions, or baselines saved --with-probabilities, and some no groups.");
        }

        return new()
        {
            Tool = Tool.NameAndVersion,
            Command = files.Command,
            Seed = metrics.Seed,
            Level = metrics.Level,
            ResampleCount = metrics.ResampleCount,
            RowCount = first.Rows.RowCount,
            ClassCount = first.Rows.ClassCount,
            Groups = first.Groups is { } by ? (by.Name, by.Count) : null,
            Metrics = [.. metrics.Keys!.Where(key => models.Any(model => model.AsIs.Metrics.Any(metric => metric.Info.Key == key))).Select(key => MetricCatalog.Find(key)!)],
            Models = models,
            Pairs = pairs,
            Warnings = [.. plan.Warnings, .. calibration.Warnings, .. Told(warnings, models.Count), .. Unknown(metrics)],
            DiagramEceKey = metrics.DiagramEceKey,
        };
    }

    private static IEnumerable<(string Model, string Text)> Warnings(ScoredModel model) => model.Warnings
        .Concat(model.Model.Temperature.Evaluation is null ? [$"there is no temperature ({model.Model.Temperature.Reason}), and so nothing after scaling"] : [])
        .Select(text => (model.Model.Name, text));

    /// <summary>Each warning once, with the models that it is about unless it is about all.</summary>
    private static IEnumerable<string> Told(List<(string Model, string Text)> warnings, int count) => warnings
        .GroupBy(warning => warning.Text)
        .Select(same => same.Count() == count ? same.Key : $"{string.Join(", ", same.Select(warning => warning.Model))}: {same.Key}");

    private static IEnumerable<string> Unknown(MetricSet metrics)
    {
        foreach (var group in metrics.Keys!.Where(key => PairedRows.Obstacle(key, hasProbabilities: true) is not null).GroupBy(key => PairedRows.Obstacle(key, hasProbabilities: true)!))
        {
            yield return $"no differences of {string.Join(", ", group)}: {(group.Count() == 1 ? "it " : "each ")}{group.Key}";
        }

        string[] ungrouped = metrics.Groups is null ? [] : [.. metrics.Keys!.Where(key => PairedRows.Obstacle(key, hasProbabilities: true) is null && !PairedRows.TakesGroups(key))];
        if (ungrouped.Length > 0)
        {
            yield return $"no differences of {string.Join(", ", ungrouped)}: what the rows of a group do to {(ungrouped.Length == 1 ? "it" : "them")} together is not known";
        }
    }
}
