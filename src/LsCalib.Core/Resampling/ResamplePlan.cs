using System.Runtime.CompilerServices;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Resampling;

/// <summary>
/// What a bootstrap reads of its rows, in ascending order of confidence, cut in segments. Sums over segments give every
/// binned, smoothed and ranking estimate of a resample.
/// </summary>
internal sealed class ResamplePlan
{
    /// <summary>Segments of equal mass that the ranking metrics are computed from.</summary>
    public const int RankSegments = 128;

    private ResamplePlan(int rowCount, int segmentCount, int columnCount)
    {
        RowCount = rowCount;
        ColumnCount = columnCount;
        Rows = new float[checked(rowCount * Stride)];
        Starts = new int[segmentCount + 1];
        CellOfSegment = new int[segmentCount];
        RankOfSegment = new int[segmentCount];
    }

    /// <summary>Places of the numbers of a row in <see cref="Rows"/>: the index of its segment.</summary>
    public const int Segment = 0;

    /// <summary>1 where the row is right, else 0.</summary>
    public const int Right = 1;

    /// <summary>Its confidence.</summary>
    public const int Confidence = 2;

    /// <summary>The first of its columns.</summary>
    public const int FirstColumn = 3;

    /// <summary>N.</summary>
    public int RowCount { get; }

    /// <summary>V: columns whose means are wanted.</summary>
    public int ColumnCount { get; }

    /// <summary>Numbers of a row.</summary>
    public int Stride => FirstColumn + ColumnCount;

    /// <summary>The numbers of the row at each place [N,3+V], side by side, since rows are drawn one by one too.</summary>
    public float[] Rows { get; }

    /// <summary>Segments, in ascending order of confidence.</summary>
    public int SegmentCount => CellOfSegment.Length;

    /// <summary>Cells whose sums are kept: the segments between neighbouring edges.</summary>
    public int CellCount { get; private init; }

    /// <summary>First place of each segment, and N [S+1].</summary>
    public int[] Starts { get; }

    /// <summary>The cell that each segment belongs to [S].</summary>
    public int[] CellOfSegment { get; }

    /// <summary>Rank of each segment among those of equal mass, rising [S].</summary>
    public int[] RankOfSegment { get; }

    /// <summary>Group of the row at each place [N], drawn as a whole; null: rows are drawn, each by its place.</summary>
    public int[]? Groups { get; private init; }

    /// <summary>Weight of the row at each place [N], by which its count is multiplied; null: all count the same.</summary>
    public float[]? Weights { get; private init; }

    /// <summary>Units that are drawn: rows, or groups.</summary>
    public int UnitCount { get; private init; }

    /// <param name="order">The rows by confidence.</param>
    /// <param name="edges">Ascending upper edges of cells (lower, upper]; what lies above the last forms one more cell.</param>
    /// <param name="columns">Values by row [V][N].</param>
    /// <param name="groups">Group of each row, 0 to G−1, drawn as a whole; null where rows are independent.</param>
    public static ResamplePlan From(ConfidenceOrder order, ReadOnlySpan<double> edges, IReadOnlyList<double[]> columns, int[]? groups)
    {
        int n = order.RowCount;
        var (starts, cells, ranks) = Segments(order, edges);
        var plan = new ResamplePlan(n, starts.Count, columns.Count)
        {
            CellCount = edges.Length + 1,
            UnitCount = groups is null ? n : groups.Max() + 1,
            Groups = groups is null ? null : new int[n],
            Weights = order.Weight is null ? null : new float[n],
        };
        for (int s = 0; s < starts.Count; s++)
        {
            plan.Starts[s] = starts[s];
            plan.CellOfSegment[s] = cells[s];
            plan.RankOfSegment[s] = ranks[s];
        }

        plan.Starts[starts.Count] = n;
        plan.Fill(order, columns, groups);
        return plan;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(ConfidenceOrder order, IReadOnlyList<double[]> columns, int[]? groups)
    {
        int stride = Stride;
        int segment = 0;
        for (int place = 0; place < RowCount; place++)
        {
            segment += place == Starts[segment + 1] ? 1 : 0;
            var row = Rows.AsSpan(place * stride, stride);
            row[Segment] = segment;
            row[Right] = order.Correct[place] ? 1 : 0;
            row[Confidence] = (float)order.Confidence[place];
            if (Groups is not null)
            {
                Groups[place] = groups![order.Row[place]];
            }

            if (Weights is not null)
            {
                Weights[place] = (float)order.Weight![place];
            }
        }

        for (int v = 0; v < columns.Count; v++)
        {
            var column = columns[v];
            for (int place = 0; place < RowCount; place++)
            {
                Rows[(place * stride) + FirstColumn + v] = (float)column[order.Row[place]];
            }
        }
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
