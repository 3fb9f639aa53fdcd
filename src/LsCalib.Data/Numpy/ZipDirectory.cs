using System.Buffers.Binary;
using System.Text;

namespace LsCalib.Data.Numpy;

/// <summary>An entry of a zip file: where its bytes lie and what they should sum to.</summary>
internal sealed record ZipEntry(string Name, bool IsStored, long DataOffset, long PackedLength, long Length, uint Crc32);

/// <summary>
/// Reads the central directory of a zip file (ISO/IEC 21320-1, zip64 included). The framework's reader gives neither an
/// entry's position, which mapping it needs, nor checks its CRC-32.
/// </summary>
internal static class ZipDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint Zip64LocatorSignature = 0x07064b50;
    private const uint EntrySignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;

    public static List<ZipEntry> Read(MappedFile file)
    {
        try
        {
            var (position, count) = FindDirectory(file);
            var entries = new List<ZipEntry>();
            for (long i = 0; i < count; i++)
            {
                entries.Add(ReadEntry(file, ref position));
            }

            return entries;
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Damaged(file);
        }
    }

    private static (long Position, long Count) FindDirectory(MappedFile file)
    {
        int reach = (int)Math.Min(file.Length, 22 + ushort.MaxValue);
        var tail = file.Bytes(file.Length - reach, reach);
        for (int i = reach - 22; i >= 0; i--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[i..]) != EndSignature)
            {
                continue;
            }

            long count = BinaryPrimitives.ReadUInt16LittleEndian(tail[(i + 10)..]);
            long position = BinaryPrimitives.ReadUInt32LittleEndian(tail[(i + 16)..]);
            long end = file.Length - reach + i;
            if ((count == ushort.MaxValue || position == uint.MaxValue) && end >= 20)
            {
                var locator = file.Bytes(end - 20, 20);
                if (BinaryPrimitives.ReadUInt32LittleEndian(locator) == Zip64LocatorSignature)
                {
                    long record = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
                    var end64 = file.Bytes(record, 56);
                    count = BinaryPrimitives.ReadInt64LittleEndian(end64[32..]);
                    position = BinaryPrimitives.ReadInt64LittleEndian(end64[48..]);
                }
            }

            return (position, count);
        }

        throw Damaged(file);
    }

    private static ZipEntry ReadEntry(MappedFile file, ref long position)
    {
        var fixedPart = file.Bytes(position, 46);
        if (BinaryPrimitives.ReadUInt32LittleEndian(fixedPart) != EntrySignature)
        {
            throw Damaged(file);
        }

        int flags = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[8..]);
        int method = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[10..]);
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[16..]);
        long packed = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[20..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[24..]);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[28..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[30..]);
        int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[32..]);
        long local = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[42..]);
        string name = Encoding.UTF8.GetString(file.Bytes(position + 46, nameLength));
        ReadZip64(file.Bytes(position + 46 + nameLength, extraLength), ref length, ref packed, ref local);
        position += 46 + nameLength + extraLength + commentLength;

        if ((flags & 1) != 0)
        {
            throw new DataException($"{file.Path}: \"{name}\" is encrypted. Save the file without a password.");
        }

        if (method is not (0 or 8))
        {
            throw new DataException($"{file.Path}: \"{name}\" is packed by zip method {method}; np.savez and np.savez_compressed write what is read.");
        }

        var header = file.Bytes(local, 30);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
        {
            throw Damaged(file);
        }

        long data = local + 30 + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (data + packed > file.Length || (method == 0 && packed != length))
        {
            throw Damaged(file);
        }

        return new(name, method == 0, data, packed, length, crc);
    }

    private static void ReadZip64(ReadOnlySpan<byte> extra, ref long length, ref long packed, ref long local)
    {
        while (extra.Length >= 4)
        {
            int size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                var fields = extra.Slice(4, size);
                Take(ref fields, ref length);
                Take(ref fields, ref packed);
                Take(ref fields, ref local);
                return;
            }

            extra = extra[(4 + size)..];
        }
    }

    private static void Take(ref ReadOnlySpan<byte> fields, ref long value)
    {
        if (value == uint.MaxValue)
        {
            value = BinaryPrimitives.ReadInt64LittleEndian(fields);
            fields = fields[8..];
        }
    }

    private static DataException Damaged(MappedFile file) =>
        new($"{file.Path}: the .npz file is damaged or cut short (its zip directory cannot be read). Save or copy it again.");
}
