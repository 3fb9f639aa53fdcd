using LsCalib.Cli.Baselines;
using LsCalib.Cli.Evaluating;
using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Gates;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Gating;

/// <summary>What a gate looks at.</summary>
/// <param name="Candidate">The predictions.</param>
/// <param name="Loaded">Scores, labels and attributes of the rows.</param>
/// <param name="Model">How the model was read, or null of predictions.</param>
/// <param name="Baseline">Row results of the baseline in the candidate's order, with the probabilities of all classes where it keeps them; or null.</param>
internal sealed record GateInput(GateCandidate Candidate, LoadedScores Loaded, ModelSource? Model, RowResults? Baseline) : IDisposable
{
    /// <summary>What a reader must know of how rows were matched; sentences without full stop.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>How rows were matched, in words; empty without a baseline.</summary>
    public string MatchedBy { get; private init; } = "";

    /// <summary>Runs a model, or reads predictions, and matches their rows to those of a baseline.</summary>
    /// <param name="request">What to read, and how.</param>
    /// <param name="baseline">The baseline, or null.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DataException">They cannot be read, or are other rows than the baseline's.</exception>
    public static GateInput Load(EvaluateRequest request, Baseline? baseline, Stage stage, CancellationToken cancel)
    {
        if (baseline is null)
        {
            return Load(request, stage, cancel);
        }

        var candidate = BaselineCandidate.Load(request, baseline, stage, cancel);
        try
        {
            var match = candidate.MatchTo(baseline);
            return new(Of(candidate.Loaded, candidate.Statistics, baseline.ClassNames), candidate.Loaded, candidate.Model, match.Aligned.Rows.With(match.Aligned.Probabilities))
            {
                Notes = match.Warning is { } warning ? [warning, .. match.Differences] : match.Differences,
                MatchedBy = $"by {match.Words}",
            };
        }
        catch
        {
            candidate.Dispose();
            throw;
        }
    }

    public void Dispose() => Loaded.Dispose();

    private static GateInput Load(EvaluateRequest request, Stage stage, CancellationToken cancel)
    {
        using var model = request.Model is null ? null : stage.Time("loading the model", () => new ModelScores(request, cancel));
        var loaded = stage.Time("reading and scoring", () => model is null
            ? PredictionScores.Load(request, request.Predictions!, request.Csv, cancel)
            : model.Load(request.Data!, request.Labels, request.Csv, stage.Progress, cancel));
        try
        {
            var statistics = loaded.Scored is not { } scored ? null : stage.Time("statistics", () => Evaluator.Located(
                loaded, () => StatisticsPass.Run(scored.Scores, scored.Labels, RowScaling.None, MetricCatalog.DefaultBinCount, request.Threads, cancel)));
            return new(Of(loaded, statistics, null), loaded, model?.Source, null);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    // The names are those of the baseline, for a candidate that has none itself.
    private static GateCandidate Of(LoadedScores loaded, PredictionStatistics? statistics, IReadOnlyList<string>? names)
    {
        if (loaded.Weights is { AreEqual: false } weights)
        {
            throw new DataException($"{loaded.Files[0].Path}: rows are weighted by {weights.Name}, and a gate counts every row the same. Leave the weights out.");
        }

        return statistics is null
            ? new(loaded.TopLabel!) { Slices = loaded.Slices, Groups = loaded.Groups }
            : new(loaded.Scored!.Scores, statistics, RowScaling.None) { Slices = loaded.Slices, Groups = loaded.Groups, ClassNames = loaded.ClassNames ?? names };
    }
}
