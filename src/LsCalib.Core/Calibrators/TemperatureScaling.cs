using System.Globalization;
using LsCalib.Core.Numerics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Calibrators;

/// <summary>
/// Fits one temperature by NLL (Guo et al. 2017, section 4.2). NLL is convex in β = 1/T, so the root of its slope is the
/// global minimum; it is found by Newton steps in ln β inside a bracket, in double precision.
/// </summary>
public static class TemperatureScaling
{
    /// <summary>Smallest temperature that is searched.</summary>
    public const double SmallestTemperature = 0.001;

    /// <summary>Largest temperature that is searched.</summary>
    public const double LargestTemperature = 1000;

    /// <summary>What the temperature is, in words.</summary>
    public const string Definition =
        "probabilities are softmax(z/T) of the logits z, at the T of least NLL: T above 1 softens, the model was over-confident; T below 1 sharpens, it was under-confident";

    /// <summary>Folds of a cross-fit.</summary>
    public const int FoldCount = 5;

    /// <summary>Fewest rows that are cross-fitted.</summary>
    public const int FewestRows = 50;

    /// <summary>Fits a temperature on all rows, with the interval of its sandwich variance.</summary>
    /// <param name="scores">Scores [N,K]; probabilities are fitted through their logarithms.</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="groups">Rows that are not independent of each other, for the interval; null: all are.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    public static TemperatureFit Fit(ScoreMatrix scores, int[] labels, int threads = 1, RowGroups? groups = null, CancellationToken cancel = default) =>
        Fit(scores, labels, new() { Threads = threads, Groups = groups }, cancel);

    /// <summary>Fits a temperature on all rows.</summary>
    /// <param name="scores">Scores [N,K]; probabilities are fitted through their logarithms.</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="options">Weights, groups and how the interval is made.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    /// <exception cref="ArgumentException">Labels, groups or weights are of another number of rows, or a label is no class.</exception>
    public static TemperatureFit Fit(ScoreMatrix scores, int[] labels, TemperatureOptions options, CancellationToken cancel = default)
    {
        Check(scores, labels, options);
        return Fit(scores, labels, options, VectorPaths.Best, cancel);
    }

    internal static TemperatureFit Fit(ScoreMatrix scores, int[] labels, int threads, VectorPath path) =>
        Fit(scores, labels, new() { Threads = threads }, path, default);

