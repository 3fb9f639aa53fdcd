using System.Collections.Immutable;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;

namespace LsCalib.Data.Rows;

/// <summary>What is known of rows beside their scores and labels.</summary>
public sealed record RowAttributes
{
    /// <summary>Name of the array of weights that a run saves, and that is read of predictions where no other is named.</summary>
    public const string DefaultWeights = "row_weights";

    /// <summary>Nothing: rows are independent, not sliced, and count alike.</summary>
    public static RowAttributes None { get; } = new();

    /// <summary>Rows that belong together, or null.</summary>
    public RowGroups? Groups { get; init; }

    /// <summary>Columns by which rows are sliced, as they were named.</summary>
    public ImmutableArray<SliceColumn> Slices { get; init; } = [];

    /// <summary>What each row is called [N], as written; or null: ids were not asked for. Not to be changed.</summary>
    public string[]? Ids { get; init; }

    /// <summary>How much each row counts, or null: all the same.</summary>
    public RowWeights? Weights { get; private init; }

    /// <summary>The weights on the scale that they were given on [N], or null. Not to be changed.</summary>
    public double[]? GivenWeights { get; private init; }

    /// <summary>The same of rows in another order.</summary>
    /// <param name="rows">Row that comes to each place [N].</param>
    public RowAttributes Take(int[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        T[] Of<T>(T[] values) => Array.ConvertAll(rows, row => values[row]);
        var taken = new RowAttributes
        {
            Groups = Groups is null ? null : RowGroups.From(Groups.Name, Of(Groups.OfRow)),
            Slices = [.. Slices.Select(slice => slice with { OfRow = Of(slice.OfRow) })],
            Ids = Ids is null ? null : Of(Ids),
        };
        return GivenWeights is null ? taken : taken.WithWeights(Weights!.Name, "", Of(GivenWeights));
    }

    /// <summary>With weights that were checked one by one.</summary>
    /// <param name="name">Name of the column or array.</param>
    /// <param name="place">File and column, for messages.</param>
    /// <param name="values">Weights of the rows [N], finite, 0 or more.</param>
    /// <exception cref="DataException">All are 0.</exception>
    internal RowAttributes WithWeights(string name, string place, double[] values) => values.AsSpan().ContainsAnyExcept(0)
        ? this with { Weights = RowWeights.From(name, values), GivenWeights = values }
        : throw new DataException($"{place}: every weight is 0, so no row counts. Give some rows a weight above 0.");
}
