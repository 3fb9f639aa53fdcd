using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LsCalib.Core.Comparison;
using LsCalib.Core.Scores;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.BaselineSamples;

namespace LsCalib.Tests.Data.Baselines;

/// <summary>The file of a baseline.</summary>
public sealed class BaselineFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 2)]
    [InlineData(7, 2)]
    [InlineData(500, 10)]
    [InlineData(300, 257)]
    public void What_is_written_is_read_to_the_bit(int count, int classes)
    {
        var rows = Rows(count, classes);
        var baseline = Of(rows, Inputs(rows)) with { ClassNames = [.. Enumerable.Range(0, classes).Select(k => $"class \"{k}\" ü")] };
        var read = RoundTrip(_folder, baseline);
        Assert.True(rows.IsSame(read.Rows));
        Assert.Equal(baseline.Identities.Inputs!, read.Identities.Inputs!);
        Assert.Equal(RowIdentityKind.Inputs, read.Identities.Kind);
        Assert.Equal(baseline.ClassNames, read.ClassNames!);
        Assert.Null(read.Probabilities);
        Assert.Equivalent(baseline.Origin, read.Origin);
        Assert.Equal(Directory.GetFiles(_folder.Path)[0], read.Path);
    }

    [Fact]
    public void Extremes_are_kept()
    {
        double tiny = Math.Pow(2, -1000);
        var rows = new RowResults(
            [0, 69_999, 300, 5, 1], [0, 2, 1, 5, 0], [1, 1, 0.5, double.BitIncrement(1 / 70_000.0), BitConverter.Int64BitsToDouble(0x3FEFFFFFFFFFFFFF)],
            [1, -1e6, tiny, double.BitIncrement(1 / 70_000.0), -Math.BitIncrement(693.2)], [0, 2, double.BitDecrement(2), double.Epsilon, 0.1], 70_000);
        var read = RoundTrip(_folder, Of(rows)).Rows;
        Assert.True(rows.IsSame(read));
        Assert.Equal(1e6, read.Nll(1));
        Assert.Equal(0, read.Nll(0));
        Assert.Equal(RowIdentityKind.RowNumber, RoundTrip(_folder, Of(rows)).Identities.Kind);
    }

    [Fact]
    public void Rows_are_the_same_whichever_way_they_come()
    {
        // The results of probabilities near 0 pass through their logarithm.
        var scores = ScoreMatrix.From(ScoreKind.Logits, new double[] { 0, 1000, 0, 0, 0, 690, 3, 2, 1, -1e308, 1e308, 0 }, 3);
        var rows = RowResults.From(LsCalib.Core.Statistics.StatisticsPass.Run(scores, [0, 0, 0, 0], RowScaling.None, 15));
        Assert.Equal(double.NegativeInfinity, rows.TrueProbability[3]);
        Assert.Equal(-1000, rows.TrueProbability[0]);
        Assert.InRange(rows.TrueProbability[1], double.Epsilon, 1e-290);
        Assert.True(rows.IsSame(RoundTrip(_folder, Of(rows)).Rows));
    }

    [Theory]
    [InlineData(1.8, 0.5)]
    [InlineData(10, 0.9)]
    public void Ten_thousand_rows_are_below_300_kB(double spread, double accuracy)
    {
        var rows = Rows(10_000, 10, spread);
        Assert.InRange(Enumerable.Range(0, rows.RowCount).Count(rows.IsCorrect) / 1e4, accuracy - 0.01, accuracy + 0.01);
        int byInputs = BaselineWriter.Write(Of(rows, Inputs(rows))).Length;
        int byNumber = BaselineWriter.Write(Of(rows)).Length;
        Assert.InRange(byInputs, 150_000, 299_999);
        Assert.InRange(byInputs - byNumber, 79_000, 81_000);
    }

    [Fact]
    public void The_same_rows_give_the_same_bytes()
    {
        var rows = Rows(400, 5);
        Assert.Equal(BaselineWriter.Write(Of(rows, Ids([.. Enumerable.Range(0, 400)]))), BaselineWriter.Write(Of(Rows(400, 5), Ids([.. Enumerable.Range(0, 400)]))));
        Assert.Equal(BaselineWriter.Write(Of(rows)), BaselineWriter.Write(RoundTrip(_folder, Of(rows))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Probabilities_are_kept_in_the_type_of_the_scores(bool single)
    {
        var (logits, labels) = Samples.Calibrated(50, 4, 1, 3, 5);
        ScoreMatrix scores = single ? Samples.Logits(logits, 4) : ScoreMatrix.From(ScoreKind.Logits, Array.ConvertAll(logits, z => (double)z), 4);
        var probabilities = RowProbabilities.Of(scores);
        Assert.Equal(ScoreKind.Probabilities, probabilities.Kind);
        Assert.Equal(single, probabilities is ScoreMatrix<float>);
        var rows = RowResults.From(LsCalib.Core.Statistics.StatisticsPass.Run(scores, labels, RowScaling.None, 15));
        var read = RoundTrip(_folder, Of(rows) with { Probabilities = probabilities });
        Assert.Equal(single, read.Probabilities is ScoreMatrix<float>);
        var (written, again) = (new double[4], new double[4]);
        int[] order = [.. Enumerable.Range(0, 50).Reverse()];
        var turned = read.Take(order);
        for (int row = 0; row < 50; row++)
        {
            probabilities.CopyRow(row, written);
            read.Probabilities!.CopyRow(row, again);
            Assert.Equal(written, again);
            Assert.Equal(rows.Confidence[row], written.Max(), 1e-7);
            turned.Probabilities!.CopyRow(49 - row, again);
            Assert.Equal(written, again);
            Assert.Equal(rows.Brier[row], turned.Rows.Brier[49 - row]);
        }

        // Probabilities that were given stay as they were given.
        Assert.Equal(BaselineWriter.Write(Of(rows) with { Probabilities = probabilities }), BaselineWriter.Write(Of(rows) with { Probabilities = RowProbabilities.Of(probabilities) }));
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        byte[] file = Small();
        for (int length = 0; length < file.Length; length++)
        {
            var error = Refused(file[..length]);
            Assert.Contains(length == 0 ? "is empty" : length < 18 ? "is no baseline" : "cut short or edited", error, StringComparison.Ordinal);
        }

        Assert.Contains("cut short or edited", Refused([.. file, 0]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_edited_byte_anywhere_is_noticed()
    {
        byte[] file = Small();
        foreach (byte mask in new byte[] { 1, 0x20, 0x80 })
        {
            for (int i = 0; i < file.Length; i++)
            {
                file[i] ^= mask;
                Refused(file);
                file[i] ^= mask;
            }
        }

        Assert.Equal(RowIdentityKind.RowNumber, BaselineReader.Read(_folder.Write("whole.baseline", file)).Identities.Kind);
    }

    [Fact]
    public void Other_files_and_later_versions_are_told_apart()
    {
        byte[] file = Small();
        file[18] = (byte)'2';
        Assert.Contains("is a baseline of format 2, and this ls-calib reads format 1. Update ls-calib", Refused(Sealed(file[..^32])), StringComparison.Ordinal);
        Assert.Contains("is no baseline. Make one", Refused("id,label\n1,2\n"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<DataException>(() => BaselineReader.Read(_folder.File("none"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<DataException>(() => BaselineReader.Read(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.True(BaselineReader.IsBaseline(_folder.Write("b", file)));
        Assert.False(BaselineReader.IsBaseline(_folder.Write("b", file[..17])));
    }

    [Fact]
    public void What_has_its_checksum_but_makes_no_sense_is_refused()
    {
        byte[] file = Small()[..^32];
        int header = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(20));
        string json = Encoding.UTF8.GetString(file, 24, header);
        byte[] columns = file[(24 + header)..];
        byte[] With(string changed, byte[] packed)
        {
            byte[] text = Encoding.UTF8.GetBytes(changed);
            byte[] length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
            return Sealed([.. file[..20], .. length, .. text, .. packed]);
        }

        Assert.Equal(6, BaselineReader.Read(_folder.Write("same", With(json, columns))).Rows.RowCount);
        foreach (string bad in new[]
        {
            json.Replace("\"rowCount\": 6", "\"rowCount\": 7", StringComparison.Ordinal), json.Replace("\"rowCount\": 6", "\"rowCount\": 5", StringComparison.Ordinal),
            json.Replace("\"rowCount\": 6", "\"rowCount\": 0", StringComparison.Ordinal), json.Replace("\"classCount\": 3", "\"classCount\": 2", StringComparison.Ordinal),
            json.Replace("\"classCount\": 3", "\"classCount\": 1", StringComparison.Ordinal), json.Replace("row-number", "inputs", StringComparison.Ordinal),
            json.Replace("row-number", "row-id", StringComparison.Ordinal), json.Replace("row-number", "colour", StringComparison.Ordinal),
            json.Replace("\"probabilities\": null", "\"probabilities\": \"float32\"", StringComparison.Ordinal), json.Replace("\"probabilities\": null", "\"probabilities\": \"int8\"", StringComparison.Ordinal),
            json.Replace("\"classNames\": null", "\"classNames\": [\"a\"]", StringComparison.Ordinal), json.Replace("\"rowCount\"", "\"count\"", StringComparison.Ordinal), "{}", "null", "",
        })
        {
            Assert.NotEqual(json, bad);
            Assert.Contains("is no baseline that ls-calib wrote (", Refused(With(bad, columns)), StringComparison.Ordinal);
        }

        Assert.Contains("is no baseline that ls-calib wrote (", Refused(With(json, columns[..^3])), StringComparison.Ordinal);
        Assert.Contains("is no baseline that ls-calib wrote (", Refused(With(json, [])), StringComparison.Ordinal);
        byte[] negative = [.. file];
        BinaryPrimitives.WriteInt32LittleEndian(negative.AsSpan(20), -1);
        Assert.Contains("is no baseline that ls-calib wrote (", Refused(Sealed(negative)), StringComparison.Ordinal);
        Refused(Sealed(file[..22]));
    }

    [Fact]
    public void Impossible_numbers_are_refused()
    {
        Bad(rows => rows.Confidence[0] = 1.5, "confidence");
        Bad(rows => rows.Confidence[0] = double.NaN, "confidence");
        Bad(rows => rows.TrueProbability[Wrong(rows)] = double.NaN, "true-class probability");
        Bad(rows => rows.TrueProbability[Wrong(rows)] = 0, "true-class probability");
        Bad(rows => rows.Brier[3] = -1, "Brier score");
        Bad(rows => rows.Labels[0] = rows.Predicted[0] = 3, "class");

        static int Wrong(RowResults rows) => Enumerable.Range(0, rows.RowCount).First(row => !rows.IsCorrect(row));

        void Bad(Action<RowResults> change, string what)
        {
            var rows = Rows(20, 3, 1);
            change(rows);
            Assert.Contains($"an impossible {what}", Refused(BaselineWriter.Write(Of(rows))), StringComparison.Ordinal);
        }
    }

    private static byte[] Small() => BaselineWriter.Write(Of(Rows(6, 3)));

    private static byte[] Sealed(byte[] content) => [.. content, .. SHA256.HashData(content)];

    private string Refused(byte[] file)
    {
        string path = _folder.Write("bad.baseline", file);
        var exception = Assert.Throws<DataException>(() => BaselineReader.Read(path));
        Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        return exception.Message;
    }
}
