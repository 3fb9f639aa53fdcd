using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core;

public sealed class NoiseFloorTests
{
    [Theory]
    [InlineData(200, 0.0856)]
    [InlineData(1000, 0.0385)]
    [InlineData(10000, 0.0123)]
    public void Ece_of_a_calibrated_model_with_uniform_confidence(int rows, double expected)
    {
        // Published figures of a simulation with c ~ U(0,1), 15 equal widths.
        var random = new SeededRandom(4);
        var c = Enumerable.Range(0, rows).Select(_ => random.NextDouble()).ToArray();
        var floor = NoiseFloors.Of(NoiseFloors.Tables(ReliabilityTable.From(c, new bool[rows], Binning.EqualWidth, 15), ConfidenceOrder.From(c, new bool[rows]), 0), CalibrationError.Expected);
        Assert.Equal(expected, floor.Mean, 0.03 * expected);
        Assert.InRange(floor.Median, 0.9 * floor.Mean, floor.Mean);
        Assert.InRange(floor.Q95, 1.2 * floor.Mean, 1.6 * floor.Mean);
    }

    [Fact]
    public void Floors_agree_with_labels_drawn_row_by_row()
    {
        var (logits, labels) = Samples.Calibrated(400, 5, 1, 1.5, 8);
        var scores = Samples.Logits(logits, 5);
        var s = StatisticsPass.Run(scores, labels, RowScaling.None, 15);
        var tables = NoiseFloors.Tables(ReliabilityTable.From(s, Binning.EqualWidth, 15), ConfidenceOrder.From(s.Confidence, new bool[400]), 0);
        var expected = NoiseFloors.Of(tables, CalibrationError.Expected);
        var maximum = NoiseFloors.Of(tables, table => CalibrationError.Maximum(table));
        var random = new SeededRandom(99);
        var ece = new List<double>();
        var mce = new List<double>();
        for (int draw = 0; draw < 2000; draw++)
        {
            var correct = s.Confidence.Select(c => random.NextDouble() < c).ToArray();
            var table = ReliabilityTable.From(s.Confidence, correct, Binning.EqualWidth, 15);
            ece.Add(CalibrationError.Expected(table));
            mce.Add(CalibrationError.Maximum(table));
        }

        ece.Sort();
        mce.Sort();
        Assert.Equal(ece.Average(), expected.Mean, 0.03 * expected.Mean);
        Assert.Equal(ece[1900], expected.Q95, 0.05 * expected.Q95);
        Assert.Equal(mce.Average(), maximum.Mean, 0.05 * maximum.Mean);
    }

    [Theory]
    [InlineData(2, 1.5)]
    [InlineData(2, 4)]
    [InlineData(10, 1.5)]
    [InlineData(10, 6)]
    [InlineData(51, 1.5)]
    public void Classwise_floor_agrees_with_labels_drawn_row_by_row(int classes, double spread)
    {
        var (logits, labels) = Samples.Calibrated(600, classes, 1, spread, 8);
        var scores = Samples.Logits(logits, classes);
        var cells = StatisticsPass.Run(scores, labels, RowScaling.None, 15).Classwise;
        var floors = Enumerable.Range(0, 10).Select(seed => NoiseFloors.OfClasswise(scores, RowScaling.None, cells, seed)).ToList();
        var values = new List<double>();
        for (int draw = 0; draw < 2000; draw++)
        {
            // The same scores with labels that follow them.
            var own = Redraw(scores, draw + 1000);
            values.Add(CalibrationError.Classwise(StatisticsPass.Run(scores, own, RowScaling.None, 15).Classwise, 600));
        }

        values.Sort();
        Assert.Equal(values.Average(), floors.Average(f => f.Mean), 0.03 * values.Average());
        Assert.Equal(values[1900], floors.Average(f => f.Q95), 0.05 * values[1900]);
    }

    [Fact]
    public void Classwise_floor_of_certain_rows_is_zero()
    {
        var scores = ScoreMatrix.From(ScoreKind.Logits, new float[] { 1000, 0, 0, 1000, 500, 0 }, 2);
        var cells = StatisticsPass.Run(scores, [0, 1, 0], RowScaling.None, 15).Classwise;
        var floor = NoiseFloors.OfClasswise(scores, RowScaling.None, cells, 0);
        Assert.Equal(0, floor.Q95, 1e-15);
    }

    [Fact]
    public void Law_of_label_counts_has_the_right_moments()
    {
        foreach (var (mean, variance) in new[] { (0.03, 0.02999), (0.9, 0.09), (3.0, 2.5), (40, 11.0), (4000, 399.0), (5000, 3000.0) })
        {
            var law = new LabelCountLaw(mean, variance);
            var random = new SeededRandom(2);
            double sum = 0;
            double squares = 0;
            double deviations = 0;
            const int Draws = 200_000;
            for (int i = 0; i < Draws; i++)
            {
                double d = law.Draw(random) - mean;
                sum += d;
                squares += d * d;
                deviations += Math.Abs(d);
            }

            double error = Math.Sqrt(variance / Draws);
            Assert.InRange(sum / Draws, -5 * error, 5 * error);
            Assert.Equal(variance, squares / Draws, 0.05 * variance);
            Assert.Equal(LabelCountLaw.MeanAbsoluteDeviation(mean, variance), deviations / Draws, 0.05 * Math.Sqrt(variance));
        }
    }

    private static int[] Redraw(ScoreMatrix scores, long seed)
    {
        var random = new SeededRandom(seed);
        var p = new double[scores.ClassCount];
        var labels = new int[scores.RowCount];
        for (int i = 0; i < labels.Length; i++)
        {
            scores.CopyRow(i, p);
            Softmax.InPlace(p);
            double u = random.NextDouble();
            while (labels[i] < p.Length - 1 && (u -= p[labels[i]]) >= 0)
            {
                labels[i]++;
            }
        }

        return labels;
    }
}
