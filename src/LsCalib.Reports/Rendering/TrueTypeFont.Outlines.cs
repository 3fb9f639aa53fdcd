using System.Globalization;
using System.Text;

namespace LsCalib.Reports.Rendering;

/// <content>Glyph outlines: simple contours, and glyphs put together from others.</content>
public sealed partial class TrueTypeFont
{
    private void AppendGlyph(StringBuilder path, int glyph, Placement placement, int depth)
    {
        int loca = _tables["loca"];
        int start = _longOffsets ? I32(loca + (4 * glyph)) : 2 * U16(loca + (2 * glyph));
        int end = _longOffsets ? I32(loca + (4 * glyph) + 4) : 2 * U16(loca + (2 * glyph) + 2);
        if (start == end || depth > 5)
        {
            return;
        }

        int at = _tables["glyf"] + start;
        int contours = I16(at);
        if (contours >= 0)
        {
            AppendContours(path, at + 10, contours, placement);
        }
        else
        {
            AppendParts(path, at + 10, placement, depth);
        }
    }

    private void AppendParts(StringBuilder path, int at, Placement placement, int depth)
    {
        const int Words = 1;
        const int Scaled = 8;
        const int More = 32;
        const int ScaledXY = 64;
        const int Matrix = 128;
        int flags;
        do
        {
            flags = U16(at);
            int glyph = U16(at + 2);
            at += 4;
            double dx = (flags & Words) != 0 ? I16(at) : (sbyte)_data[at];
            double dy = (flags & Words) != 0 ? I16(at + 2) : (sbyte)_data[at + 1];
            at += (flags & Words) != 0 ? 4 : 2;
            double a = 1;
            double b = 0;
            double c = 0;
            double d = 1;
            if ((flags & Scaled) != 0)
            {
                a = d = I16(at) / 16384.0;
                at += 2;
            }
            else if ((flags & ScaledXY) != 0)
            {
                a = I16(at) / 16384.0;
                d = I16(at + 2) / 16384.0;
                at += 4;
            }
            else if ((flags & Matrix) != 0)
            {
                (a, b, c, d) = (I16(at) / 16384.0, I16(at + 2) / 16384.0, I16(at + 4) / 16384.0, I16(at + 6) / 16384.0);
                at += 8;
            }

            AppendGlyph(path, glyph, placement.Of(new(a, b, c, d, dx, dy)), depth + 1);
        }
        while ((flags & More) != 0);
    }

    private void AppendContours(StringBuilder path, int at, int contours, Placement placement)
    {
        if (contours == 0)
        {
            return;
        }

        var ends = Enumerable.Range(0, contours).Select(i => U16(at + (2 * i))).ToArray();
        int count = ends[^1] + 1;
        at += (2 * contours) + 2 + U16(at + (2 * contours));
        var flags = new byte[count];
        for (int i = 0; i < count;)
        {
            byte flag = _data[at++];
            int repeats = (flag & 8) != 0 ? _data[at++] : 0;
            for (int r = 0; r <= repeats; r++)
            {
                flags[i++] = flag;
            }
        }

        var xs = Coordinates(flags, ref at, shortBit: 2, sameBit: 16);
        var ys = Coordinates(flags, ref at, shortBit: 4, sameBit: 32);
        int first = 0;
        foreach (int end in ends)
        {
            AppendContour(path, flags, xs, ys, first, end, placement);
            first = end + 1;
        }
    }

    private int[] Coordinates(byte[] flags, ref int at, int shortBit, int sameBit)
    {
        var values = new int[flags.Length];
        int value = 0;
        for (int i = 0; i < flags.Length; i++)
        {
            if ((flags[i] & shortBit) != 0)
            {
                value += (flags[i] & sameBit) != 0 ? _data[at] : -_data[at];
                at++;
            }
            else if ((flags[i] & sameBit) == 0)
            {
                value += I16(at);
                at += 2;
            }

            values[i] = value;
        }

        return values;
    }

    /// <summary>Points off the curve are control points of quadratic curves; between two of them lies a point of the curve.</summary>
    private static void AppendContour(StringBuilder path, byte[] flags, int[] xs, int[] ys, int first, int last, Placement placement)
    {
        int count = last - first + 1;
        if (count < 2)
        {
            return;
        }

        (double X, double Y) Point(int i) => placement.At(xs[first + (i % count)], ys[first + (i % count)]);
        bool On(int i) => (flags[first + (i % count)] & 1) != 0;
        static (double X, double Y) Middle((double X, double Y) a, (double X, double Y) b) => ((a.X + b.X) / 2, (a.Y + b.Y) / 2);

        int start = 0;
        while (start < count && !On(start))
        {
            start++;
        }

        var begin = start < count ? Point(start) : Middle(Point(0), Point(count - 1));
        int from = start < count ? start + 1 : 0;
        int steps = count;
        path.Append('M').Append(Number(begin.X)).Append(' ').Append(Number(begin.Y));
        for (int i = 0; i < steps; i++)
        {
            int index = from + i;
            if (On(index))
            {
                var p = Point(index);
                path.Append('L').Append(Number(p.X)).Append(' ').Append(Number(p.Y));
                continue;
            }

            var control = Point(index);
            bool isLast = i == steps - 1;
            var to = isLast ? begin : On(index + 1) ? Point(index + 1) : Middle(control, Point(index + 1));
            path.Append('Q').Append(Number(control.X)).Append(' ').Append(Number(control.Y)).Append(' ')
                .Append(Number(to.X)).Append(' ').Append(Number(to.Y));
            if (!isLast && On(index + 1))
            {
                i++;
            }
        }

        path.Append('Z');
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>x' = a x + c y + dx, y' = b x + d y + dy.</summary>
    private readonly record struct Placement(double A, double B, double C, double D, double Dx, double Dy)
    {
        public (double X, double Y) At(double x, double y) => ((A * x) + (C * y) + Dx, (B * x) + (D * y) + Dy);

        public Placement Of(Placement inner)
        {
            var (dx, dy) = At(inner.Dx, inner.Dy);
            return new(
                (A * inner.A) + (C * inner.B), (B * inner.A) + (D * inner.B),
                (A * inner.C) + (C * inner.D), (B * inner.C) + (D * inner.D), dx, dy);
        }
    }
}
