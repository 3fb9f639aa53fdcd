namespace LsCalib.Data.Csv;

/// <summary>Which columns of a table are what.</summary>
/// <param name="LabelColumn">Column of the true class.</param>
/// <param name="FeatureColumns">Names or patterns (p*), in the order of the model's input; null: all others, in file order.</param>
/// <param name="DropColumns">Names or patterns that are no features.</param>
/// <param name="InputColumns">For a model with several inputs, the names or patterns of each, in order; takes the place of FeatureColumns.</param>
/// <param name="GroupColumn">Column (or array of an .npz file) of the group that a row belongs to, or null.</param>
/// <param name="Delimiter">Delimiter, or null: found in the header line.</param>
public sealed record CsvOptions(
    string LabelColumn = "label",
    IReadOnlyList<string>? FeatureColumns = null,
    IReadOnlyList<string>? DropColumns = null,
    char? Delimiter = null,
    IReadOnlyList<IReadOnlyList<string>>? InputColumns = null,
    string? GroupColumn = null)
{
    /// <summary>Columns (or arrays of an .npz file) by whose values rows are sliced.</summary>
    public IReadOnlyList<string> SliceColumns { get; init; } = [];

    /// <summary>Column (or array of an .npz file) of how much a row counts, or null.</summary>
    public string? WeightColumn { get; init; }

    /// <summary>Column (or array of an .npz file) of ids that tell rows apart, or null.</summary>
    public string? IdColumn { get; init; }

    /// <summary>
    /// Whether the rows are those that a calibrator is fitted on: they are neither sliced nor told apart by ids, so such columns need not be there;
    /// where they are, they are no features either.
    /// </summary>
    public bool IsCalibrationData { get; init; }

    /// <summary>Label, delimiter and line breaks alone: enough to find a row again.</summary>
    public CsvOptions WithoutAttributes => this with { GroupColumn = null, SliceColumns = [], WeightColumn = null, IdColumn = null };
}
