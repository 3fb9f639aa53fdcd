using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LsCalib.Data.Numpy;

/// <summary>
/// The CRC-32 of zip files (reflected polynomial 0xEDB88320). The framework checks none when it reads an entry, and a
/// flipped byte would become a wrong number. Folded by carry-less multiplication where the processor has it (Gopal et
/// al. 2009, "Fast CRC computation for generic polynomials using PCLMULQDQ"), else by table.
/// </summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>Continues a checksum; start with 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        crc = ~crc;
        if (Pclmulqdq.IsSupported && Sse41.IsSupported && data.Length >= 64)
        {
            int folded = data.Length & ~15;
            crc = Fold(crc, data[..folded]);
            data = data[folded..];
        }

        return ~ByTable(crc, data);
    }

    internal static uint ByTable(uint crc, ReadOnlySpan<byte> data)
    {
        var table = Table;
        while (data.Length >= 8)
        {
            // Eight bytes a step through eight tables ("slicing").
            uint low = MemoryMarshal.Read<uint>(data) ^ crc;
            uint high = MemoryMarshal.Read<uint>(data[4..]);
            crc = table[(7 * 256) + (byte)low] ^ table[(6 * 256) + (byte)(low >> 8)]
                ^ table[(5 * 256) + (byte)(low >> 16)] ^ table[(4 * 256) + (low >> 24)]
                ^ table[(3 * 256) + (byte)high] ^ table[(2 * 256) + (byte)(high >> 8)]
                ^ table[256 + (byte)(high >> 16)] ^ table[high >> 24];
            data = data[8..];
        }

        foreach (byte value in data)
        {
            crc = (crc >> 8) ^ table[(byte)(crc ^ value)];
        }

        return crc;
    }

    private static uint Fold(uint crc, ReadOnlySpan<byte> data)
    {
        var blocks = MemoryMarshal.Cast<byte, Vector128<ulong>>(data);
        var a = blocks[0] ^ Vector128.CreateScalar((ulong)crc);
        var b = blocks[1];
        var c = blocks[2];
        var d = blocks[3];
        int i = 4;

        // x^(512+32), x^(512-32) mod P, bit-reflected: four blocks ahead.
        var four = Vector128.Create(0x0000000154442bd4UL, 0x00000001c6e41596UL);
        for (; i + 4 <= blocks.Length; i += 4)
        {
            a = Ahead(a, four) ^ blocks[i];
            b = Ahead(b, four) ^ blocks[i + 1];
            c = Ahead(c, four) ^ blocks[i + 2];
            d = Ahead(d, four) ^ blocks[i + 3];
        }

        // x^(128+32), x^(128-32): one block ahead.
        var one = Vector128.Create(0x00000001751997d0UL, 0x00000000ccaa009eUL);
        a = Ahead(a, one) ^ b;
        a = Ahead(a, one) ^ c;
        a = Ahead(a, one) ^ d;
        for (; i < blocks.Length; i++)
        {
            a = Ahead(a, one) ^ blocks[i];
        }

        // 128 bits left: the table does the rest, byte by byte, as if they were the message.
        Span<byte> rest = stackalloc byte[16];
        MemoryMarshal.Write(rest, in a);
        return ByTable(0, rest);
    }

    private static Vector128<ulong> Ahead(Vector128<ulong> block, Vector128<ulong> keys) =>
        Pclmulqdq.CarrylessMultiply(block, keys, 0x00) ^ Pclmulqdq.CarrylessMultiply(block, keys, 0x11);

    private static uint[] MakeTable()
    {
        var table = new uint[8 * 256];
        for (uint n = 0; n < 256; n++)
        {
            uint value = n;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            }

            table[n] = value;
        }

        for (int n = 0; n < 256; n++)
        {
            for (int step = 1; step < 8; step++)
            {
                uint before = table[((step - 1) * 256) + n];
                table[(step * 256) + n] = (before >> 8) ^ table[(byte)before];
            }
        }

        return table;
    }
}
