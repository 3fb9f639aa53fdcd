using LsCalib.Core.Comparison;
using LsCalib.Core.Scores;

namespace LsCalib.Data.Baselines;

/// <summary>What is kept of a model's results on a data set, so that another model can be compared row by row; or a candidate for it.</summary>
public sealed record Baseline
{
    /// <summary>The file as the user typed it: of the baseline, or of the data of a candidate. For messages.</summary>
    public required string Path { get; init; }

    /// <summary>What it was made of.</summary>
    public required BaselineOrigin Origin { get; init; }

    /// <summary>Results by row.</summary>
    public required RowResults Rows { get; init; }

    /// <summary>What rows are known by.</summary>
    public required RowIdentities Identities { get; init; }

    /// <summary>Name of each class [K], or null where classes are indices.</summary>
    public required IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>All probabilities [N,K], of kind <see cref="ScoreKind.Probabilities"/>; or null: they are not kept.</summary>
    public ScoreMatrix? Probabilities { get; init; }

    /// <summary>The same rows in another order.</summary>
    /// <param name="rows">Row that comes to each place [N].</param>
    public Baseline Take(int[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return this with
        {
            Rows = Rows.Take(rows),
            Identities = Identities.Take(rows),
            Probabilities = Probabilities?.Take(rows),
        };
    }

    /// <summary>A class as it is written: its index, with its name where there is one.</summary>
    /// <param name="k">0 to K−1.</param>
    internal string Class(int k)
    {
        string index = k.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return ClassNames is null ? index : $"{index} (\"{ClassNames[k]}\")";
    }
}
