using LsCalib.Core.Calibrators;
using LsCalib.Core.Numerics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.Linear;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;

namespace LsCalib.Tests.Core.Recalibration.Linear;

public sealed class MatrixScalingTests
{
    private static readonly double[] TrueWeights = [0.8, 0.3, -0.2, -0.3, 0.7, 0.1, 0.2, -0.1, 0.9];
    private static readonly double[] TrueBiases = [0.4, -0.1, -0.3];

    [Fact]
    public void A_known_map_is_recovered()
    {
        var (scores, labels) = LinearSamples.Draw(6000, 3, TrueWeights, TrueBiases, 1);
        var fit = CalibrationMethods.Fit(MatrixScaling.Definition, scores, labels, new());
        var map = Assert.IsType<MatrixScaling>(fit.Calibrator);
        Assert.False(map.FloorsLogits);
        Assert.Contains("penalty with λ =", fit.Note, StringComparison.Ordinal);

        // NLL fixes the rows of W and b up to a common row.
        for (int j = 0; j < 3; j++)
        {
            for (int k = 1; k < 3; k++)
            {
                Assert.Equal(TrueWeights[(k * 3) + j] - TrueWeights[j], map.Weights[(k * 3) + j] - map.Weights[j], 0.15);
            }
        }

        Assert.Equal(TrueBiases[1] - TrueBiases[0], map.Biases[1] - map.Biases[0], 0.15);
    }

    [Theory]
    [InlineData("odir", 3)]
    [InlineData("odir", 19)]
    [InlineData("ridge", 15)]
    public void Gradient_and_curvature_agree_with_finite_differences(string kind, int classes)
    {
        var rows = Rows(700, classes, 5, out _, out _);
        var terms = new PenaltyTerms(new(kind, 0.7, 0.3), rows.Deviations, 0.8, 700);
        using var objective = new MatrixObjective(
            rows, rows.Blocks(-1, inside: false), terms, MatrixObjective.Probabilities(rows), MatrixKernel.Of(VectorPaths.Best), 1, default);
        var point = MatrixObjective.Start(rows, 0.8);
        var random = new SeededRandom(9);
        int[] free = [.. Enumerable.Range(0, classes * (classes + 1)).Select(i => (i / (classes + 1) * rows.Stride) + (i % (classes + 1)))];
        foreach (int i in free)
        {
            point[i] += 0.2 * random.NextGaussian();
        }

        LinearSamples.CheckDerivatives(objective, point, free);
    }

    [Theory]
    [InlineData("odir")]
    [InlineData("ridge")]
    public void A_slow_optimiser_finds_the_same_minimum(string kind)
    {
        var rows = Rows(150, 3, 6, out var scores, out var labels);
        var penalty = new LinearPenalty(kind, 0.2, 0.1);
        double Function(double[] point)
        {
            double nll = LinearSamples.Nll(scores, labels, row => LinearSamples.Map(point[..9], point[9..], row));
            double square = 0;
            for (int i = 0; i < 9; i++)
            {
                bool own = i % 4 == 0;
                double off = own ? point[i] - (kind == "odir" ? 0.9 : 1) : point[i];
                double deviation = rows.Deviations[i % 3];
                square += kind == "ridge" ? 0.2 * off * off / 9 : own ? deviation * deviation * off * off / 300 : 0.2 * off * off / 6;
            }

            return nll + square + (0.1 * point[9..].Sum(b => b * b) / 3);
        }

        var found = MatrixObjective.Start(rows, 0.9);
        var outcome = MatrixFit.Fit(rows, penalty, 0.9, found, MatrixKernel.Of(VectorPaths.Best), 1, default);
        Assert.True(outcome.IsConverged);
        var flat = Flat(found, rows);
        Assert.InRange(Function(flat), outcome.Value - 1e-9, outcome.Value + 1e-9);
        foreach (double slope in LinearSamples.Slope(Function, flat))
        {
            Assert.Equal(0, slope, 1e-8);
        }

        double slow = LinearSamples.Descend(Function, [.. LinearSamples.Diagonal(1, 1, 1), 0, 0, 0], 300, 0.3);
        Assert.InRange(Function(flat), slow - 1e-6, slow + 1e-10);
    }

