using System.Collections.Immutable;
using System.Globalization;
using LsCalib.Core.Slices;

namespace LsCalib.Data.Rows;

/// <summary>The categories of a column: its different values, numbered as they come, by the bytes that they are stored in.</summary>
/// <param name="most">Most values that there may be.</param>
internal sealed class Categories(int most = int.MaxValue)
{
    /// <summary>What rows without a value are called.</summary>
    public const string Empty = "(empty)";

    /// <summary>Why a column is no column of slices.</summary>
    public static readonly string TooMany = string.Create(
        CultureInfo.InvariantCulture, $"more than {SliceTable.MostValues} different values: that is no slice. Name a column of few values, or bin this one first.");

    private readonly Dictionary<byte[], int> _numbers = new(ByteComparer.Instance);
    private readonly List<byte[]> _values = [];

    /// <summary>Number of a value, or −1 where it is one more than there may be.</summary>
    public int Number(ReadOnlySpan<byte> value)
    {
        var lookup = _numbers.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(value, out int number))
        {
            return number;
        }

        if (_values.Count == most)
        {
            return -1;
        }

        byte[] own = value.ToArray();
        _numbers.Add(own, _values.Count);
        _values.Add(own);
        return _values.Count - 1;
    }

    /// <summary>The values of rows, in their order.</summary>
    /// <param name="name">Name of the column.</param>
    /// <param name="numbers">Number of the value of each row [N].</param>
    /// <param name="read">Makes of the bytes of a value what it is ordered by.</param>
    /// <param name="order">Order of the values.</param>
    /// <returns>The column; values that none of the rows has are left out.</returns>
    public SliceColumn Column(string name, int[] numbers, Func<byte[], object> read, IComparer<object> order)
    {
        var used = new bool[_values.Count];
        foreach (int number in numbers)
        {
            used[number] = true;
        }

        var values = ImmutableArray.CreateBuilder<string>();
        var rank = new int[_values.Count];
        object? last = null;
        foreach (var (number, value) in Enumerable.Range(0, used.Length).Where(number => used[number]).Select(number => (number, read(_values[number]))).OrderBy(entry => entry.Item2, order))
        {
            // The same value can be stored in several ways: as −0 and 0.
            if (last is null || order.Compare(last, value) != 0)
            {
                string text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
                values.Add(text.Length == 0 ? Empty : text);
                last = value;
            }

            rank[number] = values.Count - 1;
        }

        return new(name, values.ToImmutable(), Array.ConvertAll(numbers, number => rank[number]));
    }

    private sealed class ByteComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly ByteComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
