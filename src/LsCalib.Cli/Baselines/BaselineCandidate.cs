using LsCalib.Cli.Evaluating;
using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Baselines;

/// <summary>Results of a model, or predictions, read so that they can be kept as a baseline or compared with one.</summary>
/// <param name="Baseline">What would be kept of them, without probabilities.</param>
/// <param name="Loaded">Scores, labels and attributes of the rows.</param>
/// <param name="Scored">Scores and labels.</param>
/// <param name="Statistics">Row results and sums.</param>
/// <param name="Model">How the model was read, or null of predictions.</param>
internal sealed record BaselineCandidate(Baseline Baseline, LoadedScores Loaded, LabelledScores Scored, PredictionStatistics Statistics, ModelSource? Model) : IDisposable
{
    /// <summary>Runs a model, or reads predictions.</summary>
    /// <param name="request">What to read, and how.</param>
    /// <param name="against">
    /// A baseline that the rows are to be matched to: they are then known by what it knows its rows by, its column of ids too unless
    /// another is named; or null.
    /// </param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DataException">They cannot be read, two rows have the same id, or there are no scores of all classes.</exception>
    public static BaselineCandidate Load(EvaluateRequest request, Baseline? against, Stage stage, CancellationToken cancel)
    {
        string? idColumn = request.Csv.IdColumn ?? against?.Identities.IdColumn;
        request = request with
        {
            Csv = request.Csv with { IdColumn = idColumn },
            HashesInputs = request.Model is not null && (idColumn is null || against?.Identities.Inputs is not null),
        };
        using var model = request.Model is null ? null : stage.Time("loading the model", () => new ModelScores(request, cancel));
        var loaded = stage.Time("reading and scoring", () => model is null
            ? PredictionScores.Load(request, request.Predictions!, request.Csv, cancel)
            : model.Load(request.Data!, request.Labels, request.Csv, stage.Progress, cancel));
        try
        {
            var scored = loaded.Scored ?? throw new DataException(
                $"{request.Predictions}: holds confidence and correct only, and what is asked for takes the label, the prediction and the true class's probability of each row. Give scores of all classes.");
            var statistics = stage.Time("statistics", () => Evaluator.Located(
                loaded, () => StatisticsPass.Run(scored.Scores, scored.Labels, RowScaling.None, MetricCatalog.DefaultBinCount, request.Threads, cancel)));
            var identities = new RowIdentities { Inputs = loaded.InputHashes };
            var baseline = new Baseline
            {
                Path = request.Data ?? request.Predictions!,
                Origin = BaselineOrigins.Of(request, loaded, scored, model?.Source),
                Rows = RowResults.From(statistics),
                Identities = loaded.Attributes.Ids is { } ids ? identities.WithIds(idColumn!, ids, loaded.Locate) : identities,
                ClassNames = loaded.ClassNames,
            };
            return new(baseline, loaded, scored, statistics, model?.Source);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>The same with the probabilities of all classes.</summary>
    public Baseline WithProbabilities() => Baseline with { Probabilities = RowProbabilities.Of(Scored.Scores) };

    /// <summary>Matches the rows to those of a baseline.</summary>
    /// <param name="baseline">The baseline.</param>
    /// <param name="isFile">Whether it is one that was saved; else it stands for predictions.</param>
    /// <exception cref="DataException">They are other rows; the message says what differs first.</exception>
    public BaselineMatch MatchTo(Baseline baseline, bool isFile = true) => BaselineMatch.To(baseline, Baseline, Loaded.Locate, isFile);

    public void Dispose() => Loaded.Dispose();
}
