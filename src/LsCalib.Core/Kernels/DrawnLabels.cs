using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Kernels;

/// <summary>Sets of labels, the observed one first, with the rows of each set put in order of their label.</summary>
internal sealed class DrawnLabels
{
    private const int Stream = 32;

    private DrawnLabels(int rowCount, int setCount, int classCount)
    {
        SetCount = setCount;
        Label = new int[rowCount * setCount];
        Place = new ushort[rowCount * setCount];
        Order = new ushort[rowCount * setCount];
        End = new ushort[classCount * setCount];
    }

    /// <summary>Sets, draws + 1.</summary>
    public int SetCount { get; }

    /// <summary>Label [row, set].</summary>
    public int[] Label { get; }

    /// <summary>Place of the row in the set's order [row, set].</summary>
    public ushort[] Place { get; }

    /// <summary>Rows by label, ascending within a label [set, place].</summary>
    public ushort[] Order { get; }

    /// <summary>The place after the last row of a label [set, class].</summary>
    public ushort[] End { get; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static DrawnLabels From(ProbabilityTiles tiles, int[] observed, int drawCount, long seed)
    {
        int n = tiles.RowCount;
        int classCount = tiles.ClassCount;
        int sets = drawCount + 1;
        var drawn = new DrawnLabels(n, sets, classCount);
        var random = new SeededRandom(seed, Stream);
        var cumulative = new double[classCount];
        for (int row = 0; row < n; row++)
        {
            tiles.Vectors.AsSpan(2 * row * classCount, classCount).CopyTo(cumulative);
            for (int k = 1; k < classCount; k++)
            {
                cumulative[k] += cumulative[k - 1];
            }

            var label = drawn.Label.AsSpan(row * sets, sets);
            label[0] = observed[row];
            for (int draw = 1; draw < sets; draw++)
            {
                label[draw] = FirstAbove(cumulative, random.NextDouble() * cumulative[^1]);
            }
        }

        drawn.Sort(n, classCount);
        return drawn;
    }

    /// <summary>First class whose cumulative probability exceeds u, so never one of probability 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FirstAbove(double[] cumulative, double u)
    {
        int low = 0;
        int high = cumulative.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            (low, high) = cumulative[middle] > u ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>Counting sort of every set by label.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sort(int n, int classCount)
    {
        for (int i = 0; i < Label.Length; i++)
        {
            End[((i % SetCount) * classCount) + Label[i]]++;
        }

        for (int set = 0; set < SetCount; set++)
        {
            int next = 0;
            foreach (ref ushort end in End.AsSpan(set * classCount, classCount))
            {
                int count = end;
                end = (ushort)next;
                next += count;
            }
        }

        // The starts are counted up to become the ends.
        for (int row = 0; row < n; row++)
        {
            for (int set = 0; set < SetCount; set++)
            {
                int i = (row * SetCount) + set;
                ushort place = End[(set * classCount) + Label[i]]++;
                Place[i] = place;
                Order[(set * n) + place] = (ushort)row;
            }
        }
    }
}
