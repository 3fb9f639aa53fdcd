using System.Globalization;
using System.Text;

namespace LsCalib.Data.Csv;

/// <summary>What the first bytes of a CSV file tell: its encoding and its delimiter.</summary>
internal static class CsvDialect
{
    private const int HeaderReach = 1 << 20;

    /// <summary>Finds the delimiter in the header line: the most frequent of comma, semicolon and tab outside quotes.</summary>
    /// <exception cref="DataException">The file is missing, empty, or not UTF-8 text.</exception>
    public static char Delimiter(string path)
    {
        var start = Start(path);
        int comma = 0;
        int semicolon = 0;
        int tab = 0;
        bool quoted = false;
        foreach (byte b in start)
        {
            quoted ^= b == (byte)'"';
            if (quoted)
            {
                continue;
            }

            if (b is (byte)'\n' or (byte)'\r')
            {
                break;
            }

            comma += b == (byte)',' ? 1 : 0;
            semicolon += b == (byte)';' ? 1 : 0;
            tab += b == (byte)'\t' ? 1 : 0;
        }

        return tab > comma && tab > semicolon ? '\t' : semicolon > comma ? ';' : ',';
    }

    private static byte[] Start(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            var bytes = new byte[Math.Min(stream.Length, HeaderReach)];
            stream.ReadExactly(bytes);
            Check(path, bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw FileErrors.CannotRead(path, exception);
        }
    }

    private static void Check(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.Unicode.Preamble) || bytes.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            throw new DataException($"{path}: is UTF-16 text. Save it as UTF-8 (\"CSV UTF-8\" in spreadsheet programs).");
        }

        if (bytes.TrimEnd(" \t\r\n"u8).IsEmpty)
        {
            throw new DataException($"{path}: the file is empty.");
        }

        if ((bytes[0] == 0x1f && bytes.Length > 1 && bytes[1] == 0x8b) || bytes.StartsWith("PAR1"u8))
        {
            throw new DataException($"{path}: is {(bytes[0] == 0x1f ? "compressed (gzip); unpack it first" : "a Parquet file; save it as CSV")}.");
        }

        if (bytes.StartsWith("PK"u8) || bytes.StartsWith("NUMPY"u8) || (bytes[0] == 0x93 && bytes.Length > 6 && bytes[1..6].SequenceEqual("NUMPY"u8)))
        {
            throw new DataException($"{path}: is a NumPy or zip file under another name. Give it the ending .npz or .npy.");
        }

        int zero = bytes.IndexOf((byte)0);
        if (zero >= 0)
        {
            throw new DataException(string.Create(
                CultureInfo.InvariantCulture, $"{path}: is not UTF-8 text (byte {zero} is 0; UTF-16 without a mark, or a binary file). Save it as UTF-8."));
        }
    }
}
