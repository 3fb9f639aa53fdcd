using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace LsCalib.Data.Csv;

/// <summary>
/// Numbers in cells, with a decimal point whatever the culture. Each cell is a number from its first byte to its last:
/// parsers that stop at the first odd byte, or skip a comma, would read "1,5" as 1 or 15.
/// </summary>
internal static class CsvNumber
{
    private static readonly double[] PowersOfTen = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Reads a finite number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> cell, out double value)
    {
        // One to three digits, the cells of images and codes: nothing is faster than looking.
        uint a, b, c;
        if (cell.Length == 1)
        {
            a = (uint)(cell[0] - '0');
            if (a <= 9)
            {
                value = (int)a;
                return true;
            }
        }
        else if (cell.Length == 2)
        {
            a = (uint)(cell[0] - '0');
            b = (uint)(cell[1] - '0');
            if (a <= 9 && b <= 9)
            {
                value = (int)((10 * a) + b);
                return true;
            }
        }
        else if (cell.Length == 3)
        {
            a = (uint)(cell[0] - '0');
            b = (uint)(cell[1] - '0');
            c = (uint)(cell[2] - '0');
            if (a <= 9 && b <= 9 && c <= 9)
            {
                value = (int)((100 * a) + (10 * b) + c);
                return true;
            }
        }

        return TryParseDecimal(cell, out value);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryParseDecimal(ReadOnlySpan<byte> cell, out double value)
    {
        // Most cells of real tables are short integers or short decimals; both are exact this way (Clinger 1990): an
        // integer below 2^53 divided by a power of ten below 10^22.
        int i = 0;
        bool negative = cell.Length > 0 && cell[0] == (byte)'-';
        if (negative)
        {
            i = 1;
        }

        long digits = 0;
        int count = 0;
        int point = -1;
        for (; i < cell.Length; i++)
        {
            uint digit = (uint)(cell[i] - '0');
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
                count++;
            }
            else if (cell[i] == (byte)'.' && point < 0)
            {
                point = count;
            }
            else
            {
                return TryParseAny(cell, out value);
            }
        }

        if (count is 0 or > 15)
        {
            return TryParseAny(cell, out value);
        }

        value = point < 0 ? digits : digits / PowersOfTen[count - point];
        value = negative ? -value : value;
        return true;
    }

    private static bool TryParseAny(ReadOnlySpan<byte> cell, out double value)
    {
        cell = cell.Trim(" \t"u8);
        return Utf8Parser.TryParse(cell, out value, out int used) && used == cell.Length && used > 0 && double.IsFinite(value);
    }
}
