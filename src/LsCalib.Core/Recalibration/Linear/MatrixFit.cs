using System.Globalization;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>
/// Fits matrix scaling and Dirichlet calibration: the penalised optimum (within 1e-10) on all rows, with the penalty that
/// five-fold cross-validation chose. Folds are stratified by class or of whole groups, and seeded. The bits depend on neither
/// threads nor vector width; the order of rows decides which fold a row falls into, and so can change the penalty.
/// </summary>
internal static class MatrixFit
{
    /// <summary>Most classes that are fitted: W of 1,000 classes is a million weights.</summary>
    public const int MostClasses = 1000;

    /// <summary>Most rows times classes squared: twenty times 5,000 rows of 100 classes, for which one thread takes some twenty seconds.</summary>
    public const double MostWork = 1e9;

    /// <summary>Most scores that are held, as doubles and twice.</summary>
    public const long MostScores = 1 << 28;

    private const int FoldCount = 5;
    private const int FewestRows = 2 * FoldCount;
    private const double Tolerance = 1e-11;
    private const int MostSteps = 100;

    /// <param name="logits">Logits [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="input">What the matrix is multiplied with.</param>
    /// <param name="options">Threads, seed and groups.</param>
    /// <param name="path">Vector width.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    /// <exception cref="NonFiniteScoreException">A score is NaN or infinite.</exception>
    public static CalibratorFit Fit(
        ScoreMatrix logits, int[] labels, MatrixInput input, CalibratorOptions options, VectorPath path, CancellationToken cancel)
    {
        if (TooLarge(logits) is { } large)
        {
            return large;
        }

        LogitMoments.Check(logits);
        var start = LinearStart.From(logits, labels, LinearMap.FloorsLogits(logits), options, cancel);
        if (start.Failure is not null)
        {
            return start.Failure;
        }

        int units = options.Groups?.Count ?? logits.RowCount;
        int fewest = options.Groups is null ? FewestRows : FoldCount;
        if (units < fewest)
        {
            string reason = $"{units} {(options.Groups is null ? "rows" : "groups of rows")} are too few to choose a penalty by cross-validation; {fewest} are needed";
            return CalibratorFit.Failed(FitStatus.TooFewRows, reason);
        }

        var folds = options.Groups is null
            ? Folds.Stratified(labels, logits.ClassCount, FoldCount, options.Seed)
            : Folds.OfGroups(options.Groups, FoldCount, options.Seed);
        var rows = new MatrixRows(logits, labels, input, folds, FoldCount);
        var kernel = MatrixKernel.Of(path);
        var (best, tried) = Choose(rows, start.Slope, kernel, options.Threads, cancel);
        var point = best.Points[0];
        var outcome = Fit(rows, best.Penalty, start.Slope, point, kernel, options.Threads, cancel);
        return outcome.IsConverged
            ? CalibratorFit.Of(Record(rows, point, best.Penalty, input, LinearMap.FloorsLogits(logits))) with { Note = Note(best, tried, start, rows) }
            : CalibratorFit.Failed(FitStatus.NotConverged, $"no minimum was found in {MostSteps} steps");
    }

    /// <summary>The optimum on all rows under one penalty.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="penalty">The penalty.</param>
    /// <param name="slope">1/T.</param>
    /// <param name="point">Start, overwritten.</param>
    /// <param name="kernel">The inner loops.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    internal static NewtonOutcome Fit(
        MatrixRows rows, LinearPenalty penalty, double slope, double[] point, MatrixKernel kernel, int threads, CancellationToken cancel)
    {
        var terms = new PenaltyTerms(penalty, rows.Deviations, slope, rows.Labels.Length);
        using var objective = new MatrixObjective(rows, rows.Blocks(-1, inside: false), terms, MatrixObjective.Probabilities(rows), kernel, threads, cancel);
        return NewtonSolver.Minimise(objective, point, Tolerance, MostSteps, cancel);
    }

    private static (PenaltySearch.Candidate Best, int Tried) Choose(MatrixRows rows, double slope, MatrixKernel kernel, int threads, CancellationToken cancel)
    {
        var search = new PenaltySearch(rows, FoldCount, slope, kernel, threads, cancel);
        return (search.Choose(), search.Tried);
    }

    private static CalibratorFit? TooLarge(ScoreMatrix logits)
    {
        double work = (double)logits.RowCount * logits.ClassCount * logits.ClassCount;
        long scores = (long)logits.RowCount * MatrixKernel.Padded(logits.ClassCount + 1);
        string? reason =
            logits.ClassCount > MostClasses
                ? string.Create(CultureInfo.InvariantCulture, $"{logits.ClassCount:N0} classes have {(double)logits.ClassCount * logits.ClassCount:N0} weights; at most {MostClasses:N0} classes are fitted")
            : work > MostWork || scores > MostScores
                ? string.Create(CultureInfo.InvariantCulture, $"{logits.RowCount:N0} rows of {logits.ClassCount:N0} classes would take hours or fill the memory; fit on fewer rows")
            : null;
        return reason is null ? null : CalibratorFit.Failed(FitStatus.TooLarge, reason);
    }

    private static string Note(PenaltySearch.Candidate best, int tried, LinearStart start, MatrixRows rows)
    {
        string name = best.Penalty.Kind == PenaltyTerms.Odir ? "ODIR" : "ridge";
        string note = string.Create(
            CultureInfo.InvariantCulture,
            $"{name} penalty with λ = {best.Penalty.Lambda} and μ = {best.Penalty.Mu}, the best of {tried} by {FoldCount}-fold cross-validation (NLL {best.Nll:0.####})");
        int parameters = rows.ClassCount * (rows.ClassCount + 1);
        note += rows.Labels.Length < parameters ? string.Create(CultureInfo.InvariantCulture, $"; {rows.Labels.Length:N0} rows are fewer than the {parameters:N0} parameters") : "";
        return note + (start.Unseen.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {start.Unseen.Length} of the classes are not among the labels"));
    }

    private static Calibrator Record(MatrixRows rows, double[] point, LinearPenalty penalty, MatrixInput input, bool floors)
    {
        int classes = rows.ClassCount;
        var weights = new double[classes * classes];
        var biases = new double[classes];
        for (int k = 0; k < classes; k++)
        {
            point.AsSpan(k * rows.Stride, classes).CopyTo(weights.AsSpan(k * classes));
            biases[k] = point[(k * rows.Stride) + classes];
        }

        return input == MatrixInput.Logits
            ? new MatrixScaling(classes, rows.Labels.Length, weights, biases, penalty, floors)
            : new DirichletCalibration(classes, rows.Labels.Length, weights, biases, penalty);
    }
}
