using System.Collections.Immutable;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;

namespace LsCalib.Data.Rows;

/// <summary>What is known of rows beside their scores and labels.</summary>
public sealed record RowAttributes
{
    /// <summary>Nothing: rows are independent, not sliced, and count alike.</summary>
    public static RowAttributes None { get; } = new();

    /// <summary>Rows that belong together, or null.</summary>
    public RowGroups? Groups { get; init; }

    /// <summary>Columns by which rows are sliced, as they were named.</summary>
    public ImmutableArray<SliceColumn> Slices { get; init; } = [];

    /// <summary>How much each row counts, or null: all the same.</summary>
    public RowWeights? Weights { get; init; }

    /// <summary>Weights of rows that were checked one by one.</summary>
    /// <param name="name">Name of the column or array.</param>
    /// <param name="place">File and column, for messages.</param>
    /// <param name="values">Weights of the rows [N], finite, 0 or more.</param>
    /// <exception cref="DataException">All are 0.</exception>
    internal static RowWeights CheckedWeights(string name, string place, double[] values) => values.AsSpan().ContainsAnyExcept(0)
        ? RowWeights.From(name, values)
        : throw new DataException($"{place}: every weight is 0, so no row counts. Give some rows a weight above 0.");
}
