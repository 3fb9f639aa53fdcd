using LsCalib.Core.Binless;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Recalibration.OneVsRest;
using LsCalib.Core.Scores;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Recalibration.OneVsRest;

public sealed class IsotonicCalibrationTests
{
    [Theory]
    [InlineData(200, 3, false)]
    [InlineData(200, 3, true)]
    [InlineData(500, 2, true)]
    [InlineData(40, 30, false)]
    [InlineData(1, 2, false)]
    public void Each_class_is_the_isotonic_regression_of_its_own_probabilities(int rows, int classes, bool tied)
    {
        var (scores, labels) = Fits.Sample(rows, classes, rows + classes, tied: tied);
        var isotonic = Fits.Fit<IsotonicCalibration>(scores, labels);
        for (int k = 0; k < classes; k++)
        {
            double[] p = Fits.Column(scores, k);
            var expected = IsotonicRegression.Fit(ConfidenceOrder.From(p, Array.ConvertAll(labels, label => label == k)));
            var random = new SeededRandom(k);
            foreach (double at in (double[])[.. p, 0, 1, .. Enumerable.Range(0, 50).Select(_ => random.NextDouble())])
            {
                Assert.Equal(expected.ValueAt(at), isotonic.Classes[k].At(at), 1e-12);
            }
        }
    }

    [Fact]
    public void Knots_ascend_values_do_not_fall_and_none_can_be_left_out()
    {
        var (scores, labels) = Fits.Sample(400, 4, 8, tied: true);
        foreach (var (knots, values) in Fits.Fit<IsotonicCalibration>(scores, labels).Classes)
        {
            for (int i = 1; i < knots.Length; i++)
            {
                Assert.True(knots[i] > knots[i - 1] && values[i] >= values[i - 1]);
            }

            Assert.NotEqual(values[0], values[1]);
            Assert.NotEqual(values[^1], values[^2]);
            for (int i = 1; i < knots.Length - 1; i++)
            {
                var without = new ClassCurve([.. knots.Where((_, j) => j != i)], [.. values.Where((_, j) => j != i)]);
                Assert.True(Math.Abs(without.At(knots[i]) - values[i]) > 1e-9);
            }
        }
    }

    [Fact]
    public void Values_match_another_library()
    {
        double[] p = [0.1, 0.2, 0.2, 0.3, 0.4, 0.55, 0.6, 0.7, 0.8, 0.9];
        int[] labels = [1, 1, 0, 1, 0, 1, 0, 0, 1, 0];
        var curve = Fits.Fit<IsotonicCalibration>(Samples.Probabilities([.. p.SelectMany(q => new[] { q, 1 - q })], 2), labels).Classes[0];

        // scikit-learn 1.2's IsotonicRegression with out_of_bounds="clip".
        (double At, double Value)[] expected =
            [(0.05, 0), (0.15, 1 / 6.0), (0.2, 1 / 3.0), (0.35, 5 / 12.0), (0.5, 0.5), (0.65, 2 / 3.0), (0.85, 5 / 6.0), (0.95, 1)];
        foreach (var (at, value) in expected)
        {
            Assert.Equal(value, curve.At(at), 1e-12);
        }
    }

    [Fact]
    public void What_it_has_mapped_it_maps_to_itself()
    {
        var (scores, labels) = Fits.Sample(300, 2, 12);
        var once = LsCalib.Core.Recalibration.CalibratedScores.Map(Fits.Fit<IsotonicCalibration>(scores, labels), scores);
        var twice = LsCalib.Core.Recalibration.CalibratedScores.Map(Fits.Fit<IsotonicCalibration>(once, labels), once);
        double[] first = once.Blocks.Single().ToArray();
        double[] second = twice.Blocks.Single().ToArray();
        for (int i = 0; i < first.Length; i++)
        {
            Assert.Equal(first[i], second[i], 1e-9);
        }
    }

    [Fact]
    public void A_row_whose_classes_are_all_mapped_to_zero_is_uniform()
    {
        // Three classes; each is never the true one where its p is below 0.8, and no row is above in the last one.
        double[] logits = [5, 0, 0, 0, 5, 0, 0, 0, 5, 0.1, 0, 0, 0, 0.1, 0, 0, 0, 0.1];
        int[] labels = [0, 1, 2, 0, 1, 2];
        var isotonic = Fits.Fit<IsotonicCalibration>(ScoreMatrix.From(ScoreKind.Logits, logits, 3), labels);
        Assert.Equal(1 / 7.0, isotonic.MixWeight);
        var nothing = isotonic with { Classes = [new([0.5], [0]), new([0.5], [0]), new([0.5], [0])] };
        Assert.All(Fits.Map(nothing, 1, 2, 3), q => Assert.Equal(1 / 3.0, q, 1e-15));
    }
}
