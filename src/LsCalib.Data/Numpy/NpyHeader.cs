using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LsCalib.Data.Numpy;

/// <summary>Header of an .npy array (NumPy format versions 1.0 to 3.0).</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions, none for a scalar.</param>
/// <param name="DataOffset">Bytes before the first element.</param>
public sealed partial record NpyHeader(NpyType Type, long[] Shape, int DataOffset)
{
    /// <summary>Bytes of an element.</summary>
    public int ElementSize { get; private init; } = Type.Size();

    /// <summary>Whether the first index runs fastest, and it matters.</summary>
    public bool IsFortran { get; private init; }

    /// <summary>Number of elements.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));

    /// <summary>Bytes needed to know how long the header is.</summary>
    internal const int PrefixLength = 12;

    /// <summary>Length of the header whose first bytes these are.</summary>
    /// <param name="prefix">At least <see cref="PrefixLength"/> bytes.</param>
    /// <param name="what">File or entry, for messages.</param>
    internal static int LengthOf(ReadOnlySpan<byte> prefix, string what)
    {
        if (prefix.Length < PrefixLength || !IsMagic(prefix))
        {
            throw new DataException($"{what}: not a NumPy array (it does not start with the .npy signature).");
        }

        return prefix[6] switch
        {
            1 => 10 + BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..]),
            2 or 3 => checked(12 + (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]), 1 << 20)),
            _ => throw new DataException($"{what}: .npy format version {prefix[6]}.{prefix[7]} is unknown; versions 1 to 3 are read."),
        };
    }

    /// <summary>Reads a whole header.</summary>
    internal static NpyHeader Parse(ReadOnlySpan<byte> header, string what)
    {
        string text = Encoding.UTF8.GetString(header[(header[6] == 1 ? 10 : 12)..]);
        var descr = Descr().Match(text);
        var order = Order().Match(text);
        var shape = ShapeTuple().Match(text);
        if (!order.Success || !shape.Success)
        {
            throw new DataException($"{what}: the .npy header cannot be read.");
        }

        string name = descr.Success ? descr.Groups[1].Value : "a structured type";
        if (name.StartsWith("|O", StringComparison.Ordinal))
        {
            throw new DataException($"{what}: holds pickled Python objects, which are not read. Save a plain array: np.asarray(x, dtype=np.float32).");
        }

        if (name.StartsWith('>'))
        {
            throw new DataException($"{what}: is big-endian ({name}). Save it little-endian: x.astype(x.dtype.newbyteorder('<')).");
        }

        var (type, size) = NpyTypes.Parse(name)
            ?? throw new DataException($"{what}: element type {name} is not read. Save float32, float64 or an integer type.");
        var dimensions = shape.Groups[1].Value
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => long.TryParse(text, CultureInfo.InvariantCulture, out long dimension) ? dimension : -1)
            .ToArray();
        if (dimensions.Any(d => d < 0) || dimensions.Aggregate(1.0, (product, d) => product * d) > long.MaxValue / Math.Max(8, size))
        {
            throw new DataException($"{what}: the .npy header gives an impossible shape ({shape.Groups[1].Value}): the file is damaged.");
        }

        return new(type, dimensions, header.Length)
        {
            ElementSize = size,
            IsFortran = order.Groups[1].Value == "True" && dimensions.Count(d => d > 1) > 1,
        };
    }

    /// <summary>(N, K) as NumPy prints it.</summary>
    internal string ShapeText => Text(Shape);

    /// <summary>Dimensions as NumPy prints them.</summary>
    internal static string Text(IEnumerable<long> shape) => "[" + string.Join(",", shape.Select(d => d.ToString(CultureInfo.InvariantCulture))) + "]";

    private static bool IsMagic(ReadOnlySpan<byte> prefix) => prefix[0] == 0x93 && prefix[1..6].SequenceEqual("NUMPY"u8);

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([0-9,\s]*)\)")]
    private static partial Regex ShapeTuple();
}
