using System.Globalization;
using LsCalib.Core.Metrics;

namespace LsCalib.Reports.Documents;

/// <summary>Numbers in tables that people read.</summary>
/// <param name="unicode">Whether dashes and signs beyond ASCII can be shown.</param>
public sealed class NumberText(bool unicode)
{
    /// <summary>What stands for a number that is not known, and between two ends.</summary>
    public string Dash => unicode ? "–" : "-";

    private string Minus => unicode ? "−" : "-";

    /// <summary>With four decimals, more where the first of them are zeros.</summary>
    public string Of(double value, int digits = 4) => Of(value, digits, isFixed: false);

    private string Of(double value, int digits, bool isFixed)
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
        digits = !isFixed && value != 0 && Math.Abs(value) < 0.001 && digits == 4 ? 6 : digits;
        string text = Math.Abs(value).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return (value < 0 && text.AsSpan().ContainsAnyInRange('1', '9') ? Minus : "") + text;
    }

    /// <summary>A difference with four decimals and its sign, also where it is positive.</summary>
    public string Signed(double value) => (value > 0 ? "+" : "") + Fixed(value);

    /// <summary>An interval in brackets with four decimals, and a space before; empty where there is none.</summary>
    public string Interval(Interval? interval) => interval is null ? ""
        : $" ({Fixed(interval.Lower)} {Dash} {(double.IsInfinity(interval.Upper) ? "any" : Fixed(interval.Upper))})";

    /// <summary>A difference with its sign and interval; six decimals where four would show zeros alone, as of squared errors.</summary>
    public string Difference(double value, Interval? interval)
    {
        double largest = Math.Max(Math.Abs(value), interval is null ? 0 : Math.Max(Math.Abs(interval.Lower), Math.Abs(interval.Upper)));
        return largest is 0 or not < 0.001 ? Signed(value) + Interval(interval)
            : (value > 0 ? "+" : "") + Of(value) + (interval is null ? "" : $" ({Of(interval.Lower)} {Dash} {Of(interval.Upper)})");
    }

    /// <summary>With four decimals, whatever they show.</summary>
    public string Fixed(double value) => Math.Abs(value) < 0.001 ? Of(Math.Round(value, 4), digits: 4, isFixed: true) : Of(value);
}
