using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>
/// How much a model's temperature would be another on other rows, and what its predictions then are: ln T moves with the rows
/// fitted on by their slopes (one Newton step), and a metric with ln T by a difference quotient over one standard error to either side.
/// </summary>
public sealed class TemperatureNoise
{
    private const double LeastStep = 1e-4;
    private readonly double[] _influence;
    private readonly MetricContext _below;
    private readonly MetricContext _above;
    private readonly Lazy<MetricContext> _belowScores;
    private readonly Lazy<MetricContext> _aboveScores;
    private readonly RowResults _belowRows;
    private readonly RowResults _aboveRows;
    private readonly double _step;
    private readonly Dictionary<string, double[]> _slopes = [];

    private TemperatureNoise(double[] influence, RowGroups? groups, double[]? draws, double step, RowResults below, RowResults above)
    {
        _influence = influence;
        FitGroups = groups;
        Draws = draws;
        _step = step;
        _belowRows = below;
        _aboveRows = above;
        _below = new(new(), _belowRows.ToOrder(), null, null, RowScaling.None, default);
        _above = new(new(), _aboveRows.ToOrder(), null, null, RowScaling.None, default);
        _belowScores = new(() => PairedRows.OfProbabilities(_belowRows, new(), default));
        _aboveScores = new(() => PairedRows.OfProbabilities(_aboveRows, new(), default));
    }

    /// <summary>Whether T is fitted on the rows that are compared, so that both scatter together.</summary>
    public bool IsOfSameRows { get; private init; }

    /// <summary>ln T in each resample of the rows compared, less that of the sample; null where there are none.</summary>
    internal double[]? Draws { get; }

    /// <summary>What each row fitted on does to ln T: their mean, each counted as often as it is drawn, is the shift.</summary>
    internal ReadOnlySpan<double> Influence => _influence;

    /// <summary>Whether it is known what the temperature does to the probabilities of all classes.</summary>
    public bool HasProbabilities => _belowRows.Probabilities is not null;

    private RowGroups? FitGroups { get; }

