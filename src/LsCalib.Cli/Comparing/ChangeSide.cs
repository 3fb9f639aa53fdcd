using LsCalib.Cli.Baselines;
using LsCalib.Cli.Evaluating;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Comparing;

/// <summary>The old or the new model of a change.</summary>
/// <param name="Data">What its rows are known by.</param>
/// <param name="Loaded">Scores, labels and attributes of the rows.</param>
internal sealed record ChangeSide(ComparedData Data, LoadedScores Loaded) : IDisposable
{
    /// <summary>The files that it was read from, a model and its weights among them.</summary>
    public IReadOnlyList<SourceFile> Files { get; private init; } = Loaded.SourceFiles;

    /// <summary>Scores and labels.</summary>
    public LabelledScores Scored => Loaded.Scored!;

    /// <summary>Runs a model, or reads predictions, those of a run, or a baseline.</summary>
    /// <param name="request">How it is read.</param>
    /// <param name="input">Which.</param>
    /// <param name="against">What its rows are to be matched with, or null; they are then known by the same column of ids.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="DataException">They cannot be read, or there are no scores of all classes.</exception>
    public static ChangeSide Load(EvaluateRequest request, PlotInput input, Baseline? against, Stage stage, CancellationToken cancel)
    {
        if (input.IsBaseline)
        {
            return Of(BaselineReader.Read(input.Path), cancel);
        }

        var own = input.IsModel ? request with { Model = input.File }
            : input.IsRun ? request.OfRun(input.File)
            : request with { Predictions = input.File, Data = null, Labels = null };
        var read = BaselineCandidate.Load(own, against, stage, cancel);
        return new(new(read.Baseline, input.IsRun ? ComparedData.OfRun(input) : null, false, read.Loaded.Locate), read.Loaded)
        {
            Files = read.Model is { } model ? [model.File, .. model.ExternalData, .. read.Loaded.SourceFiles] : read.Loaded.SourceFiles,
        };
    }

    /// <summary>A baseline that was read.</summary>
    /// <exception cref="DataException">It keeps no probabilities.</exception>
    public static ChangeSide Of(Baseline baseline, CancellationToken cancel) => baseline.Probabilities is null
        ? throw new DataException($"{baseline.Path}: {BaselineScores.None}, and a change cannot be split without. Save it with them, or name the predictions that it was made of.")
        : new(ComparedData.Of(baseline), BaselineScores.Of(baseline, null, cancel));

    public void Dispose() => Loaded.Dispose();
}
