using LsCalib.Core.Catalog;
using LsCalib.Core.Slices;
using LsCalib.Core.Statistics;
using MathNet.Numerics.Distributions;

namespace LsCalib.Core.Comparison.Changes;

/// <summary>Finds the bins, classes and slices whose gap moved.</summary>
internal static class MovedRows
{
    /// <summary>The parts of every kind, those whose error moved most first.</summary>
    public static IEnumerable<MovedParts> Of(PairedRows rows, MetricSet options, IReadOnlyList<SliceColumn> slices, IReadOnlyList<string> classNames)
    {
        // The bins of the diagram; where those are of equal mass, the old model's, so that a bin is the same range for both.
        var table = rows.BaselineContext.Table(options.Binning, options.BinCount);
        double[] edges = [.. table.Bins.Select(bin => bin.Upper)];
        int BinOf(double confidence)
        {
            int bin = 0;
            while (bin < edges.Length - 1 && confidence > edges[bin])
            {
                bin++;
            }

            return bin;
        }

        string[] bins = [.. table.Bins.Select(bin => FormattableString.Invariant($"({bin.Lower:0.000}, {bin.Upper:0.000}]"))];
        yield return Parts("bin", bins, rows, row => BinOf(rows.Baseline.Confidence[row]), row => BinOf(rows.Candidate.Confidence[row]));
        yield return Parts("class", classNames, rows, row => rows.Baseline.Predicted[row], row => rows.Candidate.Predicted[row]);
        foreach (var slice in slices)
        {
            yield return Parts(slice.Name, slice.Values, rows, row => slice.OfRow[row], row => slice.OfRow[row]);
        }
    }

    private static MovedParts Parts(string kind, IReadOnlyList<string> names, PairedRows rows, Func<int, int> before, Func<int, int> after)
    {
        int n = rows.RowCount;
        var membersBefore = Members(names.Count, n, before);
        var membersAfter = Members(names.Count, n, after);
        var parts = new List<MovedPart>();
        for (int part = 0; part < names.Count; part++)
        {
            if (membersBefore[part].Count + membersAfter[part].Count == 0)
            {
                continue;
            }

            // What the part adds to the mean residual, row by row.
            var left = new double[n];
            var right = new double[n];
            double gapBefore = Fill(rows.Baseline, membersBefore[part], left);
            double gapAfter = Fill(rows.Candidate, membersAfter[part], right);
            parts.Add(new(
                names[part], membersBefore[part].Count, membersAfter[part].Count, gapBefore, gapAfter,
                Error(gapBefore, membersBefore[part].Count, n), Error(gapAfter, membersAfter[part].Count, n), PairedMean.Of(right, left, rows.Groups)));
        }

        return new(kind, [.. Adjusted(parts).OrderByDescending(part => Math.Abs(part.ErrorAfter - part.ErrorBefore))]);
    }

    private static List<int>[] Members(int count, int rowCount, Func<int, int> of)
    {
        var members = new List<int>[count];
        for (int part = 0; part < count; part++)
        {
            members[part] = [];
        }

        for (int row = 0; row < rowCount; row++)
        {
            members[of(row)].Add(row);
        }

        return members;
    }

    private static double Fill(RowResults results, List<int> members, double[] residuals)
    {
        double sum = 0;
        foreach (int row in members)
        {
            residuals[row] = (results.IsCorrect(row) ? 1 : 0) - results.Confidence[row];
            sum += residuals[row];
        }

        return members.Count == 0 ? double.NaN : sum / members.Count;
    }

    private static double Error(double gap, int count, int n) => count == 0 ? 0 : Math.Abs(gap) * count / n;

    private static IEnumerable<MovedPart> Adjusted(List<MovedPart> parts) =>
        parts.Zip(Holm.Adjust(parts.ConvertAll(PValue)), (part, p) => part with { AdjustedPValue = p });

    /// <summary>Two-sided; NaN where nothing scatters.</summary>
    private static double PValue(MovedPart part) => !(part.Moved.StandardError > 0) ? double.NaN : 2 * Normal.CDF(0, 1, -Math.Abs(part.Moved.Value / part.Moved.StandardError));
}
