using LsCalib.Core.Metrics;

namespace LsCalib.Tests.Core;

/// <summary>Hand-worked cases; the arithmetic stands beside each.</summary>
public sealed class CalibrationErrorTests
{
    private const double Exact = 1e-12;

    [Fact]
    public void Equal_width_and_equal_mass_bins_of_four_rows()
    {
        // p of class 1 = .6 .7 .8 .9, y = 0 0 1 1: top-label class 1 in every row, correct 0 0 1 1.
        // Two equal widths: (0.5,1] holds all: mean .75, accuracy .5 -> .25.
        // Two equal masses: |0-.65|/2 + |1-.85|/2 = .325 + .075 = .40.
        double[] c = [0.6, 0.7, 0.8, 0.9];
        bool[] a = [false, false, true, true];
        Assert.Equal(0.25, CalibrationError.Expected(ReliabilityTable.From(c, a, Binning.EqualWidth, 2)), Exact);
        Assert.Equal(0.40, CalibrationError.Expected(ReliabilityTable.From(c, a, Binning.EqualMass, 2)), Exact);
    }

    [Fact]
    public void Six_rows_in_three_bins()
    {
        // Confidences .8 .6 .9 1 .4 .85, correct 1 1 1 1 0 1: bin (1/3,2/3] holds .6 (right) and .4 (wrong): |1/2-.5| = 0;
        // bin (2/3,1]: four right, mean 3.55/4 -> 4/6 (1 - .8875) = .075.
        double[] c = [0.8, 0.6, 0.9, 1, 0.4, 0.85];
        bool[] a = [true, true, true, true, false, true];
        var table = ReliabilityTable.From(c, a, Binning.EqualWidth, 3);
        Assert.Equal(0.075, CalibrationError.Expected(table), Exact);
        Assert.Equal(0.1125, CalibrationError.Maximum(table), Exact);

        // Square root of 4/6 x .1125^2.
        Assert.Equal(Math.Sqrt(4.0 / 6 * 0.1125 * 0.1125), CalibrationError.RootMeanSquare(table), Exact);
    }

    [Fact]
    public void Eight_rows_in_ten_bins()
    {
        // (.5,.6]: .51 .55 right 0,1: |1 - 1.06|; (.6,.7]: .61 .66 .68 right 1,1,0: |2 - 1.95|; (.7,.8]: .71 wrong: .71;
        // (.8,.9]: .81 .85 right 1,1: |2 - 1.66|. Sum (.06 + .05 + .71 + .34) / 8 = .145.
        double[] c = [0.51, 0.55, 0.61, 0.66, 0.68, 0.71, 0.81, 0.85];
        bool[] a = [false, true, true, true, false, false, true, true];
        Assert.Equal(0.145, CalibrationError.Expected(ReliabilityTable.From(c, a, Binning.EqualWidth, 10)), Exact);
    }

    [Fact]
    public void Six_rows_of_three_classes_in_three_bins()
    {
        // Confidences .32 .37 .39 .61 .65 .91; right 1 1 0 0 0 1. (0,1/3]: .32 right; (1/3,2/3]: .37 right, .39 .61 .65 wrong
        // is not the published cut, which is at five bins: (.2,.4]: 3/6 |2/3 - .36|, (.6,.8]: 2/6 x .63, (.8,1]: 1/6 x .09.
        double[] c = [0.32, 0.37, 0.39, 0.61, 0.65, 0.91];
        bool[] a = [true, true, false, false, false, true];
        Assert.Equal(0.378333333333333333, CalibrationError.Expected(ReliabilityTable.From(c, a, Binning.EqualWidth, 5)), Exact);
    }

    [Fact]
    public void Empty_bins_count_nothing_and_have_no_numbers()
    {
        var table = ReliabilityTable.From([0.95], [true], Binning.EqualWidth, 10);
        Assert.Equal(0.05, CalibrationError.Expected(table), Exact);
        Assert.True(double.IsNaN(table.Bins[0].Accuracy));
        Assert.True(double.IsNaN(table.Bins[0].Gap));
    }

    [Fact]
    public void Nothing_has_no_error()
    {
        var table = ReliabilityTable.From([], [], Binning.EqualMass, 15);
        Assert.True(double.IsNaN(CalibrationError.Expected(table)));
        Assert.True(double.IsNaN(CalibrationError.Maximum(table)));
        Assert.True(double.IsNaN(CalibrationError.RootMeanSquare(table)));
    }
}
