namespace LsCalib.Cli.Comparing;

/// <summary>How the rows of a model are known to be those of the first.</summary>
/// <param name="Order">Row of the model that each row of the first is [N]; null: they stand in the same order.</param>
/// <param name="Words">What they were compared by.</param>
internal sealed record RowMatch(int[]? Order, string Words);
