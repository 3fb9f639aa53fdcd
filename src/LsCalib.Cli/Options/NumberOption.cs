using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace LsCalib.Cli.Options;

/// <summary>
/// Options that take numbers: a decimal point whatever the culture, and a range. The library's own conversion follows
/// the machine's culture and would read "0,5" as 5.
/// </summary>
internal static class NumberOption
{
    public static Option<int> Integer(string name, string description, int otherwise, int min, int max, params string[] aliases) => new(name, aliases)
    {
        Description = Ranged(description, min, max),
        HelpName = "N",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => (int)Parse(result, min, max, whole: true),
    };

    public static Option<int?> OptionalInteger(string name, string description, int min, int max) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => (int)Parse(result, min, max, whole: true),
    };

    public static Option<long> Seed() => new("--seed")
    {
        Description = "Seed of everything random.",
        HelpName = "N",
        Recursive = true,
        DefaultValueFactory = _ => 0L,
        CustomParser = result => (long)Parse(result, 0, int.MaxValue, whole: true),
    };

    public static Option<double> Real(string name, string description, double otherwise, double min, double max, bool notZero = false) => new(name)
    {
        Description = description + ".",
        HelpName = "X",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => Parse(result, min, max, whole: false, notZero),
    };

    /// <summary>One number or several, separated by commas.</summary>
    public static Option<double[]?> List(string name, string description, bool notZero = false) => new(name)
    {
        Description = description,
        HelpName = "X[,X…]",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            var values = new List<double>();
            foreach (string part in text.Split(','))
            {
                if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
                {
                    result.AddError($"{name}: \"{text}\" is not a list of numbers. Separate them with commas, with a decimal point: 0.485,0.456,0.406.");
                    return null;
                }

                if (notZero && value == 0)
                {
                    result.AddError($"{name}: \"{text}\": a divisor is not 0.");
                    return null;
                }

                values.Add(value);
            }

            return [.. values];
        },
    };

    private static string Ranged(string description, int min, int max) =>
        max > 100_000 ? description + "." : string.Create(CultureInfo.InvariantCulture, $"{description}, {min} to {max}.");

    private static double Parse(ArgumentResult result, double min, double max, bool whole, bool notZero = false)
    {
        string text = result.Tokens[^1].Value;
        string name = (result.Parent as OptionResult)?.IdentifierToken?.Value ?? "value";
        bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value);
        if (!isNumber || (whole && value != Math.Floor(value)))
        {
            result.AddError($"{name}: \"{text}\" is not a {(whole ? "whole " : "")}number.");
            return min;
        }

        if (notZero && value == 0)
        {
            result.AddError($"{name}: a divisor is not 0.");
            return min;
        }

        if (!(value >= min && value <= max) || double.IsInfinity(value))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: {text} is out of range; it is {min} to {max}."));
            return min;
        }

        return value;
    }
}
