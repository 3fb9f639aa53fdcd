using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Tests.Core;

public sealed class BinSensitivityTests
{
    [Theory]
    [InlineData(Binning.EqualWidth)]
    [InlineData(Binning.EqualMass)]
    public void Every_number_of_bins_has_the_error_and_the_floor_of_its_table(Binning binning)
    {
        // Hundredths: many ties, many confidences on an edge.
        var random = new SeededRandom(8);
        double[] c = [.. Enumerable.Range(0, 700).Select(_ => Math.Round(0.2 + (0.8 * random.NextDouble()), 2))];
        bool[] correct = [.. c.Select(value => random.NextDouble() < value - 0.1)];
        var order = ConfidenceOrder.From(c, correct);
        var curve = BinSensitivity.Compute(order, binning, 100, 0);
        Assert.Equal(Enumerable.Range(1, 100), curve.Select(point => point.BinCount));
        foreach (var point in curve)
        {
            Assert.Equal(CalibrationError.Expected(ReliabilityTable.From(c, correct, binning, point.BinCount)), point.Ece, 1e-12);
        }

        foreach (int bins in new[] { 1, 15, 60 })
        {
            var table = ReliabilityTable.From(order, binning, bins);
            var expected = NoiseFloors.Of(NoiseFloors.Tables(table, order, 7), CalibrationError.Expected);
            var floor = curve[bins - 1].Floor;
            Assert.Equal(expected.Mean, floor.Mean, 0.06 * expected.Mean);
            Assert.Equal(expected.Q95, floor.Q95, 0.08 * expected.Q95);
        }
    }

    [Fact]
    public void One_row_is_right_or_wrong_by_its_confidence()
    {
        // Drawn right with 0.75: |1 − 0.75| then, else 0.75; mean 0.375.
        var point = BinSensitivity.Compute(ConfidenceOrder.From([0.75], [true]), Binning.EqualMass, 3, 0)[2];
        Assert.Equal(0.25, point.Ece, 1e-15);
        Assert.Equal(0.375, point.Floor.Mean, 0.03);
        Assert.Equal(0.75, point.Floor.Q95, 1e-15);
    }

    [Fact]
    public void Nothing_depends_on_the_order_of_tied_rows()
    {
        double[] c = [0.5, 0.5, 0.5, 0.9, 0.9, 0.2];
        var one = BinSensitivity.Compute(ConfidenceOrder.From(c, [true, false, false, true, false, false]), Binning.EqualMass, 5, 3);
        var other = BinSensitivity.Compute(ConfidenceOrder.From(c, [false, false, true, false, true, false]), Binning.EqualMass, 5, 3);
        Assert.Equal(one.AsEnumerable(), other);
    }
}
