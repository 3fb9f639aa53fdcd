using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LsCalib.Data.Csv;

namespace LsCalib.Tests.Data;

public sealed class CsvNumberTests
{
    [Theory]
    [InlineData("0", 0.0)]
    [InlineData("-0.5", -0.5)]
    [InlineData("12", 12.0)]
    [InlineData("3.", 3.0)]
    [InlineData(".25", 0.25)]
    [InlineData("1e3", 1000.0)]
    [InlineData("+7", 7.0)]
    [InlineData(" 1.5 ", 1.5)]
    [InlineData("0.1234567890123456789", 0.1234567890123456789)]
    [InlineData("123456789012345678", 123456789012345678.0)]
    public void Numbers_are_read(string text, double expected)
    {
        Assert.True(CsvNumber.TryParse(Encoding.UTF8.GetBytes(text), out double value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1,5")]
    [InlineData("1.5x")]
    [InlineData("1.2.3")]
    [InlineData("NaN")]
    [InlineData("inf")]
    [InlineData("Infinity")]
    [InlineData("1e400")]
    [InlineData("abc")]
    [InlineData("0x10")]
    public void Everything_else_is_refused(string text) => Assert.False(CsvNumber.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Every_double_reads_as_the_framework_reads_it()
    {
        var decimals = Gen.Choose(-99999999, 99999999)
            .SelectMany(digits => Gen.Choose(0, 9), (digits, places) => ((decimal)digits / (decimal)Math.Pow(10, places)).ToString(CultureInfo.InvariantCulture))
            .ToArbitrary();
        Prop.ForAll(decimals, text =>
            CsvNumber.TryParse(Encoding.UTF8.GetBytes(text), out double value) && value == double.Parse(text, CultureInfo.InvariantCulture)).QuickCheckThrowOnFailure();
    }
}
