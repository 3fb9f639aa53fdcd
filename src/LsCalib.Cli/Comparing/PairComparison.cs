using LsCalib.Cli.Evaluating;
using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Comparing;

/// <summary>Compares others with one model, whose resamples are drawn once for all.</summary>
internal sealed class PairComparison
{
    private readonly ScoredModel _one;
    private readonly string[] _keys;
    private readonly double _level;
    private readonly PairedRows _asIs;
    private readonly PairedRows? _scaled;
    private readonly CancellationToken _cancel;

    /// <param name="one">What others are compared with.</param>
    /// <param name="keys">Metrics whose differences are known; of those on all classes, where both keep their probabilities.</param>
    /// <param name="metrics">How they are measured.</param>
    /// <param name="cancel">Stops the work.</param>
    public PairComparison(ScoredModel one, string[] keys, MetricSet metrics, CancellationToken cancel)
    {
        (_one, _keys, _level, _cancel) = (one, keys, metrics.Level, cancel);
        _asIs = new(one.Rows, one.Rows, metrics, cancel);
        _scaled = one.Scaled is null ? null : new(one.Scaled, one.Scaled, metrics, cancel);
    }

    /// <summary>The differences of another model to it.</summary>
    public ComparedPair With(ScoredModel other, Stage stage)
    {
        _cancel.ThrowIfCancellationRequested();
        string[] known = [.. _keys.Where(key => IsKnown(key, other))];
        return stage.Time($"{other.Model.Name} against {_one.Model.Name}", () => new ComparedPair(
            other.Model.Name,
            _one.Model.Name,
            OutputChange.Between(_one.Rows, other.Rows),
            ModelDifference.Of(_asIs.With(other.Rows, null), known, _level),
            _scaled is null || other.Scaled is null ? null : ModelDifference.Of(_scaled.With(other.Scaled, new(_one.Noise!, other.Noise!)), known, _level)));
    }

    private bool IsKnown(string key, ScoredModel other) => (_one.Groups is null || PairedRows.TakesGroups(key))
        && new[] { _one, other }.All(model => (model.Rows.Probabilities is not null || !PairedRows.NeedsProbabilities(key)) && model.Model.AsIs.Metrics.Any(metric => metric.Info.Key == key));
}
