using System.Buffers.Binary;
using System.Text;

namespace LsCalib.Reports.Rendering;

/// <summary>
/// The parts of a TrueType font that figures need: how wide text is, and its outlines, so that a picture never depends
/// on the fonts of the machine. No kerning, no shaping: figure text is short and Latin or Greek.
/// </summary>
public sealed partial class TrueTypeFont
{
    private readonly byte[] _data;
    private readonly Dictionary<string, int> _tables = [];
    private readonly Dictionary<int, int> _glyphs = [];
    private readonly int _unitsPerEm;
    private readonly int _metricCount;
    private readonly bool _longOffsets;

    /// <param name="data">The font file.</param>
    public TrueTypeFont(byte[] data)
    {
        ArgumentNullException.ThrowIfNull(data);
        _data = data;
        int tableCount = U16(4);
        for (int i = 0; i < tableCount; i++)
        {
            int record = 12 + (16 * i);
            _tables[Encoding.ASCII.GetString(data, record, 4)] = I32(record + 8);
        }

        _unitsPerEm = U16(_tables["head"] + 18);
        _longOffsets = U16(_tables["head"] + 50) == 1;
        _metricCount = U16(_tables["hhea"] + 34);
    }

    /// <summary>Width of a text.</summary>
    /// <param name="text">One line.</param>
    /// <param name="size">Size of the font, in the unit of the result.</param>
    public double Width(string text, double size)
    {
        ArgumentNullException.ThrowIfNull(text);
        double width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Advance(Glyph(rune.Value));
        }

        return width * size / _unitsPerEm;
    }

    /// <summary>Whether the font can draw every character of a text.</summary>
    public bool Covers(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.EnumerateRunes().All(rune => Glyph(rune.Value) != 0);
    }

    /// <summary>The text's outlines as SVG path data, its baseline starting at (x, y).</summary>
    public string Outlines(string text, double x, double y, double size)
    {
        ArgumentNullException.ThrowIfNull(text);
        var path = new StringBuilder();
        double scale = size / _unitsPerEm;
        foreach (var rune in text.EnumerateRunes())
        {
            int glyph = Glyph(rune.Value);
            AppendGlyph(path, glyph, new(scale, 0, 0, -scale, x, y), depth: 0);
            x += Advance(glyph) * scale;
        }

        return path.ToString();
    }

    private int Advance(int glyph) => U16(_tables["hmtx"] + (4 * Math.Min(glyph, _metricCount - 1)));

    private int Glyph(int character)
    {
        if (!_glyphs.TryGetValue(character, out int glyph))
        {
            glyph = FindGlyph(character);
            _glyphs[character] = glyph;
        }

        return glyph;
    }

    /// <summary>Looks a character up in the format 4 table of the basic plane.</summary>
    private int FindGlyph(int character)
    {
        int cmap = _tables["cmap"];
        for (int i = 0; i < U16(cmap + 2); i++)
        {
            int table = cmap + I32(cmap + 8 + (8 * i));
            if (U16(table) != 4 || character > 0xFFFF)
            {
                continue;
            }

            int segments = U16(table + 6) / 2;
            int ends = table + 14;
            int starts = ends + (2 * segments) + 2;
            int deltas = starts + (2 * segments);
            int offsets = deltas + (2 * segments);
            for (int s = 0; s < segments; s++)
            {
                if (character <= U16(ends + (2 * s)))
                {
                    int start = U16(starts + (2 * s));
                    if (character < start)
                    {
                        return 0;
                    }

                    int offset = U16(offsets + (2 * s));
                    int delta = U16(deltas + (2 * s));
                    if (offset == 0)
                    {
                        return (character + delta) & 0xFFFF;
                    }

                    int glyph = U16(offsets + (2 * s) + offset + (2 * (character - start)));
                    return glyph == 0 ? 0 : (glyph + delta) & 0xFFFF;
                }
            }
        }

        return 0;
    }

    private int U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(_data.AsSpan(at));

    private int I16(int at) => BinaryPrimitives.ReadInt16BigEndian(_data.AsSpan(at));

    private int I32(int at) => BinaryPrimitives.ReadInt32BigEndian(_data.AsSpan(at));
}
