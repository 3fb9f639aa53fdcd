using System.Globalization;
using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;

namespace LsCalib.Core.Catalog;

/// <summary>What a metric is computed from.</summary>
internal enum MetricNeeds
{
    /// <summary>Confidence and outcome of each prediction.</summary>
    TopLabel,

    /// <summary>The scores of all classes.</summary>
    Scores,

    /// <summary>The scores of more than five classes.</summary>
    SixClasses,
}

/// <summary>Metrics that differ in one whole number, which stands for # in their key and words; or a single one.</summary>
internal sealed record MetricFamily
{
    /// <summary>Key with # for the parameter: ece-#-mass.</summary>
    public required string Pattern { get; init; }

    public required string Title { get; init; }

    public string Unit { get; init; } = Units.Fraction;

    public Better Better { get; init; } = Better.Lower;

    public required string Definition { get; init; }

    public string Source { get; init; } = "";

    public MetricNeeds Needs { get; init; } = MetricNeeds.TopLabel;

    /// <summary>The parameter where none is given; null: the number of bins.</summary>
    public int? Default { get; init; }

    /// <summary>Largest parameter.</summary>
    public int Most { get; init; } = 1000;

    /// <summary>Measures it.</summary>
    public required Func<MetricContext, int, Measurement> Measure { get; init; }

    /// <summary>Bins that its bootstrap needs; null where it needs none.</summary>
    public Func<MetricContext, int, ReliabilityTable>? Bins { get; init; }

    /// <summary>Whether its interval rests on resamples though it needs no bins, and so holds for grouped rows; those with bins do.</summary>
    public bool IsResampled { get; init; }

    /// <summary>How two models on the same rows are compared; null where that is not known.</summary>
    public PairedMeasure? Paired { get; init; }

    /// <summary>Whether it is known for weighted rows.</summary>
    public bool TakesWeights { get; init; }

    /// <summary>The library whose number it reproduces; null: a metric of ours.</summary>
    public string? Library { get; init; }

    /// <summary>What it measures, for comparing definitions; empty where there is nothing to compare it with.</summary>
    public string Quantity { get; init; } = "";

    /// <summary>Whether its bins are of equal mass.</summary>
    public bool IsEqualMass { get; init; }

    /// <summary>Its bins with what each contributes; null for what is not an error over bins.</summary>
    public Func<MetricContext, int, BinArithmetic?>? Arithmetic { get; init; }

    /// <summary>For other libraries' numbers: what their definition does with these rows, in words.</summary>
    public Func<MetricContext, int, IEnumerable<string>>? Facts { get; init; }

    public bool HasParameter => Pattern.Contains('#', StringComparison.Ordinal);

    /// <summary>Key of the metric of a parameter.</summary>
    public string KeyOf(int parameter) => Fill(Pattern, parameter);

    /// <summary>The metric of a parameter.</summary>
    public MetricInfo Info(int parameter)
    {
        string Filled(string text) => Fill(text, parameter);
        return new(Filled(Pattern), Filled(Title), Unit, Better, Filled(Definition), Source) { Library = Library };
    }

    /// <summary>Words with a parameter in the place of #.</summary>
    public static string Fill(string text, int parameter) => text.Replace("#", parameter.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>The parameter of a key of this family, 0 without one; null for other keys.</summary>
    public int? Match(string key)
    {
        if (!HasParameter)
        {
            return key == Pattern ? 0 : null;
        }

        int at = Pattern.IndexOf('#', StringComparison.Ordinal);
        string before = Pattern[..at];
        string after = Pattern[(at + 1)..];
        return key.Length > before.Length + after.Length
            && key.StartsWith(before, StringComparison.Ordinal)
            && key.EndsWith(after, StringComparison.Ordinal)
            && int.TryParse(key.AsSpan(before.Length, key.Length - Pattern.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value >= 1 && value <= Most
            && Info(value).Key == key ? value : null;
    }

    /// <summary>What several definitions measure.</summary>
    public static class Quantities
    {
        public const string Expected = "expected calibration error";
        public const string Maximum = "maximum calibration error";
        public const string RootMeanSquare = "root mean square calibration error";
        public const string Debiased = "debiased L2 error";
        public const string Smooth = "smooth calibration error";
    }

    /// <summary>Units of metrics.</summary>
    public static class Units
    {
        public const string Fraction = "fraction";
        public const string Nats = "nats";
        public const string Brier = "score 0–2";
        public const string Square = "score 0–1";
        public const string Statistic = "statistic";
    }
}
