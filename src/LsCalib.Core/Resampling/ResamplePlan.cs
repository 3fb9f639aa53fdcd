using LsCalib.Core.Ordering;

namespace LsCalib.Core.Resampling;

/// <summary>
/// The order in which a bootstrap reads its rows: cut at places along the confidences, and within each segment the
/// rows that are right before those that are wrong. Sums over segments give every binned, smoothed and ranking
/// estimate of a resample.
/// </summary>
internal sealed class ResamplePlan
{
    /// <summary>Segments of equal mass that the ranking metrics are computed from.</summary>
    public const int RankSegments = 128;

    private ResamplePlan(int rowCount, int segmentCount, int columnCount)
    {
        Confidence = new float[rowCount];
        Columns = new float[columnCount][];
        for (int v = 0; v < columnCount; v++)
        {
            Columns[v] = new float[rowCount];
        }

        Units = new int[rowCount];
        Starts = new int[segmentCount + 1];
        FirstWrong = new int[segmentCount];
        CellOfSegment = new int[segmentCount];
        RankOfSegment = new int[segmentCount];
    }

    /// <summary>N.</summary>
    public int RowCount => Confidence.Length;

    /// <summary>Segments, in ascending order of confidence.</summary>
    public int SegmentCount => FirstWrong.Length;

    /// <summary>Cells whose sums are kept: the segments between neighbouring edges.</summary>
    public int CellCount { get; private init; }

    /// <summary>Confidences in the order of the plan [N].</summary>
    public float[] Confidence { get; }

    /// <summary>Columns whose means are wanted, in the order of the plan [V][N].</summary>
    public float[][] Columns { get; }

    /// <summary>First place of each segment, and N [S+1].</summary>
    public int[] Starts { get; }

    /// <summary>First place of each segment that is wrong [S].</summary>
    public int[] FirstWrong { get; }

    /// <summary>The cell that each segment belongs to [S].</summary>
    public int[] CellOfSegment { get; }

    /// <summary>Rank of each segment among those of equal mass, rising [S].</summary>
    public int[] RankOfSegment { get; }

    /// <summary>
    /// Unit drawn for each place [N]: a group, or the row by its rank of confidence. That rank does not depend on the
    /// segments, so that a resample does not depend on which metrics are wanted.
    /// </summary>
    public int[] Units { get; }

    /// <summary>Weight of the row at each place [N], by which its count is multiplied; null: all count the same.</summary>
    public float[]? Weights { get; private init; }

    /// <summary>Units that are drawn: rows, or groups.</summary>
    public int UnitCount { get; private init; }

    /// <summary>Whether units are groups of rows.</summary>
    public bool IsGrouped { get; private init; }

    /// <param name="order">The rows by confidence.</param>
    /// <param name="edges">Ascending upper edges of cells (lower, upper]; what lies above the last forms one more cell.</param>
    /// <param name="columns">Values by row [V][N].</param>
    /// <param name="groups">Group of each row, 0 to G−1, drawn as a whole; null where rows are independent.</param>
    public static ResamplePlan From(ConfidenceOrder order, ReadOnlySpan<double> edges, IReadOnlyList<double[]> columns, int[]? groups)
    {
        int n = order.RowCount;
        var (starts, cells, ranks) = Segments(order, edges);
        int units = n;
        if (groups is not null)
        {
            units = 0;
            foreach (int group in groups)
            {
                units = Math.Max(units, group + 1);
            }
        }

        var plan = new ResamplePlan(n, starts.Count, columns.Count)
        {
            CellCount = edges.Length + 1,
            UnitCount = units,
            IsGrouped = groups is not null,
            Weights = order.Weight is null ? null : new float[n],
        };
        var rows = new int[n];
        for (int s = 0; s < starts.Count; s++)
        {
            int start = starts[s];
            int end = s + 1 < starts.Count ? starts[s + 1] : n;
            plan.Starts[s] = start;
            plan.CellOfSegment[s] = cells[s];
            plan.RankOfSegment[s] = ranks[s];
            int place = start;
            foreach (bool wanted in new[] { true, false })
            {
                plan.FirstWrong[s] = wanted ? start : place;
                for (int i = start; i < end; i++)
                {
                    if (order.Correct[i] == wanted)
                    {
                        plan.Confidence[place] = (float)order.Confidence[i];
                        if (plan.Weights is { } weights)
                        {
                            weights[place] = (float)order.Weight![i];
                        }

                        plan.Units[place] = groups is null ? i : groups[order.Row[i]];
                        rows[place++] = order.Row[i];
                    }
                }
            }
        }

        plan.Starts[starts.Count] = n;
        for (int v = 0; v < columns.Count; v++)
        {
            for (int place = 0; place < n; place++)
            {
                plan.Columns[v][place] = (float)columns[v][rows[place]];
            }
        }

        return plan;
    }

    /// <summary>Segments end at the edges and at ranks of equal mass, and never within a block of equal confidences.</summary>
    private static (List<int> Starts, List<int> Cells, List<int> Ranks) Segments(ConfidenceOrder order, ReadOnlySpan<double> edges)
    {
        int n = order.RowCount;
        var starts = new List<int>();
        var cells = new List<int>();
        var ranks = new List<int>();
        int cell = 0;
        int rank = 0;
        for (int place = 0; place < n; place = order.EndOfTies(place))
        {
            int cellHere = cell;
            while (cellHere < edges.Length && order.Confidence[place] > edges[cellHere])
            {
                cellHere++;
            }

            int rankHere = (int)((long)place * RankSegments / n);
            if (starts.Count == 0 || cellHere != cell || rankHere != rank)
            {
                starts.Add(place);
                cells.Add(cellHere);
                ranks.Add(rankHere);
            }

            (cell, rank) = (cellHere, rankHere);
        }

        return (starts, cells, ranks);
    }
}
