using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Calibrators;

/// <summary>What a bootstrap draws: rows, or whole groups of them. Rows of weight 0 and groups of such rows are not drawn.</summary>
internal sealed class DrawnUnits
{
    private readonly int[]? _ofRow;

    private DrawnUnits(int[]? ofRow, int count, bool isGrouped)
    {
        _ofRow = ofRow;
        Count = count;
        IsGrouped = isGrouped;
    }

    /// <summary>Units.</summary>
    public int Count { get; }

    /// <summary>Whether units are groups.</summary>
    public bool IsGrouped { get; }

    /// <param name="rowCount">N.</param>
    /// <param name="groups">Groups of rows, or null.</param>
    /// <param name="weights">Weights of rows, or null.</param>
    public static DrawnUnits From(int rowCount, RowGroups? groups, RowWeights? weights)
    {
        if (weights is null || !weights.OfRow.Contains(0))
        {
            return new(groups?.OfRow, groups?.Count ?? rowCount, groups is not null);
        }

        // Units keep their order, so that a row of weight 0 changes nothing.
        var unitOfGroup = new int[groups?.Count ?? rowCount];
        for (int row = 0; row < rowCount; row++)
        {
            if (weights.OfRow[row] > 0)
            {
                unitOfGroup[groups?.OfRow[row] ?? row] = 1;
            }
        }

        int count = 0;
        for (int group = 0; group < unitOfGroup.Length; group++)
        {
            unitOfGroup[group] = unitOfGroup[group] > 0 ? count++ : -1;
        }

        var ofRow = new int[rowCount];
        for (int row = 0; row < rowCount; row++)
        {
            ofRow[row] = unitOfGroup[groups?.OfRow[row] ?? row];
        }

        return new(ofRow, count, groups is not null);
    }

    /// <summary>The series of each unit, those of its rows added up.</summary>
    /// <param name="rows">Series of each row [N]; of weight 0: zeros.</param>
    public SlopeSeries[] Sums(SlopeSeries[] rows)
    {
        if (_ofRow is null)
        {
            return rows;
        }

        var sums = new SlopeSeries[Count];
        for (int row = 0; row < rows.Length; row++)
        {
            if (_ofRow[row] >= 0)
            {
                sums[_ofRow[row]].Add(rows[row]);
            }
        }

        return sums;
    }
}