    /// <summary>Of a temperature that was fitted on rows of their own.</summary>
    /// <param name="fit">The fit, converged.</param>
    /// <param name="fitted">Scores that it was fitted on.</param>
    /// <param name="fittedLabels">Their labels.</param>
    /// <param name="groups">Those of them that are not independent, or null.</param>
    /// <param name="scores">Scores that are compared.</param>
    /// <param name="labels">Their labels.</param>
    /// <param name="keepsProbabilities">Whether the probabilities of all classes are kept, for metrics that need them.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    public static TemperatureNoise Of(
        TemperatureFit fit, ScoreMatrix fitted, int[] fittedLabels, RowGroups? groups, ScoreMatrix scores, int[] labels,
        bool keepsProbabilities = false, int threads = 1, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        double[] influence = InfluenceOf(fit.Temperature, fitted, fittedLabels, threads, cancel);
        double step = Math.Max(LeastStep, Math.Sqrt(Covariance(influence, influence, groups)));
        RowResults At(double shift) => Run(scores, labels, RowScaling.ByTemperature(fit.Temperature * Math.Exp(shift)), keepsProbabilities, threads, cancel);
        return new(influence, groups, null, step, At(-step), At(step));
    }

    /// <summary>Of a temperature that is cross-fitted on the rows compared: those of all folds move with that of all rows.</summary>
    /// <param name="cross">The fits, all converged.</param>
    /// <param name="scores">Scores that are compared.</param>
    /// <param name="labels">Their labels.</param>
    /// <param name="groups">Those of them that are not independent, or null.</param>
    /// <param name="keepsProbabilities">Whether the probabilities of all classes are kept, for metrics that need them.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    public static TemperatureNoise Of(
        CrossFit cross, ScoreMatrix scores, int[] labels, RowGroups? groups, bool keepsProbabilities = false, int threads = 1, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(cross);
        double[] influence = InfluenceOf(cross.All.Temperature, scores, labels, threads, cancel);
        double step = Math.Max(LeastStep, Math.Sqrt(Covariance(influence, influence, groups)));
        double[] folds = [.. cross.Folds.Select(fold => fold.Temperature)];
        RowResults At(double shift) => Run(
            scores, labels, RowScaling.ByGroup(Array.ConvertAll(folds, temperature => temperature * Math.Exp(shift)), cross.FoldOfRow), keepsProbabilities, threads, cancel);
        double estimate = Math.Log(cross.All.Temperature);
        double[]? draws = cross.All.Draws is { } drawn ? Array.ConvertAll(drawn.LogTemperatures, value => value - estimate) : null;
        return new(influence, groups, draws, step, At(-step), At(step)) { IsOfSameRows = true };
    }

    /// <summary>By how much a metric rises with ln T.</summary>
    internal double Slope(Func<MetricContext, double> metric) => (metric(_above) - metric(_below)) / (2 * _step);

    /// <summary>The same of a metric of row results.</summary>
    internal double Slope(Func<RowResults, double> metric) => (metric(_aboveRows) - metric(_belowRows)) / (2 * _step);

    /// <summary>The same, measured once however many models this one is compared with.</summary>
    /// <param name="name">Of the metric, with all that its value depends on beside the rows.</param>
    /// <param name="metric">The metric.</param>
    internal double Slope(string name, Func<RowResults, double> metric) => Slopes(name, results => [metric(results)])[0];

    /// <summary>The same of several that are measured together.</summary>
    internal double[] Slopes(string name, Func<RowResults, double[]> metrics)
    {
        if (!_slopes.TryGetValue(name, out double[]? slopes))
        {
            slopes = [.. metrics(_aboveRows).Zip(metrics(_belowRows), (above, below) => (above - below) / (2 * _step))];
            _slopes.Add(name, slopes);
        }

        return slopes;
    }

    /// <summary>The same of a metric that is measured on the probabilities of all classes; there where they are kept.</summary>
    internal double SlopeOfScores(Func<MetricContext, double> metric) => (metric(_aboveScores.Value) - metric(_belowScores.Value)) / (2 * _step);

    /// <summary>By how much the gap of each bin, times its share of the rows, rises with ln T [M]; null where a temperature changes their number.</summary>
    internal double[]? Slopes(Func<MetricContext, ReliabilityTable> bins)
    {
        var (below, above) = (bins(_below), bins(_above));
        double Part(ReliabilityTable table, int bin) => table.Bins[bin].Weight > 0 ? table.Bins[bin].Weight * table.Bins[bin].Gap / table.TotalWeight : 0;
        return below.Bins.Length == above.Bins.Length
            ? [.. Enumerable.Range(0, below.Bins.Length).Select(bin => (Part(above, bin) - Part(below, bin)) / (2 * _step))]
            : null;
    }

    /// <summary>By how much a mean over rows rises with ln T.</summary>
    internal double Slope(Func<RowResults, int, double> value)
    {
        double sum = 0;
        for (int row = 0; row < _aboveRows.RowCount; row++)
        {
            sum += value(_aboveRows, row) - value(_belowRows, row);
        }

        return sum / _aboveRows.RowCount / (2 * _step);
    }

    /// <summary>Covariance of both models' ln T, fitted on the same rows.</summary>
    internal double CovarianceWith(TemperatureNoise other) => Covariance(_influence, other._influence, FitGroups);

    private static double Covariance(double[] one, double[] other, RowGroups? groups)
    {
        double[] left = groups?.Sums(one) ?? one;
        double[] right = groups?.Sums(other) ?? other;
        double sum = 0;
        for (int unit = 0; unit < left.Length; unit++)
        {
            sum += left[unit] * right[unit];
        }

        return sum / one.Length / one.Length;
    }

    private static double[] InfluenceOf(double temperature, ScoreMatrix scores, int[] labels, int threads, CancellationToken cancel)
    {
        double beta = 1 / temperature;
        var derivatives = new NllDerivatives(scores.ToLogits(), labels, null, 1, threads, VectorPaths.Best, null, cancel) { KeepsRows = true };
        double curvature = derivatives.Sum(beta).Curvature;
        return Array.ConvertAll(derivatives.KeptRows, row => labels.Length * row.Slope / (beta * curvature));
    }

    private static RowResults Run(ScoreMatrix scores, int[] labels, RowScaling scaling, bool keepsProbabilities, int threads, CancellationToken cancel)
    {
        var logits = scores.ToLogits();
        var results = RowResults.From(StatisticsPass.Run(logits, labels, scaling, 1, threads, cancel));
        return keepsProbabilities ? results.With(ScoreProbabilities.Of(logits, scaling)) : results;
    }
}
