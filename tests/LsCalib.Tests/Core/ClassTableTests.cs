using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core;

public sealed class ClassTableTests
{
    [Theory]
    [InlineData(3, 400, 15)]
    [InlineData(3, 400, 1)]
    [InlineData(70, 900, 15)]
    public void Tables_of_classes_are_those_of_rows_counted_one_by_one(int classes, int rows, int bins)
    {
        var (logits, labels) = Samples.Calibrated(rows, classes, 1, 3, 4);
        var cells = StatisticsPass.Run(Samples.Logits(logits, classes), labels, RowScaling.ByTemperature(1.25), bins, threads: 2).Classwise;
        var edges = BinEdges.EqualWidth(bins);
        foreach (int k in new[] { 0, 1, classes - 1 })
        {
            var counts = new int[bins];
            var right = new int[bins];
            var sums = new double[bins];
            for (int i = 0; i < rows; i++)
            {
                double[] p = [.. logits.Skip(i * classes).Take(classes)];
                Softmax.InPlace(p, 0.8);
                int m = BinEdges.IndexOf(edges, p[k]);
                counts[m]++;
                sums[m] += p[k];
                right[m] += labels[i] == k ? 1 : 0;
            }

            var table = ReliabilityTable.OfClass(cells, k);
            Assert.Equal(rows, table.RowCount);
            Assert.Equal(counts, table.Bins.Select(bin => bin.Count));
            Assert.Equal(CalibrationError.OfClass(cells, k, rows), CalibrationError.Expected(table), 1e-12);
            for (int m = 0; m < bins; m++)
            {
                Assert.Equal((double)right[m] / counts[m], table.Bins[m].Accuracy, 1e-12);
                Assert.Equal(sums[m] / counts[m], table.Bins[m].MeanConfidence, 1e-6);
            }
        }
    }

    [Fact]
    public void A_class_out_of_range_is_refused()
    {
        var cells = StatisticsPass.Run(Samples.Logits([1f, 2f], 2), [0], RowScaling.None, 5).Classwise;
        Assert.Throws<ArgumentOutOfRangeException>(() => ReliabilityTable.OfClass(cells, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReliabilityTable.OfClass(cells, -1));
    }
}
