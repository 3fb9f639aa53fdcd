using LsCalib.Core.Calibrators;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison.Changes;

/// <summary>One of two models: its row results, and those after a cross-fitted temperature.</summary>
/// <param name="Statistics">As the model is.</param>
/// <param name="Scaled">Each row scaled by the temperature of the other folds; null where none could be fitted.</param>
/// <param name="Temperature">The temperature of all rows, or why there is none.</param>
internal sealed record ComparedScores(PredictionStatistics Statistics, PredictionStatistics? Scaled, TemperatureFit Temperature)
{
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="options">Seed, threads and groups.</param>
    /// <param name="binCount">Bins.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    public static ComparedScores Of(ScoreMatrix scores, int[] labels, TemperatureOptions options, int binCount, CancellationToken cancel)
    {
        var statistics = StatisticsPass.Run(scores, labels, RowScaling.None, binCount, options.Threads, cancel);
        var fit = TemperatureScaling.CrossFit(scores, labels, options, cancel);
        if (fit.Failure is { } failure)
        {
            return new(statistics, null, failure);
        }

        var scaling = RowScaling.ByGroup([.. fit.Folds.Select(fold => fold.Temperature)], fit.FoldOfRow);
        return new(statistics, StatisticsPass.Run(scores.ToLogits(), labels, scaling, binCount, options.Threads, cancel), fit.All);
    }
}
