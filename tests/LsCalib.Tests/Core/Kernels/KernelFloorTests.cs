using LsCalib.Core.Catalog;
using LsCalib.Core.Kernels;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Core.Binless;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Kernels;

public sealed class KernelFloorTests
{
    [Theory]
    [InlineData(200, null)]
    [InlineData(2600, null)]
    [InlineData(2400, 60)]
    public void Squared_errors_of_a_calibrated_model_are_those_of_labels_drawn_from_it(int rows, int? blockRows)
    {
        const int Draws = 100;
        var (logits, labels) = Samples.Calibrated(rows, 4, 1, 2, 5);
        var scores = Samples.Logits(logits, 4);
        var observed = KernelCalibration.Estimate(scores, labels, RowScaling.None, 0, 0.4, 0.95, blockRows);
        var direct = new double[Draws];
        var random = new SeededRandom(8);
        var p = new double[4];
        for (int draw = 0; draw < Draws; draw++)
        {
            for (int i = 0; i < rows; i++)
            {
                ProbabilityTiles.ReadRow(scores, RowScaling.None, i, p);
                double u = random.NextDouble();
                labels[i] = 0;
                while (labels[i] < 3 && (u -= p[labels[i]]) >= 0)
                {
                    labels[i]++;
                }
            }

            direct[draw] = KernelCalibration.Estimate(scores, labels, RowScaling.None, 0, 0.4, 0.95, blockRows).Unbiased;
        }

        double[] floor = ConsistencyTest.Draw(scores, labels, RowScaling.None, 0, 0.4, 999, VectorPaths.Best, default)
            .CalibratedErrors(rows, observed.BlockCount, 0);
        double deviation = Deviation(direct);
        Assert.Equal(999, floor.Length);
        Assert.Equal(0, floor.Average(), 5 * deviation / Math.Sqrt(999));
        Assert.InRange(Deviation(floor) / deviation, 0.75, 1.33);
        Array.Sort(floor);
        Assert.InRange(direct.Count(value => value > floor[949]), 0, 13);
    }

    [Fact]
    public void Errors_come_with_their_floor()
    {
        var (logits, labels) = Samples.Calibrated(500, 3, 1, 2, 5);
        var scores = Samples.Logits(logits, 3);
        var evaluation = new MetricSet { Keys = ["skce", "mmce", "ece-kde"] }
            .Compute(scores, RowScaling.None, StatisticsPass.Run(scores, labels, RowScaling.None, 1));
        foreach (string key in new[] { "skce", "mmce", "ece-kde" })
        {
            var measured = evaluation[key];
            Assert.NotNull(measured.NoiseFloor);
            Assert.NotNull(measured.Interval);
            Assert.True(measured.Value < 2 * measured.NoiseFloor.Q95, key);
            Assert.InRange(measured.NoiseFloor.Median, -measured.NoiseFloor.Q95, measured.NoiseFloor.Q95);
        }

        // The error whose pairs are those of the test is compared with the very draws that its p-value rests on.
        Assert.Equal(0, evaluation["skce"].NoiseFloor!.Mean, evaluation["skce"].NoiseFloor!.Q95 / 10);
    }

    [Fact]
    public void The_floor_of_mmce_is_that_of_drawn_outcomes()
    {
        var order = Predictions.Order(400, 2);
        var floor = new MetricSet { Keys = ["mmce"] }.Compute(order)["mmce"].NoiseFloor!;
        var random = new SeededRandom(9);
        double[] direct = [.. Enumerable.Range(0, 400).Select(_ => Mmce.From(order.Redrawn(random)).Value).Order()];
        Assert.Equal(direct.Average(), floor.Mean, 0.1 * floor.Mean);
        Assert.Equal(direct[380], floor.Q95, 0.2 * floor.Q95);
    }

    private static double Deviation(double[] values) => Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1));
}
