using System.Globalization;

namespace LsCalib.Reports.Figures;

/// <summary>Round numbers along an axis.</summary>
public static class TickScale
{
    /// <summary>Ticks at multiples of 1, 2 or 5 times a power of ten, about as many as wanted, and two at least.</summary>
    public static IReadOnlyList<double> Ticks(double min, double max, int wanted)
    {
        double rough = (max - min) / Math.Max(1, wanted);
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        var ticks = new List<double>();
        for (long i = (long)Math.Ceiling((min / step) - 1e-9); i * step <= max + (1e-9 * step); i++)
        {
            ticks.Add(i * step);
        }

        return ticks.Count < 2 ? Ticks(min, max, wanted + 1) : ticks;
    }

    /// <summary>Labels with as many decimals as the step between ticks needs, the same for all.</summary>
    public static IReadOnlyList<string> Labels(IReadOnlyList<double> ticks, bool percent)
    {
        double scale = percent ? 100 : 1;
        double step = ticks.Count > 1 ? (ticks[1] - ticks[0]) * scale : 1;
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 12);
        return [.. ticks.Select(tick => (tick * scale).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + (percent ? "%" : ""))];
    }
}
