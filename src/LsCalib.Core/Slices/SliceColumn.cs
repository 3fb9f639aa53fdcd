using System.Collections.Immutable;

namespace LsCalib.Core.Slices;

/// <summary>A column by which rows are sliced.</summary>
/// <param name="Name">Name of the column or array.</param>
/// <param name="Values">Its different values, in their order.</param>
/// <param name="OfRow">Index into <paramref name="Values"/> of each row [N]. Not to be changed.</param>
public sealed record SliceColumn(string Name, ImmutableArray<string> Values, int[] OfRow);
