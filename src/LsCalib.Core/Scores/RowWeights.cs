using System.Globalization;

namespace LsCalib.Core.Scores;

/// <summary>How much each row counts: for data drawn with known, unequal chances, such as a sample balanced by class.</summary>
public sealed class RowWeights
{
    private RowWeights(string name, double[] ofRow, double effectiveCount)
    {
        Name = name;
        OfRow = ofRow;
        EffectiveCount = effectiveCount;
    }

    /// <summary>Name of the column or array that they come from.</summary>
    public string Name { get; }

    /// <summary>Weight of each row [N], scaled to a mean of 1; 0 or more. Not to be changed.</summary>
    public double[] OfRow { get; }

    /// <summary>Rows of equal weight that would tell as much: (Σ w)² / Σ w², 1 to N (Kish 1965).</summary>
    public double EffectiveCount { get; }

    /// <summary>Whether all rows count the same, as they do without weights.</summary>
    public bool AreEqual => OfRow.AsSpan().IndexOfAnyExcept(OfRow[0]) < 0;

    /// <summary>Weights of rows, on any scale.</summary>
    /// <param name="name">Name of the column or array.</param>
    /// <param name="values">[N]; finite, 0 or more, not all 0.</param>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are 0.</exception>
    public static RowWeights From(string name, ReadOnlySpan<double> values)
    {
        double largest = 0;
        for (int row = 0; row < values.Length; row++)
        {
            if (!(values[row] >= 0 && double.IsFinite(values[row])))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Weight {row} is {values[row]:R}; weights are finite, 0 or more."), nameof(values));
            }

            largest = Math.Max(largest, values[row]);
        }

        if (largest == 0)
        {
            throw new ArgumentException("All weights are 0.", nameof(values));
        }

        // Divided by the largest first: the sum of huge weights would overflow.
        double sum = 0;
        double squares = 0;
        foreach (double value in values)
        {
            sum += value / largest;
            squares += value / largest * (value / largest);
        }

        var ofRow = new double[values.Length];
        for (int row = 0; row < ofRow.Length; row++)
        {
            ofRow[row] = values[row] / largest / sum * values.Length;
        }

        return new(name, ofRow, sum * sum / squares);
    }
}
