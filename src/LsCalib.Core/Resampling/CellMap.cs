using LsCalib.Core.Metrics;

namespace LsCalib.Core.Resampling;

/// <summary>Which bin of a table each cell of a plan belongs to.</summary>
internal static class CellMap
{
    /// <param name="table">Bins whose edges are among those of the plan.</param>
    /// <param name="edges">Upper edges of the plan's cells.</param>
    /// <param name="fewestRows">Bins of fewer rows are left out.</param>
    /// <param name="binCount">Bins that are kept.</param>
    /// <returns>Number of the bin among those kept, −1 where it is left out, for each cell [C]; and for each bin [M].</returns>
    public static (int[] OfCell, int[] OfBin) Create(ReliabilityTable table, ReadOnlySpan<double> edges, int fewestRows, out int binCount)
    {
        var ofBin = new int[table.Bins.Length];
        binCount = 0;
        for (int m = 0; m < ofBin.Length; m++)
        {
            ofBin[m] = table.Bins[m].EffectiveCount >= fewestRows ? binCount++ : -1;
        }

        for (int m = 0; m < ofBin.Length - 1; m++)
        {
            if (edges.BinarySearch(table.Bins[m].Upper) < 0)
            {
                throw new ArgumentException($"The edge {table.Bins[m].Upper} is not among those that the resamples were summed between.", nameof(edges));
            }
        }

        var ofCell = new int[edges.Length + 1];
        int bin = 0;
        for (int cell = 0; cell < edges.Length; cell++)
        {
            while (bin < ofBin.Length - 1 && edges[cell] > table.Bins[bin].Upper)
            {
                bin++;
            }

            ofCell[cell] = ofBin[bin];
        }

        ofCell[^1] = ofBin[^1];
        return (ofCell, ofBin);
    }
}
