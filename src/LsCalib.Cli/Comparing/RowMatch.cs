namespace LsCalib.Cli.Comparing;

/// <summary>How the rows of a model are known to be those of the first.</summary>
/// <param name="Order">Row of the model that each row of the first is [N]; null: they stand in the same order.</param>
/// <param name="Words">What they were compared by.</param>
internal sealed record RowMatch(int[]? Order, string Words)
{
    /// <summary>What a reader must know where only labels could be compared, a sentence without full stop; else null.</summary>
    public string? Warning { get; init; }

    /// <summary>What else differs that a reader should know; one sentence each, without full stop.</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];
}
