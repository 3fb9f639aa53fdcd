using System.Globalization;
using LsCalib.Core.Metrics;

namespace LsCalib.Cli.Terminal;

/// <summary>Numbers in tables on the terminal.</summary>
/// <param name="unicode">Whether dashes and signs beyond ASCII can be shown.</param>
internal sealed class NumberText(bool unicode)
{
    /// <summary>What stands for a number that is not known, and between two ends.</summary>
    public string Dash => unicode ? "–" : "-";

    private string Minus => unicode ? "−" : "-";

    /// <summary>With four decimals, more where the first of them are zeros.</summary>
    public string Of(double value, int digits = 4)
    {
        if (double.IsNaN(value))
        {
            return Dash;
        }

        if (double.IsInfinity(value))
        {
            return (value < 0 ? Minus : "") + (unicode ? "∞" : "inf");
        }

        if (Math.Abs(value) >= 1e6)
        {
            return value.ToString("0.###e+0", CultureInfo.InvariantCulture);
        }

        // A classwise error of a thousand classes is of this size.
        digits = value != 0 && Math.Abs(value) < 0.001 && digits == 4 ? 6 : digits;
        string text = Math.Abs(value).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return (value < 0 ? Minus : "") + text;
    }

    /// <summary>With its sign, also where it is positive.</summary>
    public string Signed(double value, int digits = 4) => (value > 0 ? "+" : "") + Of(value, digits);

    /// <summary>An interval in brackets, with a space before; empty where there is none.</summary>
    public string Interval(Interval? interval, int digits = 4) => interval is null ? ""
        : $" ({Of(interval.Lower, digits)} {Dash} {(double.IsInfinity(interval.Upper) ? "any" : Of(interval.Upper, digits))})";
}
