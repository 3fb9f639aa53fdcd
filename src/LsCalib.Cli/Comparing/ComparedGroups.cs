using LsCalib.Core.Resampling;

namespace LsCalib.Cli.Comparing;

/// <summary>Which rows are not independent, as far as a model told it.</summary>
/// <param name="Groups">The groups, or null: all rows are independent.</param>
/// <param name="Path">Where from, for messages.</param>
internal sealed record ComparedGroups(RowGroups? Groups, string Path);
