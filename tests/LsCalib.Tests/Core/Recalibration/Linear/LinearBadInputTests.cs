using LsCalib.Core.Calibrators;
using LsCalib.Core.Numerics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;

namespace LsCalib.Tests.Core.Recalibration.Linear;

/// <summary>Data that linear maps cannot be fitted on as they are: a finite map, or a reason why there is none.</summary>
public sealed class LinearBadInputTests
{
    [Theory]
    [InlineData("vector")]
    [InlineData("matrix")]
    [InlineData("dirichlet")]
    public void Rows_all_right_all_wrong_constant_or_of_one_class_are_refused_with_a_reason(string method)
    {
        var (logits, top) = Logits(60, 3);
        Refused(method, logits, top, FitStatus.Separable, "all 60 rows are classified correctly");
        Refused(method, logits, [.. logits.Chunk(3).Select(row => Array.IndexOf(row, row.Min()))], FitStatus.AntiCorrelated, "point away from the labels");
        Refused(method, [.. Enumerable.Repeat(0.5, 180)], [.. Enumerable.Range(0, 60).Select(row => row % 3)], FitStatus.Constant, "nothing to scale");
        Refused(method, logits, new int[60], FitStatus.OneClass, "all labels are 0");
    }

    [Theory]
    [InlineData("vector")]
    [InlineData("matrix")]
    [InlineData("dirichlet")]
    public void Classes_never_seen_keep_a_small_probability(string method)
    {
        var (logits, top) = Logits(400, 5);
        int[] labels = [.. top.Select((label, row) => row % 4 == 0 ? row / 4 % 3 : label % 3)];
        var fit = Fit(method, logits, 5, labels);
        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Contains("not among the labels", fit.Note, StringComparison.Ordinal);
        var mean = MeanProbabilities(fit.Calibrator!, logits, 5);
        for (int k = 3; k < 5; k++)
        {
            Assert.InRange(mean[k], 1e-8, 0.1);
        }
    }

    [Theory]
    [InlineData("vector", "14 rows are fewer than the 20 parameters")]
    [InlineData("matrix", "14 rows are fewer than the 110 parameters")]
    [InlineData("dirichlet", "14 rows are fewer than the 110 parameters")]
    public void Fewer_rows_than_parameters_give_a_cautious_map(string method, string note)
    {
        var (logits, _) = Logits(14, 10);
        int[] labels = [.. Enumerable.Range(0, 14).Select(row => row % 10)];
        for (int row = 0; row < 14; row++)
        {
            logits[(10 * row) + labels[row]] += row == 0 ? -2 : 3;
        }

        var fit = Fit(method, logits, 10, labels);
        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Contains(note, fit.Note, StringComparison.Ordinal);
        Assert.All(MeanProbabilities(fit.Calibrator!, logits, 10), p => Assert.InRange(p, 0.005, 0.4));
    }

    [Fact]
    public void Weights_that_would_grow_without_end_are_held_by_a_prior()
    {
        // Classes 0 and 1 are told apart by their logits without error once class 2's, which is at odds with its labels, is out.
        var random = new SeededRandom(4);
        var logits = new double[300];
        var labels = new int[100];
        for (int row = 0; row < 100; row++)
        {
            labels[row] = row % 2;
            logits[(3 * row) + labels[row]] = 1 + random.NextDouble();
            logits[(3 * row) + 2] = row % 10 == 0 ? 5 : -5;
        }

        (labels[98], labels[99]) = (2, 2);
        (logits[296], logits[299]) = (-5, -5);
        (logits[294], logits[295], logits[297], logits[298]) = (-1, -1, -1, -1);
        var fit = Fit("vector", logits, 3, labels);
        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Contains("held to temperature scaling", fit.Note, StringComparison.Ordinal);
        Assert.Contains("without end", fit.Note, StringComparison.Ordinal);
        var p = new double[3];
        fit.Calibrator!.Transform([2, 0, -5], p);
        Assert.All(p, value => Assert.InRange(value, -50, 50));
        Softmax.InPlace(p);
        Assert.InRange(p[0], 0.6, 1 - 1e-6);
    }

    [Theory]
    [InlineData("vector")]
    [InlineData("matrix")]
    [InlineData("dirichlet")]
    public void Too_few_rows_and_no_rows_are_refused(string method)
    {
        Assert.Equal(FitStatus.TooFewRows, Fit(method, [], 3, []).Status);
        if (method != "vector")
        {
            Assert.Equal(FitStatus.TooFewRows, Fit(method, [1, 0, 1, 0, 1, 0, 0, 1], 2, [0, 0, 1, 1]).Status);
        }
    }

    [Theory]
    [InlineData("vector")]
    [InlineData("matrix")]
    public void A_score_that_is_not_finite_is_named(string method)
    {
        var (logits, _) = Logits(60, 3);
        logits[31] = double.NaN;
        var exception = Assert.Throws<NonFiniteScoreException>(() => Fit(method, logits, 3, [.. Enumerable.Range(0, 60).Select(row => row % 3)]));
        Assert.Equal(10, exception.Row);
    }

    [Theory]
    [InlineData("vector")]
    [InlineData("matrix")]
    [InlineData("dirichlet")]
    public void Probabilities_with_exact_zeros_are_fitted(string method)
    {
        var random = new SeededRandom(8);
        var p = new float[900];
        int[] labels = new int[300];
        for (int row = 0; row < 300; row++)
        {
            int top = random.NextInt(3);
            p[(3 * row) + top] = 1;
            labels[row] = random.NextDouble() < 0.8 ? top : random.NextInt(3);
        }

        var scores = ScoreMatrix.From(ScoreKind.Probabilities, p, 3);
        var fit = CalibrationMethods.Fit(CalibrationMethods.Find(method)!, scores, labels, new());
        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.InRange(LinearSamples.Nll(scores.ToLogits(), labels, fit.Calibrator!), 0.3, 0.6);
    }

    private static void Refused(string method, double[] logits, int[] labels, FitStatus status, string reason)
    {
        var fit = Fit(method, logits, 3, labels);
        Assert.Equal(status, fit.Status);
        Assert.Null(fit.Calibrator);
        Assert.Contains(reason, fit.Reason, StringComparison.Ordinal);
    }

    private static CalibratorFit Fit(string method, double[] logits, int classes, int[] labels) =>
        CalibrationMethods.Fit(CalibrationMethods.Find(method)!, ScoreMatrix.From(ScoreKind.Logits, logits, classes), labels, new());

    private static (double[] Logits, int[] Top) Logits(int rows, int classes)
    {
        var random = new SeededRandom(12);
        var logits = new double[rows * classes];
        foreach (ref double value in logits.AsSpan())
        {
            value = 2 * random.NextGaussian();
        }

        return (logits, [.. logits.Chunk(classes).Select(row => Array.IndexOf(row, row.Max()))]);
    }

    private static double[] MeanProbabilities(Calibrator calibrator, double[] logits, int classes)
    {
        var mean = new double[classes];
        var p = new double[classes];
        foreach (var row in logits.Chunk(classes))
        {
            calibrator.Transform(row, p);
            Softmax.InPlace(p);
            for (int k = 0; k < classes; k++)
            {
                Assert.True(double.IsFinite(p[k]));
                mean[k] += p[k] * classes / logits.Length;
            }
        }

        return mean;
    }
}
