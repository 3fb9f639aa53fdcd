using System.Globalization;

namespace LsCalib.Reports.Figures;

/// <summary>Round numbers along an axis.</summary>
public static class TickScale
{
    /// <summary>Leading digits of the ticks of a logarithmic axis, from dense to sparse.</summary>
    private static readonly double[][] LogarithmicSteps = [[1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]];

    /// <summary>The ticks of an axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="wanted">How many, about.</param>
    public static IReadOnlyList<double> Ticks(Axis axis, int wanted)
    {
        ArgumentNullException.ThrowIfNull(axis);
        return axis.IsLogarithmic ? LogarithmicTicks(axis.Min, axis.Max, wanted + 2) : Ticks(axis.Min, axis.Max, wanted);
    }

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

    /// <summary>The labels of an axis' ticks; those of a logarithmic axis have as many decimals as each needs.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="ticks">Its ticks.</param>
    public static IReadOnlyList<string> Labels(Axis axis, IReadOnlyList<double> ticks)
    {
        ArgumentNullException.ThrowIfNull(axis);
        return axis.IsLogarithmic ? [.. ticks.Select(tick => tick.ToString("0.############", CultureInfo.InvariantCulture))] : Labels(ticks, axis.Percent);
    }

    /// <summary>Labels with as many decimals as the step between ticks needs, the same for all.</summary>
    public static IReadOnlyList<string> Labels(IReadOnlyList<double> ticks, bool percent)
    {
        double scale = percent ? 100 : 1;
        double step = ticks.Count > 1 ? (ticks[1] - ticks[0]) * scale : 1;
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 12);
        return [.. ticks.Select(tick => (tick * scale).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).Replace('-', '−') + (percent ? "%" : ""))];
    }

    /// <summary>Round numbers in every power of ten, as many as there is room for; of very many powers every second, third, …</summary>
    private static List<double> LogarithmicTicks(double min, double max, int most)
    {
        int first = (int)Math.Floor(Math.Log10(min));
        int last = (int)Math.Floor(Math.Log10(max));
        List<double> Within(double[] steps, int stride) =>
        [
            .. Enumerable.Range(first, last - first + 1).Where(power => power % stride == 0)
                .SelectMany(power => steps.Select(step => Math.Round(step * Math.Pow(10, power), 12)))
                .Where(tick => tick >= min * (1 - 1e-9) && tick <= max * (1 + 1e-9)),
        ];
        foreach (var steps in LogarithmicSteps)
        {
            var ticks = Within(steps, 1);
            if (ticks.Count <= most)
            {
                return ticks;
            }
        }

        return Within([1], ((last - first) / most) + 1);
    }
}
