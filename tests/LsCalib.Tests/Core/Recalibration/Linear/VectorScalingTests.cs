using LsCalib.Core.Calibrators;
using LsCalib.Core.Numerics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.Linear;
using LsCalib.Core.Scores;

namespace LsCalib.Tests.Core.Recalibration.Linear;

public sealed class VectorScalingTests
{
    private static readonly double[] TrueWeights = [0.4, 0.9, 0.6, 1.2];
    private static readonly double[] TrueBiases = [0.5, -0.2, 0.3, -0.6];

    [Fact]
    public void Known_weights_and_biases_are_recovered()
    {
        var (scores, labels) = LinearSamples.Draw(40_000, 4, LinearSamples.Diagonal(TrueWeights), TrueBiases, 1);
        var (map, fit) = Fit(scores, labels);
        Assert.Equal("", fit.Note);
        for (int k = 0; k < 4; k++)
        {
            Assert.Equal(TrueWeights[k], map.Weights[k], 0.05);
            Assert.Equal(TrueBiases[k], map.Biases[k], 0.05);
        }

        Assert.Equal(0, map.Biases.Sum(), 1e-14);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void Gradient_and_curvature_agree_with_finite_differences(double prior)
    {
        const int Classes = 11;
        var (scores, labels) = LinearSamples.Draw(700, Classes, LinearSamples.Diagonal([.. Enumerable.Repeat(0.7, Classes)]), new double[Classes], 4);
        var kernel = VectorKernel.Of(scores, labels, double.NegativeInfinity, VectorPaths.Best);
        double[]? deviations = prior > 0 ? [.. Enumerable.Repeat(1.5, Classes)] : null;
        var objective = new VectorObjective(kernel, scores, 0.8, deviations, 1, default);
        var random = new SeededRandom(9);
        var point = objective.Start();
        int[] free = [.. Enumerable.Range(0, Classes), .. Enumerable.Range(objective.Length / 2, Classes)];
        foreach (int i in free)
        {
            point[i] += 0.3 * random.NextGaussian();
        }

        LinearSamples.CheckDerivatives(objective, point, free);
    }

    [Fact]
    public void A_slow_optimiser_finds_the_same_minimum()
    {
        var (scores, labels) = LinearSamples.Draw(200, 3, LinearSamples.Diagonal(0.5, 1, 0.8), [0.5, 0, -0.5], 6);
        var (map, _) = Fit(scores, labels);
        double Function(double[] point) =>
            LinearSamples.Nll(scores, labels, row => [.. row.Select((z, k) => (point[k] * z) + point[3 + k])]);
        double slow = LinearSamples.Descend(Function, [1, 1, 1, 0, 0, 0], 400, 0.5);
        double ours = LinearSamples.Nll(scores, labels, map);
        Assert.InRange(ours, slow - 1e-6, slow + 1e-12);
        foreach (double slope in LinearSamples.Slope(Function, [.. map.Weights, .. map.Biases]))
        {
            Assert.Equal(0, slope, 1e-8);
        }
    }

    [Fact]
    public void One_logit_of_two_classes_is_a_logistic_regression_with_a_closed_form()
    {
        // Class 1 has logit 0 or 1, class 0 always 0: the shares of class 1, 1/4 and 3/4, give w + b = ln 3 and b = −ln 3.
        var scores = ScoreMatrix.From(ScoreKind.Logits, new double[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1 }, 2);
        var (map, fit) = Fit(scores, [0, 0, 0, 1, 0, 1, 1, 1]);
        Assert.Equal("", fit.Note);
        Assert.Equal(2 * Math.Log(3), map.Weights[1], 1e-9);
        Assert.Equal(-Math.Log(3), map.Biases[1] - map.Biases[0], 1e-9);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(70)]
    public void Every_vector_width_and_thread_count_gives_the_same_bits(int classes)
    {
        var (scores, labels) = LinearSamples.Draw(3000, classes, LinearSamples.Diagonal([.. Enumerable.Repeat(1.1, classes)]), new double[classes], 7);
        var reference = Fit(scores, labels, VectorPath.Portable).Map;
        foreach (var path in Enum.GetValues<VectorPath>().Where(VectorPaths.IsSupported))
        {
            foreach (int threads in new[] { 1, 3 })
            {
                var map = Fit(scores, labels, path, threads).Map;
                Assert.Equal(reference.Weights, map.Weights);
                Assert.Equal(reference.Biases, map.Biases);
            }
        }
    }

    [Fact]
    public void The_order_of_rows_changes_no_more_than_rounding()
    {
        var (scores, labels) = LinearSamples.Draw(2000, 4, LinearSamples.Diagonal(TrueWeights), TrueBiases, 8);
        var turned = ScoreMatrix.From(
            ScoreKind.Logits, Enumerable.Range(0, labels.Length).SelectMany(row => LinearSamples.Row(scores, labels.Length - 1 - row)).ToArray(), 4);
        var first = Fit(scores, labels).Map;
        var second = Fit(turned, [.. Enumerable.Reverse(labels)]).Map;
        for (int k = 0; k < 4; k++)
        {
            Assert.Equal(first.Weights[k], second.Weights[k], 1e-9);
            Assert.Equal(first.Biases[k], second.Biases[k], 1e-9);
        }
    }

    [Fact]
    public void Zero_probabilities_are_floored_in_the_fit_and_in_the_map()
    {
        var (scores, labels) = LinearSamples.Draw(500, 3, LinearSamples.Diagonal(1, 1, 1), new double[3], 2);
        var p = new double[1500];
        for (int row = 0; row < 500; row++)
        {
            var values = LinearSamples.Row(scores, row);
            Softmax.InPlace(values);
            values.CopyTo(p, row * 3);
        }

        (p[0], p[1], p[2]) = (0, 0.25, 0.75);
        labels[0] = 0;
        var probabilities = ScoreMatrix.From(ScoreKind.Probabilities, p, 3);
        var fit = CalibrationMethods.Fit(VectorScaling.Definition, probabilities, labels, new());
        var map = Assert.IsType<VectorScaling>(fit.Calibrator);
        Assert.True(map.FloorsLogits);
        Assert.InRange(LinearSamples.Nll(probabilities.ToLogits(), labels, map), 0, 1.2);
    }

    private static (VectorScaling Map, CalibratorFit Fit) Fit(ScoreMatrix scores, int[] labels, VectorPath? path = null, int threads = 1)
    {
        var fit = VectorFit.Fit(scores, labels, new() { Threads = threads }, path ?? VectorPaths.Best, default);
        Assert.Equal(FitStatus.Converged, fit.Status);
        return (Assert.IsType<VectorScaling>(fit.Calibrator), fit);
    }
}