    /// <summary>
    /// Fits on all rows, and without each of five stratified folds in turn, so that every row can be scaled by a
    /// temperature that it had no part in. Where rows are grouped, folds are of whole groups.
    /// </summary>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="seed">Seed of the folds.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="groups">Rows that are not independent of each other, or null: all are.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    public static CrossFit CrossFit(
        ScoreMatrix scores, int[] labels, long seed, int threads = 1, RowGroups? groups = null, CancellationToken cancel = default) =>
        CrossFit(scores, labels, new() { Seed = seed, Threads = threads, Groups = groups }, cancel);

    /// <summary>The same with weights and a choice of interval.</summary>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="options">Weights, groups and how the interval is made.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    /// <exception cref="ArgumentException">Labels, groups or weights are of another number of rows, or a label is no class.</exception>
    public static CrossFit CrossFit(ScoreMatrix scores, int[] labels, TemperatureOptions options, CancellationToken cancel = default)
    {
        Check(scores, labels, options);
        var units = DrawnUnits.From(scores.RowCount, options.Groups, options.Weights);
        if (units.IsGrouped && units.Count < FoldCount)
        {
            string few = string.Create(CultureInfo.InvariantCulture, $"{units.Count} {(units.Count == 1 ? "group of rows is" : "groups of rows are")} too few to cross-fit on; {FoldCount} are needed");
            return new(TemperatureFit.Failed(FitStatus.TooFewRows, few, scores.RowCount), [], new byte[scores.RowCount]);
        }

        var weights = options.Weights?.OfRow;
        var folds = weights is null
            ? options.Groups is null ? Folds.Stratified(labels, scores.ClassCount, FoldCount, options.Seed) : Folds.OfGroups(options.Groups, FoldCount, options.Seed)
            : Folds.OfWeighted(labels, scores.ClassCount, weights, options.Groups, FoldCount, options.Seed);
        int rows = weights is null ? scores.RowCount : weights.Count(weight => weight > 0);
        if (rows < FewestRows)
        {
            string reason = string.Create(CultureInfo.InvariantCulture, $"{rows} {(rows == 1 ? "row is" : "rows are")} too few to cross-fit on; {FewestRows} are needed");
            return new(TemperatureFit.Failed(FitStatus.TooFewRows, reason, rows), [], folds);
        }

        var logits = scores.ToLogits();
        var derivatives = new NllDerivatives(logits, labels, folds, FoldCount, options.Threads, VectorPaths.Best, weights, cancel)
        {
            KeepsRows = options.ResampleCount > 0,
        };
        double beta = TemperatureSolver.Start(derivatives, -1);

        // One pass gives the derivatives of every fold: all six optima lie near.
        var byFold = derivatives.ByFold(beta);
        var all = TemperatureSolver.FromSeries(NllMoments.Total(byFold), beta, out _)
            ?? TemperatureSolver.Solve(derivatives, logits, labels, weights, null, -1, beta);
        if (all.Status != FitStatus.Converged)
        {
            return new(all, [], folds);
        }

        // Before the folds, whose fits may have to pass over the rows again.
        all = WithInterval(all, derivatives, logits, labels, units, options, cancel);
        var fits = new TemperatureFit[FoldCount];
        for (int fold = 0; fold < FoldCount; fold++)
        {
            fits[fold] = TemperatureSolver.FromSeries(NllMoments.Total(byFold, fold), beta, out _)
                ?? TemperatureSolver.Solve(derivatives, logits, labels, weights, folds, fold, 1 / all.Temperature);
        }

        return new(all, fits, folds);
    }

    private static TemperatureFit Fit(ScoreMatrix scores, int[] labels, TemperatureOptions options, VectorPath path, CancellationToken cancel)
    {
        var logits = scores.ToLogits();
        var weights = options.Weights?.OfRow;
        var derivatives = new NllDerivatives(logits, labels, null, 1, options.Threads, path, weights, cancel) { KeepsRows = options.ResampleCount > 0 };
        var fit = TemperatureSolver.Solve(derivatives, logits, labels, weights, null, -1, double.NaN);
        return WithInterval(fit, derivatives, logits, labels, DrawnUnits.From(logits.RowCount, options.Groups, options.Weights), options, cancel);
    }

    internal static void Check(ScoreMatrix scores, int[] labels, TemperatureOptions options)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        Labels.Check(labels, scores.RowCount, scores.ClassCount);
        if (options.Groups is { } groups && groups.OfRow.Length != scores.RowCount)
        {
            throw new ArgumentException($"Groups of {groups.OfRow.Length} rows, for {scores.RowCount} rows.", nameof(options));
        }

        if (options.Weights is { } weights && weights.OfRow.Length != scores.RowCount)
        {
            throw new ArgumentException($"{weights.OfRow.Length} weights, for {scores.RowCount} rows.", nameof(options));
        }
    }

    /// <summary>The fit with the interval that is asked for.</summary>
    private static TemperatureFit WithInterval(
        TemperatureFit fit, NllDerivatives derivatives, ScoreMatrix logits, int[] labels, DrawnUnits units, TemperatureOptions options, CancellationToken cancel)
    {
        if (fit.Status != FitStatus.Converged)
        {
            return fit;
        }

        if (units.IsGrouped && units.Count < 2)
        {
            return fit with { Interval = null };
        }

        if (options.ResampleCount > 0)
        {
            return fit.WithDraws(TemperatureBootstrap.Run(derivatives, units, 1 / fit.Temperature, options.ResampleCount, options.Seed, options.Threads, cancel));
        }

        return units.IsGrouped ? Clustered(fit, logits, labels, units, options, cancel) : fit;
    }

    /// <summary>
    /// The fit with the interval of grouped rows (Liang and Zeger 1986): the slopes of a group are summed before they are
    /// squared, times G/(G − 1).
    /// </summary>
    private static TemperatureFit Clustered(
        TemperatureFit fit, ScoreMatrix logits, int[] labels, DrawnUnits units, TemperatureOptions options, CancellationToken cancel)
    {
        double beta = 1 / fit.Temperature;
        var derivatives = new NllDerivatives(logits, labels, null, 1, options.Threads, VectorPaths.Best, options.Weights?.OfRow, cancel) { KeepsRows = true };
        double curvature = derivatives.Sum(beta).Curvature;
        double squares = 0;
        foreach (var group in units.Sums(derivatives.KeptRows))
        {
            squares += group.Slope * group.Slope;
        }

        double deviation = Math.Sqrt(squares * units.Count / (units.Count - 1)) / (curvature * beta);
        double reach = Math.Exp(Intervals.NormalQuantile * deviation);
        return fit with { Interval = new(fit.Temperature / reach, fit.Temperature * reach, "sandwich by group, normal in ln T") };
    }
}
