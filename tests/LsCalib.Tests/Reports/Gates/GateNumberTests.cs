using System.Text;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Gates;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Reports.Gates;

/// <summary>Numbers and counts at the edge: zeros have no sign, and one row is no rows.</summary>
public sealed class GateNumberTests
{
    [Fact]
    public void Zeros_have_no_sign()
    {
        var report = GateReports.Of([GateReports.Worse with { Comparison = new(0.9, -0.0, new(-0.0, 0, "paired"), 0.01) { AdjustedPValue = 1 } }], withBaseline: true);
        foreach (byte[] bytes in new[] { GateJson.Write(report), GateJUnit.Write(report), GateOpenMetrics.Write(report) })
        {
            Assert.DoesNotMatch(@"(?<![\w.])-0(?![\w.])", Encoding.UTF8.GetString(bytes));
        }

        Assert.Contains("\"value\": 0,", Encoding.UTF8.GetString(GateJson.Write(report)), StringComparison.Ordinal);
        Assert.Equal("0.0000", new NumberText(unicode: true).Of(-0.0));
        Assert.Equal("0.000000", new NumberText(unicode: true).Of(-1e-9));
        Assert.Equal("−0.000100", new NumberText(unicode: true).Of(-1e-4));
    }

    [Fact]
    public void One_row_is_no_rows()
    {
        string power = GateText.Power(GateReports.Open with { RowCount = 1 }, new(unicode: true));
        Assert.StartsWith("1 row detects a worsening of 0.0150 and more", power, StringComparison.Ordinal);
    }

    [Fact]
    public void A_worsening_is_told_with_its_side()
    {
        var numbers = new NumberText(unicode: true);
        Assert.Equal("worse by +0.1031 (0.0900 – 0.1162)", GateText.Change(GateReports.Worse.Comparison!, numbers));
        Assert.Equal("better by 0.1031 (0.0900 – 0.1162)", GateText.Change(GateReports.Worse.Comparison! with { Worsening = -0.1031, Interval = new(-0.1162, -0.09, "paired") }, numbers));
        Assert.Equal("better by 0.1031", GateText.Change(GateReports.Worse.Comparison! with { Worsening = -0.1031, Interval = null }, numbers));
    }
}
