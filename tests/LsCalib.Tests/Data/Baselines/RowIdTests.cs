using LsCalib.Core.Scores;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Data.Csv;
using LsCalib.Data.Numpy;
using LsCalib.Data.Rows;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Data.Baselines;

/// <summary>Ids and hashes of rows as they are read.</summary>
public sealed class RowIdTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ids_of_a_csv_column_are_text_and_no_feature()
    {
        string csv = _folder.Write("a.csv", "x,id,y,label\n1, 007 ,2,0\n3,\"b,c\",4,1\n");
        using var source = new CsvRowSource(csv, new CsvOptions { IdColumn = "id" }, new LabelMap(null, 2));
        Assert.Equal(["x", "y"], source.FeatureNames);
        Read(source);
        Assert.Equal(["007", "b,c"], source.Attributes(null).Ids!);
        var kept = new KeptRows();
        kept.Add(false);
        kept.Add(true);
        Assert.Equal(["b,c"], source.Attributes(kept).Ids!);

        using var named = new CsvRowSource(csv, new CsvOptions(FeatureColumns: ["*"]) { IdColumn = "id" }, new LabelMap(null, 2));
        Assert.Equal(["x", "y"], named.FeatureNames);
        using var without = new CsvRowSource(csv, new CsvOptions(DropColumns: ["id"]), new LabelMap(null, 2));
        Read(without);
        Assert.Null(without.Attributes(null).Ids);
    }

    [Fact]
    public void Calibration_data_need_no_ids_and_take_none_as_a_feature()
    {
        foreach (string header in new[] { "x,id,y,label\n1,a,2,0\n", "x,y,label\n1,2,0\n" })
        {
            using var source = new CsvRowSource(_folder.Write("c.csv", header), new CsvOptions { IdColumn = "id", IsCalibrationData = true }, new LabelMap(null, 2));
            Assert.Equal(["x", "y"], source.FeatureNames);
            Read(source);
            Assert.Null(source.Attributes(null).Ids);
        }

        string npz = NpzArray.Write(_folder, NpzArray.Of("labels", "<i4", new[] { 0, 1 }));
        using var file = new NpzFile(npz);
        Assert.Null(new NpyAttributes(file, new CsvOptions { IdColumn = "id", IsCalibrationData = true }, [2]).Of(null).Ids);
        Assert.Contains("holds no array \"id\"", Assert.Throws<DataException>(() => new NpyAttributes(file, new CsvOptions { IdColumn = "id" }, [2])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_of_arrays_are_written_as_they_are_in_csv()
    {
        Assert.Equal(["9223372036854775807", "-1"], Ids([2], NpzArray.Of("id", "<i8", new[] { long.MaxValue, -1 })));
        Assert.Equal(["b", "ä"], Ids([2], NpzArray.OfText("id", "b", "ä")));
        Assert.Equal(["0.5", "2"], Ids([2, 1], NpzArray.Of("id", "<f4", new[] { 0.5f, 2 }, 2, 1)));
        Assert.Equal(["4", "3", "2", "1"], Ids([2, 2], NpzArray.Of("id", "<i4", new[] { 4, 3, 2, 1 }, 2, 2)));
        Assert.Equal(["7, position 0", "7, position 1", "5, position 0", "5, position 1"], Ids([2, 2], NpzArray.Of("id", "<i4", new[] { 7, 5 })));
        Assert.Contains("[3] does not go with labels [2]. Row ids are [N]", Assert.Throws<DataException>(() => Ids([2], NpzArray.Of("id", "<i4", new[] { 1, 2, 3 }))).Message, StringComparison.Ordinal);
        Assert.Contains("row 1: the row id is NaN", Assert.Throws<DataException>(() => Ids([2], NpzArray.Of("id", "<f8", new[] { 1, double.NaN }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hashes_are_of_inputs_and_label_whatever_the_file()
    {
        ulong[] expected = [RowIdentity.OfRow(RowIdentity.OfInputs([1.5, 0]), 0, 1), RowIdentity.OfRow(RowIdentity.OfInputs([1.5, 0]), 0, 0)];
        Assert.Equal(expected, Hashes(new CsvRowSource(_folder.Write("h.csv", "x,y,label\n1.5,-0,1\n1.50,0,0\n"), new CsvOptions(), new LabelMap(null, 2))));
        string npz = NpzArray.Write(_folder, NpzArray.Of("inputs", "<f4", new[] { 1.5f, -0f, 1.5f, 0 }, 2, 2), NpzArray.Of("labels", "<i4", new[] { 1, 0 }));
        Assert.Equal(expected, Hashes(NpyRowSource.OpenNpz(npz, ["x"], new LabelMap(null, 2), new CsvOptions())));
    }

    private static ulong[] Hashes(IRowSource source)
    {
        using (source)
        {
            var hashes = new InputHashes(source);
            var row = new double[source.FeatureCount];
            while (hashes.Read(row, out _))
            {
            }

            return hashes.Of(null);
        }
    }

    private static void Read(CsvRowSource source)
    {
        var row = new double[source.FeatureCount];
        while (source.Read(row, out _))
        {
        }
    }

    private string[] Ids(long[] labels, NpzArray array)
    {
        using var file = new NpzFile(NpzArray.Write(_folder, array));
        return new NpyAttributes(file, new CsvOptions { IdColumn = "id" }, labels).Of(null).Ids!;
    }
}
