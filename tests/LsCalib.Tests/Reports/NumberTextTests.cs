using LsCalib.Core.Metrics;
using LsCalib.Reports.Documents;

namespace LsCalib.Tests.Reports;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0.0123, 0.001, 0.02, "+0.0123 (0.0010 - 0.0200)")]
    [InlineData(0.0001, -0.002, 0.0005, "+0.0001 (-0.0020 - 0.0005)")]
    [InlineData(0.000123, -0.00001, 0.0005, "+0.000123 (-0.000010 - 0.000500)")]
    [InlineData(0, 0, 0, "0.0000 (0.0000 - 0.0000)")]
    public void A_difference_is_never_zeros_alone_unless_it_is_0(double value, double lower, double upper, string expected)
    {
        var numbers = new NumberText(unicode: false);
        Assert.Equal(expected, numbers.Difference(value, new Interval(lower, upper, "")));
    }

    [Fact]
    public void Without_an_interval_it_stands_alone() => Assert.Equal("-0.000123", new NumberText(unicode: false).Difference(-0.000123, null));
}
