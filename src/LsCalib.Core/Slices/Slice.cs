using LsCalib.Core.Metrics;

namespace LsCalib.Core.Slices;

/// <summary>The rows of one value of a column, measured by themselves. Numbers are NaN where all rows weigh 0.</summary>
/// <param name="Column">Name of the column.</param>
/// <param name="Value">The value that its rows share.</param>
/// <param name="Count">Rows.</param>
/// <param name="Accuracy">Fraction right.</param>
/// <param name="MeanConfidence">Mean top-label probability.</param>
/// <param name="Gap">Accuracy − mean confidence.</param>
/// <param name="Ece">The diagram's ECE, with its noise floor for so few rows.</param>
/// <param name="PValue">Test of the number of right rows, which holds for slices of any size; NaN where no row counts.</param>
/// <param name="AdjustedPValue">The same, allowing for looking at every slice (Holm 1979).</param>
public sealed record Slice(
    string Column,
    string Value,
    int Count,
    Measurement Accuracy,
    Measurement MeanConfidence,
    Measurement Gap,
    Measurement Ece,
    double PValue,
    double AdjustedPValue)
{
    /// <summary>ECE less what a calibrated model would show on so many rows: what slices of different size are ordered by.</summary>
    public double ExcessEce => Ece.Value - (Ece.NoiseFloor?.Mean ?? 0);
}
