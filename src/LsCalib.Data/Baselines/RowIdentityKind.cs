namespace LsCalib.Data.Baselines;

/// <summary>What rows are known by, the weakest first.</summary>
public enum RowIdentityKind
{
    /// <summary>Their number and label: of predictions without ids, whose inputs nobody knows.</summary>
    RowNumber,

    /// <summary>A hash of their inputs and label.</summary>
    Inputs,

    /// <summary>The ids of a column.</summary>
    RowId,
}