    [Fact]
    public void A_strong_ridge_leaves_the_logits_as_they_are()
    {
        var rows = Rows(500, 4, 3, out _, out _);
        var point = MatrixObjective.Start(rows, 0.5);
        MatrixFit.Fit(rows, new("ridge", 1e9, 1e9), 0.5, point, MatrixKernel.Of(VectorPaths.Best), 1, default);
        var flat = Flat(point, rows);
        var identity = LinearSamples.Diagonal(1, 1, 1, 1);
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal(identity[i], flat[i], 1e-7);
        }
    }

    [Fact]
    public void A_strong_odir_penalty_is_vector_scaling_without_biases()
    {
        var rows = Rows(3000, 3, 3, out var scores, out var labels);
        var point = MatrixObjective.Start(rows, 0.5);
        var outcome = MatrixFit.Fit(rows, new("odir", 1e8, 1e8), 0.5, point, MatrixKernel.Of(VectorPaths.Best), 1, default);
        Assert.True(outcome.IsConverged);
        var flat = Flat(point, rows);
        double Function(double[] w) => LinearSamples.Nll(scores, labels, row => [.. row.Select((z, k) => w[k] * z)]);
        double least = LinearSamples.Descend(Function, [0.5, 0.5, 0.5], 60, 0.5);
        Assert.Equal(least, Function([flat[0], flat[4], flat[8]]), 1e-5);
        Assert.Equal(0, flat[1], 1e-6);
        Assert.Equal(0, flat[9], 1e-6);
    }

    [Theory]
    [InlineData("matrix", 5)]
    [InlineData("dirichlet", 18)]
    public void Every_vector_width_and_thread_count_gives_the_same_bits(string method, int classes)
    {
        var (scores, labels) = LinearSamples.Draw(600, classes, LinearSamples.Diagonal([.. Enumerable.Repeat(0.6, classes)]), new double[classes], 7);
        var input = method == "matrix" ? MatrixInput.Logits : MatrixInput.LogProbabilities;
        double[] Weights(VectorPath path, int threads)
        {
            var fit = MatrixFit.Fit(scores, labels, input, new() { Threads = threads }, path, default);
            return fit.Calibrator is MatrixScaling matrix ? [.. matrix.Weights, .. matrix.Biases]
                : fit.Calibrator is DirichletCalibration dirichlet ? [.. dirichlet.Weights, .. dirichlet.Biases] : [];
        }

        var reference = Weights(VectorPath.Portable, 1);
        Assert.Equal(classes * (classes + 1), reference.Length);
        foreach (var path in Enum.GetValues<VectorPath>().Where(VectorPaths.IsSupported))
        {
            Assert.Equal(reference, Weights(path, path == VectorPath.Portable ? 1 : 3));
        }
    }

    [Fact]
    public void Several_threads_sum_to_the_same_bits_where_they_are_worth_their_start()
    {
        var rows = Rows(4000, 50, 5, out _, out _);
        var point = MatrixObjective.Start(rows, 0.9);
        var gradients = new List<double[]>();
        foreach (int threads in new[] { 1, 4 })
        {
            var terms = new PenaltyTerms(new("odir", 0.7, 0.3), rows.Deviations, 0.8, 4000);
            using var objective = new MatrixObjective(
                rows, rows.Blocks(2, inside: false), terms, MatrixObjective.Probabilities(rows), MatrixKernel.Of(VectorPaths.Best), threads, default);
            var gradient = new double[point.Length];
            objective.Evaluate(point, gradient);
            gradients.Add(gradient);
        }

        Assert.Equal(gradients[0], gradients[1]);
    }

    [Fact]
    public void Dirichlet_maps_do_not_depend_on_offsets_of_rows()
    {
        var (scores, labels) = LinearSamples.Draw(800, 3, TrueWeights, TrueBiases, 11);
        var fit = CalibrationMethods.Fit(DirichletCalibration.Definition, scores, labels, new());
        var map = Assert.IsType<DirichletCalibration>(fit.Calibrator);
        double[] a = new double[3];
        double[] b = new double[3];
        map.Transform([1, 2, 3], a);
        map.Transform([101, 102, 103], b);
        Assert.Equal(a[0] - a[2], b[0] - b[2], 1e-10);
        Assert.InRange(LinearSamples.Nll(scores, labels, map), 0, LinearSamples.Nll(scores, labels, row => row));
    }

    [Fact]
    public void Groups_are_kept_together_and_five_are_needed()
    {
        var (scores, labels) = LinearSamples.Draw(400, 3, TrueWeights, TrueBiases, 11);
        var few = RowGroups.From("sample", [.. Enumerable.Range(0, 400).Select(row => row % 4)]);
        var fit = CalibrationMethods.Fit(MatrixScaling.Definition, scores, labels, new() { Groups = few });
        Assert.Equal(FitStatus.TooFewRows, fit.Status);
        Assert.Contains("4 groups of rows", fit.Reason, StringComparison.Ordinal);

        var enough = RowGroups.From("sample", [.. Enumerable.Range(0, 400).Select(row => row / 20)]);
        Assert.Equal(FitStatus.Converged, CalibrationMethods.Fit(MatrixScaling.Definition, scores, labels, new() { Groups = enough }).Status);
    }

    [Fact]
    public void More_classes_than_can_be_fitted_are_refused()
    {
        var scores = ScoreMatrix.From(ScoreKind.Logits, new float[2 * 1001], 1001);
        var fit = CalibrationMethods.Fit(MatrixScaling.Definition, scores, [0, 1], new());
        Assert.Equal(FitStatus.TooLarge, fit.Status);
        Assert.Contains("1,002,001 weights", fit.Reason, StringComparison.Ordinal);
    }

    private static MatrixRows Rows(int count, int classes, long seed, out ScoreMatrix<double> scores, out int[] labels)
    {
        (scores, labels) = LinearSamples.Draw(
            count, classes, LinearSamples.Diagonal([.. Enumerable.Range(0, classes).Select(k => 0.5 + (0.3 * (k % 3)))]), new double[classes], seed);
        return new(scores, labels, MatrixInput.Logits, [.. Enumerable.Range(0, count).Select(row => (byte)(row * 5 / count))], 5);
    }

    private static double[] Flat(double[] point, MatrixRows rows)
    {
        int classes = rows.ClassCount;
        return [.. Enumerable.Range(0, classes * classes).Select(i => point[(i / classes * rows.Stride) + (i % classes)]),
            .. Enumerable.Range(0, classes).Select(k => point[(k * rows.Stride) + classes])];
    }
}
