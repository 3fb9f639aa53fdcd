using LsCalib.Core.Scores;
using LsCalib.Data;
using LsCalib.Data.Csv;
using LsCalib.Data.Numpy;
using LsCalib.Data.Rows;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Data;

/// <summary>Slices and weights in arrays.</summary>
public sealed class NpzAttributeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Values_are_in_ascending_order_and_written_to_the_digit()
    {
        Slices(["-3", "2", "10"], [1, 2, 0, 1], NpzArray.Of("s", "<i4", new[] { 2, 10, -3, 2 }));
        Slices(["9", "200"], [1, 0, 0, 1], NpzArray.Of("s", "|u1", new byte[] { 200, 9, 9, 200 }));
        Slices(["-1", "1"], [0, 0, 1, 1], NpzArray.Of("s", "|i1", new sbyte[] { -1, -1, 1, 1 }));
        Slices(["False", "True"], [1, 0, 0, 1], NpzArray.Of("s", "|b1", new byte[] { 1, 0, 0, 1 }));
        Slices(["0", "0.1", "1E+30"], [1, 0, 0, 2], NpzArray.Of("s", "<f4", new[] { 0.1f, 0, -0f, 1e30f }));
        Slices(["0.1", "0.30000000000000004"], [0, 1, 1, 0], NpzArray.Of("s", "<f8", new[] { 0.1, 0.1 + 0.2, 0.1 + 0.2, 0.1 }));
        Slices(["0.1", "2"], [0, 1, 1, 0], NpzArray.Of("s", "<f2", new[] { (Half)0.1, (Half)2, (Half)2, (Half)0.1 }));
        Slices(["9223372036854775806", "9223372036854775807"], [1, 0, 0, 1], NpzArray.Of("s", "<i8", new[] { long.MaxValue, long.MaxValue - 1, long.MaxValue - 1, long.MaxValue }));
        Slices(["5", "18446744073709551615"], [1, 0, 0, 0], NpzArray.Of<ulong>("s", "<u8", [ulong.MaxValue, 5, 5, 5]));
    }

    [Fact]
    public void Text_is_read_without_its_padding()
    {
        Slices(["(empty)", "de", "zh 中😀"], [1, 0, 2, 1], NpzArray.OfText("s", "de", "", "zh 中😀", "de"));
        Slices(["a", "bcd"], [0, 1, 1, 0], new NpzArray("s", "|S3", [4], [.. "a\0\0bcdbcda\0\0"u8]));
    }

    [Fact]
    public void Arrays_of_samples_or_of_positions_will_do()
    {
        var sample = NpzArray.Of("a", "<i4", new[] { 7, 5 });
        var column = NpzArray.Of("b", "<i4", new[] { 7, 5 }, 2, 1);
        var position = NpzArray.Of("c", "<i4", new[] { 1, 2, 3, 3, 2, 1 }, 2, 3);
        var weights = NpzArray.Of("w", "<f8", new[] { 1.0, 3 });
        var read = Read([2, 3], null, ["a", "b", "c"], "w", sample, column, position, weights);
        Assert.Equal([1, 1, 1, 0, 0, 0], read.Slices[0].OfRow);
        Assert.Equal([1, 1, 1, 0, 0, 0], read.Slices[1].OfRow);
        Assert.Equal([0, 1, 2, 2, 1, 0], read.Slices[2].OfRow);
        Assert.Equal([0.5, 0.5, 0.5, 1.5, 1.5, 1.5], read.Weights!.OfRow);
        Assert.Equal("w", read.Weights.Name);
    }

    [Fact]
    public void Weights_of_predictions_are_read_unasked_unless_others_are_named()
    {
        string path = NpzArray.Write(_folder, NpzArray.Of("row_weights", "<f8", new[] { 2.0, 6 }), NpzArray.Of("w", "<f8", new[] { 5.0, 5 }));
        using var file = new NpzFile(path);
        var unasked = NpyAttributes.OfPredictions(file, new CsvOptions(), [2]).Of(null);
        Assert.Equal([0.5, 1.5], unasked.Weights!.OfRow);
        Assert.Equal([2, 6], unasked.GivenWeights!);
        Assert.Equal("row_weights", unasked.Weights.Name);
        Assert.Equal("w", NpyAttributes.OfPredictions(file, new CsvOptions { WeightColumn = "w" }, [2]).Of(null).Weights!.Name);
        Assert.Null(new NpyAttributes(file, new CsvOptions(), [2]).Of(null).Weights);
        Assert.Contains("array \"row_weights\": [2] does not go with labels [3]", Assert.Throws<DataException>(() =>
            NpyAttributes.OfPredictions(file, new CsvOptions(), [3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Positions_that_are_dropped_take_their_values_and_weights_along()
    {
        var kept = new KeptRows();
        foreach (bool keep in new[] { true, false, true, false, true, false })
        {
            kept.Add(keep);
        }

        var position = NpzArray.Of("c", "<i4", new[] { 10, 99, 30, 98, 20, 97 }, 2, 3);
        var read = Read([2, 3], kept, ["c"], "w", position, NpzArray.Of("w", "<f4", new[] { 1f, 50, 1, 50, 4, 50 }, 2, 3));
        Assert.Equal(["10", "20", "30"], read.Slices[0].Values.ToArray());
        Assert.Equal([0, 2, 1], read.Slices[0].OfRow);
        Assert.Equal([0.5, 0.5, 2], read.Weights!.OfRow);
        Assert.Contains("array \"w\": every weight is 0", Assert.Throws<DataException>(() =>
            Read([2, 3], kept, [], "w", NpzArray.Of("w", "<f4", new[] { 0f, 50, 0, 50, 0, 50 }, 2, 3))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_file_row_and_array()
    {
        Refused("array \"s\": [3] does not go with labels [4]. Slices are [N], one for each row.", ["s"], null, NpzArray.Of("s", "<i4", new int[3]));
        Refused("holds no array \"s\" (it holds w)", ["s"], null, NpzArray.Of("w", "<i4", new int[4]));
        Refused("array \"s\": holds pickled Python objects", ["s"], null, new NpzArray("s", "|O", [4], new byte[32]));
        Refused("array \"w\": [4,2] does not go with labels [4]. Weights are [N]", [], "w", NpzArray.Of("w", "<f8", new double[8], 4, 2));
        Refused("array \"w\", row 2: the weight -1 is negative", [], "w", NpzArray.Of("w", "<f8", new[] { 1.0, 0, -1, 1 }));
        Refused("array \"w\", row 1: the weight NaN is not finite", [], "w", NpzArray.Of("w", "<f8", new[] { 1, double.NaN, 1, 1 }));
        Refused("array \"w\", row 3: the weight Infinity is not finite", [], "w", NpzArray.Of("w", "<f4", new[] { 1, 1, 1, float.PositiveInfinity }));
        Refused("array \"w\": every weight is 0", [], "w", NpzArray.Of("w", "<f8", new double[4]));
        Refused("array \"w\": holds text, not numbers", [], "w", NpzArray.OfText("w", "1", "2", "3", "4"));
        Refused("--weight-column labels names the labels", [], "labels", NpzArray.Of("labels", "<i4", new[] { 1, 0, 1, 0 }));
    }

    [Fact]
    public void The_thousand_and_first_value_is_refused_where_it_stands()
    {
        string path = NpzArray.Write(_folder, NpzArray.Of("s", "<i4", Enumerable.Range(0, 1100).Select(i => i % 1001).ToArray()), NpzArray.Of("t", "<i4", Enumerable.Range(0, 1100).Select(i => i % 1000).ToArray()));
        using var file = new NpzFile(path);
        Assert.Equal(1000, new NpyAttributes(file, new CsvOptions { SliceColumns = ["t"] }, [1100]).Of(null).Slices[0].Values.Length);
        string message = Assert.Throws<DataException>(() => new NpyAttributes(file, new CsvOptions { SliceColumns = ["s"] }, [1100])).Message;
        Assert.Contains("array \"s\", row 1000: more than 1000 different values: that is no slice", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_can_be_named_by_text()
    {
        string path = NpzArray.Write(_folder, NpzArray.OfText("patient", "zoe", "al", "zoe", "al", "bo"));
        using var file = new NpzFile(path);
        Assert.Equal([2, 0, 2, 0, 1], NpyGroups.Read(file, "patient", 5, 1, null)!.OfRow);
    }

    private void Slices(string[] values, int[] ofRow, NpzArray array)
    {
        var column = Assert.Single(Read([4], null, ["s"], null, array).Slices);
        Assert.Equal(values, column.Values.ToArray());
        Assert.Equal(ofRow, column.OfRow);
    }

    private void Refused(string message, string[] slices, string? weight, NpzArray array) =>
        Assert.Contains(message, Assert.Throws<DataException>(() => Read([4], null, slices, weight, array)).Message, StringComparison.Ordinal);

    private RowAttributes Read(long[] labels, KeptRows? kept, string[] slices, string? weight, params NpzArray[] arrays)
    {
        using var file = new NpzFile(NpzArray.Write(_folder, arrays));
        return new NpyAttributes(file, new CsvOptions { SliceColumns = slices, WeightColumn = weight }, labels).Of(kept);
    }
}
