using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core;

public sealed class MarginalErrorTests
{
    // Four rows, two classes, p of class 1: .1 .2 .6 .9, labels 0 0 1 1; class 0 mirrors it.
    private static readonly double[] Four = [0.9, 0.1, 0.8, 0.2, 0.4, 0.6, 0.1, 0.9];

    [Fact]
    public void Adaptive_errors_of_four_rows()
    {
        var errors = MarginalErrors.Compute(Samples.Probabilities(Four, 2), [0, 0, 1, 1], RowScaling.None, 2);

        // Class 1 in two ranges of two rows: |0 − .15| and |1 − .75|; their mean is .2, and class 0 has the same.
        Assert.Equal(0.2, errors.Adaptive, 1e-12);
        Assert.Equal(0.2, errors.Thresholded, 1e-12);

        // No variance in either range: Σ n/N gap² = (.15² + .25²)/2.
        Assert.Equal((0.0225 + 0.0625) / 2, errors.SquaredL2, 1e-12);
    }

    [Fact]
    public void Probabilities_below_the_threshold_are_left_out_of_the_thresholded_error_only()
    {
        var p = new double[] { 0.9995, 0.0005, 0.9995, 0.0005, 0.4, 0.6, 0.2, 0.8 };
        var errors = MarginalErrors.Compute(Samples.Probabilities(p, 2), [0, 0, 1, 0], RowScaling.None, 1);

        // Class 0, all rows in one range: mean p 0.64975 against 3/4. Class 1: all rows |.25 − .35025|; above the threshold |.5 − .7|.
        Assert.Equal(0.10025, errors.Adaptive, 1e-12);
        Assert.Equal((0.10025 + 0.2) / 2, errors.Thresholded, 1e-12);
    }

    [Fact]
    public void The_conditional_error_parts_rows_by_predicted_class()
    {
        // Both rows of class 0 claimed .9 and right, both of class 1 claimed .9 and wrong, one bin: accuracy over all is .5.
        var s = StatisticsPass.Run(Samples.Probabilities([0.9, 0.1, 0.9, 0.1, 0.1, 0.9, 0.1, 0.9], 2), [0, 0, 0, 0], RowScaling.None, 1);
        Assert.Equal((0.1 + 0.9) / 2, ConditionalError.Compute(s, 1).Value, 1e-12);
        var order = ConfidenceOrder.From(s.Confidence, [true, true, false, false]);
        Assert.Equal(0.4, CalibrationError.Expected(ReliabilityTable.From(order, Binning.EqualWidth, 1)), 1e-12);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public void Noise_floors_are_near_those_of_labels_drawn_anew(int classes)
    {
        var (logits, labels) = Samples.Calibrated(1500, classes, 1, 1.5, 5);
        var scores = Samples.Logits(logits, classes);
        var errors = MarginalErrors.Compute(scores, labels, RowScaling.None, 10);
        var conditional = ConditionalError.Compute(StatisticsPass.Run(scores, labels, RowScaling.None, 1), 10);
        var random = new SeededRandom(8);
        var row = new double[classes];
        var values = new List<double>[] { [], [], [], [] };
        for (int draw = 0; draw < 300; draw++)
        {
            var own = new int[labels.Length];
            for (int i = 0; i < own.Length; i++)
            {
                scores.CopyRow(i, row);
                Softmax.InPlace(row);
                double u = random.NextDouble();
                while (own[i] < classes - 1 && (u -= row[own[i]]) >= 0)
                {
                    own[i]++;
                }
            }

            var drawn = MarginalErrors.Compute(scores, own, RowScaling.None, 10);
            values[0].Add(drawn.Adaptive);
            values[1].Add(drawn.Thresholded);
            values[2].Add(DebiasedError.Root(drawn.SquaredL2));
            values[3].Add(ConditionalError.Compute(StatisticsPass.Run(scores, own, RowScaling.None, 1), 10).Value);
        }

        NoiseFloor[] floors = [errors.AdaptiveFloor, errors.ThresholdedFloor, errors.L2Floor, conditional.Floor];
        for (int i = 0; i < floors.Length; i++)
        {
            values[i].Sort();
            Assert.Equal(values[i].Average(), floors[i].Mean, (i == 2 ? 0.25 : 0.03) * values[i].Average());
            Assert.Equal(values[i][285], floors[i].Q95, (i == 2 ? 0.2 : 0.08) * values[i][285]);
        }
    }
}
