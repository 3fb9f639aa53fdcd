using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using LsCalib.Core.Scores;
using LsCalib.Data;
using LsCalib.Data.Numpy;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Data;

public sealed class NpzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back_to_the_bit()
    {
        var logits = new float[] { 1.5f, -2.25f, float.Epsilon, 3e38f, 0, -0f };
        string path = Write(npz =>
        {
            npz.Add("logits", [3, 2], new[] { (ReadOnlyMemory<float>)logits });
            npz.Add("labels", new long[] { 1, 0, 1 });
        });
        using var file = new NpzFile(path);
        var scores = Assert.IsType<ScoreMatrix<float>>(file["logits"].ToScores(ScoreKind.Logits, new(2, 1, true), new int[3]));
        Assert.Equal(logits, scores.Rows(0, 3).ToArray());
        Assert.Equal([1, 0, 1], file.Labels("labels"));
    }

    [Fact]
    public void The_same_arrays_give_the_same_bytes()
    {
        string first = Write(npz => npz.Add("labels", new long[] { 1, 2 }));
        var bytes = File.ReadAllBytes(first);
        Assert.Equal(bytes, File.ReadAllBytes(Write(npz => npz.Add("labels", new long[] { 1, 2 }))));
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void A_flipped_byte_is_found(CompressionLevel level)
    {
        var data = Npy("<f4", "(500, 2)", new byte[4000]);
        for (int i = 0; i < 4000; i++)
        {
            data[^(i + 1)] = (byte)((i * 31) % 97);
        }

        string path = Zip(level, ("logits", data));
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        var error = Assert.Throws<DataException>(() =>
        {
            using var file = new NpzFile(path);
            file["logits"].ToScores(ScoreKind.Logits, new(2, 1, true), new int[500]);
        });
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_arrays_are_read_like_stored_ones()
    {
        var content = new byte[40 * 8];
        for (int i = 0; i < 40; i++)
        {
            BitConverter.TryWriteBytes(content.AsSpan(8 * i), i * 0.5);
        }

        using var stored = new NpzFile(Zip(CompressionLevel.NoCompression, ("logits", Npy("<f8", "(20, 2)", content))));
        using var packed = new NpzFile(Zip(CompressionLevel.SmallestSize, ("logits", Npy("<f8", "(20, 2)", content))));
        Assert.Equal(stored["logits"].ToDoubles(), packed["logits"].ToDoubles());
        Assert.Equal(19.5, packed["logits"].ToDoubles()[39]);
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        string path = Zip(CompressionLevel.NoCompression, ("logits", Npy("<f4", "(500, 2)", new byte[4000])));
        var bytes = File.ReadAllBytes(path);
        foreach (int length in new[] { 3, 30, bytes.Length / 2, bytes.Length - 10 })
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Throws<DataException>(() =>
            {
                using var file = new NpzFile(path);
                file["logits"].ToScores(ScoreKind.Logits, new(2, 1, true), new int[500]);
            });
        }
    }

    [Theory]
    [InlineData("|O", "(2, 2)", "pickled")]
    [InlineData(">f4", "(2, 2)", "big-endian")]
    [InlineData("<c8", "(2, 2)", "not read")]
    public void Types_that_are_not_read_are_named(string descr, string shape, string message)
    {
        using var file = new NpzFile(Zip(CompressionLevel.NoCompression, ("logits", Npy(descr, shape, new byte[64]))));
        Assert.Contains(message, Assert.Throws<DataException>(() => file["logits"]).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    public void Arrays_in_Fortran_order_are_turned_round(CompressionLevel level)
    {
        float[] columns = [1, 4, 2, 5, 3, 6];
        var npy = Npy("<f4", "(2, 3)", MemoryMarshal.AsBytes(columns.AsSpan()).ToArray(), fortran: true);
        using var file = new NpzFile(Zip(level, ("logits", npy)));
        Assert.Equal([1, 2, 3, 4, 5, 6], file["logits"].ToDoubles());
        var scores = file["logits"].ToScores(ScoreKind.Logits, new ScoreShape(3, 1, true), [0, 1]);
        var row = new double[3];
        scores.CopyRow(1, row);
        Assert.Equal([4, 5, 6], row);
    }

    [Fact]
    public void Axes_of_Fortran_order_are_all_turned_round()
    {
        // x[i,j,k] = 100 i + 10 j + k of shape [2,3,4], as NumPy lays it with order="F".
        short[] stored = [.. Enumerable.Range(0, 24).Select(at => (short)((100 * (at % 2)) + (10 * (at / 2 % 3)) + (at / 6)))];
        var npy = Npy("<i2", "(2, 3, 4)", MemoryMarshal.AsBytes(stored.AsSpan()).ToArray(), fortran: true);
        using var file = new NpzFile(Zip(CompressionLevel.Fastest, ("x", npy)));
        Assert.Equal(Enumerable.Range(0, 24).Select(at => (100.0 * (at / 12)) + (10 * (at / 4 % 3)) + (at % 4)), file["x"].ToDoubles());
    }

    [Fact]
    public void An_array_shorter_than_its_header_says_is_refused()
    {
        using var file = new NpzFile(Zip(CompressionLevel.NoCompression, ("logits", Npy("<f4", "(100, 2)", new byte[16]))));
        Assert.Contains("cut short", Assert.Throws<DataException>(() => file["logits"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encrypted_entry_is_refused()
    {
        string path = Zip(CompressionLevel.NoCompression, ("logits", Npy("<f4", "(2, 2)", new byte[16])));
        var bytes = File.ReadAllBytes(path);
        int directory = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        bytes[directory + 8] |= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("encrypted", Assert.Throws<DataException>(() => new NpzFile(path)).Message, StringComparison.Ordinal);
    }

    internal static byte[] Npy(string descr, string shape, byte[] content, bool fortran = false)
    {
        string header = $"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. content];
    }

    private string Zip(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        string path = _folder.File($"{Guid.NewGuid()}.npz");
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, content) in entries)
        {
            using var stream = archive.CreateEntry(name + ".npy", level).Open();
            stream.Write(content);
        }

        return path;
    }

    private string Write(Action<NpzWriter> write)
    {
        string path = _folder.File($"{Guid.NewGuid()}.npz");
        using var stream = File.Create(path);
        using (var npz = new NpzWriter(stream))
        {
            write(npz);
        }

        return path;
    }
}
