using System.Runtime.CompilerServices;

namespace LsCalib.Core.Binless;

/// <summary>∫ |f| over [0,1] of a smooth function that continues as its own mirror image at both ends.</summary>
internal static class SmoothIntegral
{
    /// <summary>
    /// Between neighbouring points f is integrated by the rule that is exact for quintics. Where it changes sign, the part
    /// before the zero comes from the cubic through four points: it only has to be right to second order in the zero.
    /// </summary>
    /// <param name="values">f at M evenly spaced points from 0 to 1, at least 4.</param>
    public static double Absolute(ReadOnlySpan<double> values)
    {
        int last = values.Length - 1;
        double sum = 0;
        for (int i = 0; i < last; i++)
        {
            double a = values[Math.Abs(i - 1)];
            double b = values[i];
            double c = values[i + 1];
            double d = values[Mirror(i + 2, last)];
            double farLeft = values[Math.Abs(i - 2)];
            double farRight = values[Mirror(i + 3, last)];
            double whole = ((11 * (farLeft + farRight)) - (93 * (a + d)) + (802 * (b + c))) * (1.0 / 1440);
            if ((b < 0) == (c < 0) || b == 0 || c == 0)
            {
                sum += Math.Abs(whole);
                continue;
            }

            double before = BeforeZero(a, b, c, d);
            sum += Math.Abs(before) + Math.Abs(whole - before);
        }

        return sum / last;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Mirror(int i, int last) => i <= last ? i : (2 * last) - i;

    /// <summary>Integral from 0 to its zero in (0,1) of the cubic with these values at −1, 0, 1 and 2.</summary>
    private static double BeforeZero(double a, double b, double c, double d)
    {
        double linear = (-a / 3) - (b / 2) + c - (d / 6);
        double square = (a / 2) - b + (c / 2);
        double cube = ((b - c) / 2) + ((d - a) / 6);
        double u = b / (b - c);
        for (int step = 0; step < 3; step++)
        {
            double slope = linear + (u * ((2 * square) + (3 * u * cube)));
            double next = u - ((b + (u * (linear + (u * (square + (u * cube)))))) / slope);
            u = next > 0 && next < 1 ? next : u;
        }

        return u * (b + (u * ((linear / 2) + (u * ((square / 3) + (u * cube / 4))))));
    }
}
