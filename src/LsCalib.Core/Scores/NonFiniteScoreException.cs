namespace LsCalib.Core.Scores;

/// <summary>A score is NaN or infinite, so no statistic of the matrix is defined.</summary>
public sealed class NonFiniteScoreException : ArgumentException
{
    /// <param name="row">Row of the score, from 0.</param>
    /// <param name="column">Class of the score, from 0.</param>
    /// <param name="value">The value found.</param>
    public NonFiniteScoreException(int row, int column, double value)
        : base($"The score of row {row}, class {column} is {value}.")
    {
        Row = row;
        Column = column;
        Value = value;
    }

    /// <summary>Row of the score, from 0.</summary>
    public int Row { get; }

    /// <summary>Class of the score, from 0.</summary>
    public int Column { get; }

    /// <summary>NaN, ∞ or −∞.</summary>
    public double Value { get; }
}
