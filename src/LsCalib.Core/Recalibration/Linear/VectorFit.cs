using System.Globalization;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>
/// Fits vector scaling. NLL is convex in w and b; the optimum is exact (NLL within 1e-10) wherever it is finite. Where it is
/// not, or rests on fewer rows than there are parameters, a prior that weighs as much as one row holds the map to temperature
/// scaling, and the fit's note says so.
/// </summary>
internal static class VectorFit
{
    private const double Tolerance = 1e-11;
    private const int MostSteps = 100;

    // At a finite optimum the last step is far smaller; on the way to one at infinity all are of the order of 1.
    private const double LargestLastStep = 0.01;

    // Log-odds that no number of rows can teach.
    private const double LargestEffect = 100;

    /// <param name="logits">Logits [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="options">Threads; the bits do not depend on them, and on the order of rows only in rounding.</param>
    /// <param name="path">Vector width.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    public static CalibratorFit Fit(ScoreMatrix logits, int[] labels, CalibratorOptions options, VectorPath path, CancellationToken cancel)
    {
        bool floors = LinearMap.FloorsLogits(logits);
        double floor = floors ? Calibrator.LogFloor : double.NegativeInfinity;
        var moments = LogitMoments.From(logits, floor);
        var start = LinearStart.From(logits, labels, floors, options, cancel);
        if (start.Failure is not null)
        {
            return start.Failure;
        }

        var kernel = VectorKernel.Of(logits, labels, floor, path);
        string held = WhyHeld(logits, start.Unseen);
        if (held.Length == 0)
        {
            var objective = new VectorObjective(kernel, logits, start.Slope, null, options.Threads, cancel);
            var point = objective.Start();
            var outcome = NewtonSolver.Minimise(objective, point, Tolerance, MostSteps, cancel);
            var moved = objective.Start();
            NewtonSolver.Add(point, -1, moved, moved);
            Centre(moved, logits.ClassCount);
            if (outcome.IsConverged
                && objective.Effect(outcome.LastStep, moments.Means, moments.Deviations) < LargestLastStep
                && objective.Effect(moved, moments.Means, moments.Deviations) < LargestEffect)
            {
                return CalibratorFit.Of(Record(logits, point, floors));
            }

            held = "some weights would grow without end: rows of some classes are told apart without error";
        }

        double[] deviations = Array.ConvertAll(moments.Deviations, deviation => deviation > 0 ? deviation : 1);
        var withPrior = new VectorObjective(kernel, logits, start.Slope, deviations, options.Threads, cancel);
        var map = withPrior.Start();
        if (!NewtonSolver.Minimise(withPrior, map, Tolerance, MostSteps, cancel).IsConverged)
        {
            return CalibratorFit.Failed(FitStatus.NotConverged, $"no minimum of NLL was found in {MostSteps} steps");
        }

        return CalibratorFit.Of(Record(logits, map, floors)) with
        {
            Note = $"held to temperature scaling by a prior that weighs as much as one row, since {held}",
        };
    }

    private static string WhyHeld(ScoreMatrix logits, int[] unseen)
    {
        int parameters = 2 * logits.ClassCount;
        return unseen.Length == 1 ? string.Create(CultureInfo.InvariantCulture, $"class {unseen[0]} is not among the labels")
            : unseen.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"{unseen.Length} classes are not among the labels, {unseen[0]} the first of them")
            : logits.RowCount < parameters ? string.Create(CultureInfo.InvariantCulture, $"{logits.RowCount} rows are fewer than the {parameters} parameters")
            : "";
    }

    private static VectorScaling Record(ScoreMatrix logits, double[] point, bool floors)
    {
        Centre(point, logits.ClassCount);
        return new(
            logits.ClassCount, logits.RowCount, point[..logits.ClassCount], point.AsSpan(point.Length / 2, logits.ClassCount).ToArray(), floors);
    }

    /// <summary>Biases of mean 0: NLL does not change with the same number added to all.</summary>
    private static void Centre(double[] point, int classCount)
    {
        var biases = point.AsSpan(point.Length / 2, classCount);
        double mean = 0;
        foreach (double bias in biases)
        {
            mean += bias / classCount;
        }

        foreach (ref double bias in biases)
        {
            bias -= mean;
        }
    }
}
