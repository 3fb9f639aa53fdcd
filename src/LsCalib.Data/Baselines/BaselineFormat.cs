using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace LsCalib.Data.Baselines;

/// <summary>
/// The file of a baseline: a line "ls-calib baseline 1" with the version of the format; the length of the header, 32 bits; the
/// header, JSON; the columns, compressed by Brotli; and the SHA-256 of all before it. Numbers are little-endian. Columns, in this
/// order: labels; predicted less label, modulo K; confidence; true-class probability of the wrong rows, in their order, that of a right
/// row being its confidence; Brier score; identities, where there are any; probabilities, where they are kept. Each column is cut
/// into byte planes: the first bytes of all its numbers, then the second, and so on, so that exponents stand together.
/// </summary>
internal static class BaselineFormat
{
    public const int Version = 1;
    public const string Magic = "ls-calib baseline ";
    public const int DigestLength = 32;

    /// <summary>Beyond this nothing is gained: mantissas do not compress.</summary>
    private const int Quality = 6;

    public static byte[] FirstLine => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Magic}{Version}\n"));

    /// <summary>Bytes of a class index.</summary>
    public static int ClassWidth(int classCount) => classCount <= 1 << 8 ? 1 : classCount <= 1 << 16 ? 2 : 4;

    /// <summary>Cuts numbers into byte planes.</summary>
    public static byte[] ToPlanes(ReadOnlySpan<byte> numbers, int width)
    {
        var planes = new byte[numbers.Length];
        int count = numbers.Length / width;
        for (int plane = 0; plane < width; plane++)
        {
            var target = planes.AsSpan(plane * count, count);
            for (int i = 0; i < count; i++)
            {
                target[i] = numbers[(i * width) + plane];
            }
        }

        return planes;
    }

    /// <summary>Puts byte planes together again.</summary>
    public static void FromPlanes(ReadOnlySpan<byte> planes, int width, Span<byte> numbers)
    {
        int count = numbers.Length / width;
        for (int plane = 0; plane < width; plane++)
        {
            var source = planes.Slice(plane * count, count);
            for (int i = 0; i < count; i++)
            {
                numbers[(i * width) + plane] = source[i];
            }
        }
    }

    /// <summary>Compresses columns, always to the same bytes.</summary>
    public static byte[] Compress(IEnumerable<byte[]> columns)
    {
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, new BrotliCompressionOptions { Quality = Quality }, leaveOpen: true))
        {
            foreach (var column in columns)
            {
                brotli.Write(column);
            }
        }

        return target.ToArray();
    }
}
