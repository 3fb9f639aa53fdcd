using LsCalib.Data;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Data;

/// <summary>Slices and weights in the columns of a CSV file.</summary>
public sealed class CsvAttributeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cells_are_slices_by_their_text_and_empty_ones_too()
    {
        var read = Read("prob_0,prob_1,label,site,w\n.5,.5,0,b,1\n.5,.5,1, a ,0\n.5,.5,1,,2\n.5,.5,1,\"x, y\",1\n.5,.5,1,a,1\n");
        Assert.Equal(["(empty)", "a", "b", "x, y"], read.Slices[0].Values.ToArray());
        Assert.Equal([2, 1, 0, 3, 1], read.Slices[0].OfRow);
        Assert.Equal([1, 0, 2, 1, 1], read.Weights!.OfRow);
        Assert.Equal(("site", "w"), (read.Slices[0].Name, read.Weights.Name));
    }

    [Fact]
    public void Rows_that_are_ignored_take_their_values_and_weights_along()
    {
        var read = Read("prob_0,prob_1,label,site,w\n.5,.5,0,b,1\n.5,.5,-1,gone,7\n.5,.5,1,a,3\n", ignored: -1);
        Assert.Equal(["a", "b"], read.Slices[0].Values.ToArray());
        Assert.Equal([1, 0], read.Slices[0].OfRow);
        Assert.Equal([0.5, 1.5], read.Weights!.OfRow);
    }

    [Fact]
    public void Confidences_alone_have_them_too()
    {
        using var folder = new TemporaryFolder();
        var file = TopLabelFile.TryRead(
            folder.Write("t.csv", "confidence,correct,site,w\n.5,1,b,1\n.7,0,a,3\n"), new CsvOptions { SliceColumns = ["site"], WeightColumn = "w" }, new ScoreLayout())!;
        Assert.Equal([1, 0], file.Attributes.Slices[0].OfRow);
        Assert.Equal([0.5, 1.5], file.Attributes.Weights!.OfRow);
    }

    [Theory]
    [InlineData("a,-0.5", "line 4, column \"w\": the weight -0.5 is negative")]
    [InlineData("a,", "line 4, column \"w\": \"\": the cell is empty")]
    [InlineData("a,nan", "line 4, column \"w\": \"nan\": the number is not finite")]
    [InlineData("a,inf", "line 4, column \"w\": \"inf\": the number is not finite")]
    [InlineData("a,much", "line 4, column \"w\": \"much\": not a number; weights are numbers, 0 or more")]
    public void Bad_weights_are_refused_by_line(string cells, string message) =>
        Refused(message, $"prob_0,prob_1,label,site,w\n.5,.5,0,b,1\n\n.5,.5,0,{cells}\n");

    [Fact]
    public void Weights_of_0_alone_are_refused()
    {
        Refused("p.csv, column \"w\": every weight is 0", "prob_0,prob_1,label,site,w\n.5,.5,0,b,0\n.5,.5,0,b,0.0\n");
        Refused("p.csv, column \"w\": every weight is 0", "prob_0,prob_1,label,site,w\n.5,.5,0,b,0\n.5,.5,-1,b,5\n", -1);
    }

    [Fact]
    public void Columns_that_are_not_there_are_named()
    {
        Refused("line 1: no column \"site\"", "prob_0,prob_1,label,w\n.5,.5,0,1\n");
        Refused("Name the column with --weight-column", "prob_0,prob_1,label,site\n.5,.5,0,1\n");
    }

    [Fact]
    public void The_thousand_and_first_value_is_refused_by_line()
    {
        string Rows(int values) => "prob_0,prob_1,label,site,w\n" + string.Concat(Enumerable.Range(0, 1200).Select(i => $".5,.5,0,s{i % values},1\n"));
        Assert.Equal(1000, Read(Rows(1000)).Slices[0].Values.Length);
        Refused("line 1002, column \"site\": more than 1000 different values: that is no slice", Rows(1001));
    }

    private void Refused(string message, string csv, int? ignored = null) =>
        Assert.Contains(message, Assert.Throws<DataException>(() => Read(csv, ignored)).Message, StringComparison.Ordinal);

    private RowAttributes Read(string csv, int? ignored = null)
    {
        using var file = PredictionFile.Read(
            _folder.Write("p.csv", csv), null, new CsvOptions { SliceColumns = ["site"], WeightColumn = "w" }, null, new ScoreLayout(Ignored: ignored));
        return file.Attributes;
    }
}
