using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary><see cref="Movement"/> of an error over cells, with the standard error that the influence of rows gives.</summary>
internal static class CellMovement
{
    /// <summary>Of Σ |part|.</summary>
    /// <param name="baseline">The baseline's parts.</param>
    /// <param name="candidate">The candidate's, of as many cells.</param>
    /// <param name="groups">Rows that are not independent, or null.</param>
    public static Movement OfSum(CellParts baseline, CellParts candidate, RowGroups? groups)
    {
        double[] moved = Moved(baseline, candidate);
        return Of(baseline, candidate, moved.Sum(Math.Abs), Array.ConvertAll(moved, value => (double)Math.Sign(value)), groups);
    }

    /// <summary>Of √Σ part².</summary>
    /// <inheritdoc cref="OfSum"/>
    public static Movement OfRoot(CellParts baseline, CellParts candidate, RowGroups? groups)
    {
        double[] moved = Moved(baseline, candidate);
        double norm = Math.Sqrt(moved.Sum(value => value * value));
        return Of(baseline, candidate, norm, Array.ConvertAll(moved, value => norm > 0 ? value / norm : 0), groups);
    }

    private static double[] Moved(CellParts baseline, CellParts candidate) => [.. candidate.Values.Zip(baseline.Values, (now, before) => now - before)];

    private static Movement Of(CellParts baseline, CellParts candidate, double value, double[] direction, RowGroups? groups)
    {
        var influence = new double[baseline.RowCount];
        candidate.AddInfluence(direction, 1, influence);
        baseline.AddInfluence(direction, -1, influence);
        return new(value, PairedMean.Of(influence, new double[influence.Length], groups).StandardError);
    }
}
