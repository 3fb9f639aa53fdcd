using LsCalib.Core.Resampling;

namespace LsCalib.Core.Comparison;

/// <summary>What the gap of a cell is multiplied by.</summary>
internal enum CellScale
{
    /// <summary>The share of the rows that are in it.</summary>
    Share,

    /// <summary>1.</summary>
    One,

    /// <summary>The root of that share.</summary>
    RootOfShare,
}

/// <summary>
/// The parts of an error over cells, each a gap times a weight: the error is a norm of them. A part is a mean over rows, and so
/// is the change of a norm for small changes of its parts, whichever cells a row falls into: rows, not cells, are independent.
/// </summary>
internal sealed class CellParts
{
    private readonly CellRows _rows;

    /// <summary>What a row's residual is multiplied by, and what is taken off before: N times its influence on the part.</summary>
    private readonly double[] _slope;
    private readonly double[] _centre;
    private readonly double[] _deviation;

    private CellParts(CellRows rows)
    {
        _rows = rows;
        _slope = new double[rows.CellCount];
        _centre = new double[rows.CellCount];
        _deviation = new double[rows.CellCount];
        Values = new double[rows.CellCount];
        Counts = new int[rows.CellCount];
    }

    /// <summary>N.</summary>
    public int RowCount => _rows.RowCount;

    /// <summary>The parts, 0 of an empty cell.</summary>
    public double[] Values { get; }

    /// <summary>Rows of each cell.</summary>
    public int[] Counts { get; }

    /// <summary>Σ |part|; NaN without rows.</summary>
    public double Error => Array.TrueForAll(Counts, count => count == 0) ? double.NaN : Values.Sum(Math.Abs);

    /// <summary>√Σ part².</summary>
    public double Root => Math.Sqrt(Values.Sum(value => value * value));

    /// <summary>How much noise can have added to Σ |part|, at most.</summary>
    public double Bias
    {
        get
        {
            double bound = 0;
            for (int cell = 0; cell < Values.Length; cell++)
            {
                bound += BiasBound.OfGap(Values[cell], _deviation[cell]);
            }

            return bound;
        }
    }

    /// <param name="rows">Rows and their cells.</param>
    /// <param name="scale">What gaps are multiplied by.</param>
    /// <param name="factor">What they are multiplied by besides, by cell.</param>
    /// <param name="groups">Rows that are not independent, or null.</param>
    public static CellParts Of(CellRows rows, CellScale scale, Func<int, double> factor, RowGroups? groups) => Of(rows, new CellNoiseSums(rows, groups), scale, factor);

    /// <summary>The same where the sums of the cells are known.</summary>
    /// <param name="rows">Rows and their cells.</param>
    /// <param name="noise">Their sums.</param>
    /// <param name="scale">What gaps are multiplied by.</param>
    /// <param name="factor">What they are multiplied by besides, by cell.</param>
    public static CellParts Of(CellRows rows, CellNoiseSums noise, CellScale scale, Func<int, double> factor)
    {
        var parts = new CellParts(rows);
        double n = rows.RowCount;
        for (int cell = 0; cell < rows.CellCount; cell++)
        {
            int count = parts.Counts[cell] = noise.Counts[cell];
            if (count == 0)
            {
                continue;
            }

            double share = count / n;
            double weight = factor(cell) * scale switch { CellScale.Share => 1, CellScale.One => 1 / share, _ => 1 / Math.Sqrt(share) };
            parts.Values[cell] = weight * noise.Sums[cell] / n;
            parts._deviation[cell] = weight * noise.Deviation(cell) / n;

            // Where the number of rows in a cell is fixed by its edges, as of equal mass, residuals scatter about the mean of the other rows.
            bool isFixed = scale != CellScale.Share && count > 1;
            parts._centre[cell] = isFixed ? noise.Sums[cell] / count : 0;
            parts._slope[cell] = isFixed ? weight * count / (count - 1) : weight;
        }

        return parts;
    }

    /// <summary>What each row does to Σ direction·part, added to what stands there [N].</summary>
    /// <param name="direction">Of each cell.</param>
    /// <param name="sign">1 or −1.</param>
    /// <param name="target">Receives N times the influence of each row.</param>
    public void AddInfluence(double[] direction, int sign, double[] target)
    {
        var entries = new CellEntry[_rows.MostOfRow];
        for (int row = 0; row < target.Length; row++)
        {
            int count = _rows.Read(row, entries);
            double sum = 0;
            foreach (var entry in entries.AsSpan(0, count))
            {
                sum += direction[entry.Cell] * _slope[entry.Cell] * (entry.Residual - _centre[entry.Cell]);
            }

            target[row] += sign * sum;
        }
    }

    /// <summary>What each row does to Σ |part| [N].</summary>
    public double[] Influence()
    {
        var influence = new double[_rows.RowCount];
        AddInfluence(Array.ConvertAll(Values, value => (double)Math.Sign(value)), 1, influence);
        return influence;
    }
}
