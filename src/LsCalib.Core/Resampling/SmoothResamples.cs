using LsCalib.Core.Binless;
using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Resampling;

/// <summary>
/// Interval and noise floor of SmoothECE, on residuals collected in 128 cells of confidence. The interval inverts a test
/// as <see cref="ErrorInterval"/> does, with the gaps of the cells as the pattern.
/// </summary>
internal static class SmoothResamples
{
    /// <summary>Cells of equal width.</summary>
    public const int CellCount = 128;

    private const int DrawCount = 200;

    /// <summary>Multiples of the gaps seen at which the error is drawn; between them it is interpolated.</summary>
    private static readonly double[] Factors = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3];

    /// <summary>Level of a calibrated model.</summary>
    /// <param name="tables">Tables of a calibrated model in <see cref="CellCount"/> cells.</param>
    public static NoiseFloor Floor(ReadOnlySpan<ReliabilityTable> tables)
    {
        // Draws share their positions: only the accuracies differ.
        var (positions, _) = Residuals(tables[0]);
        var values = new double[Math.Min(DrawCount, tables.Length)];
        var noise = new double[values.Length * positions.Length];
        for (int draw = 0; draw < values.Length; draw++)
        {
            Residuals(tables[draw]).Gaps.CopyTo(noise, draw * positions.Length);
        }

        var draws = new SmoothDraws(positions, new double[positions.Length], noise);
        for (int draw = 0; draw < values.Length; draw++)
        {
            values[draw] = draws.Of(0, draw);
        }

        return NoiseFloors.Summary(values);
    }

    /// <summary>The interval of the error.</summary>
    /// <param name="table">Gaps of the sample in <see cref="CellCount"/> cells.</param>
    /// <param name="edges">Upper edges of the plan's cells, those of the table among them.</param>
    /// <param name="sums">The resamples; the first 200 are used.</param>
    /// <param name="estimate">The error of the sample.</param>
    /// <param name="level">Confidence level.</param>
    public static Interval? Of(ReliabilityTable table, ReadOnlySpan<double> edges, BootstrapSums sums, double estimate, double level)
    {
        if (!double.IsFinite(estimate))
        {
            return null;
        }

        var (positions, gaps) = Residuals(table);
        int draws = Math.Min(DrawCount, sums.ResampleCount);
        var noise = Noise(table, edges, sums, gaps, draws);
        var smooth = new SmoothDraws(positions, gaps, noise);
        var values = new List<double[]>(Factors.Length);
        double tail = (1 - level) / 2;

        // Larger gaps are not tried once even their smallest errors are above the one seen.
        for (int f = 0; f < Factors.Length && (f == 0 || Quantiles.OfSorted(values[^1], tail) < estimate); f++)
        {
            values.Add(new double[draws]);
            for (int b = 0; b < draws; b++)
            {
                values[f][b] = smooth.Of(Factors[f], b);
            }

            Array.Sort(values[f]);
        }

        double lower = Factor(values, estimate, 1 - tail) * estimate;
        double upper = Factor(values, estimate, tail) * estimate;
        double centre = Factor(values, estimate, 0.5) * estimate;

        // Where the gap has one sign the error is its absolute value, whose noise is that of all residuals together. The
        // gaps of so many cells are more uneven than the true ones, so that the centre is too low: the upper end starts
        // from the estimate.
        double half = Intervals.Quantile(level) * DeviationOfSum(noise, positions.Length, draws);
        return new(
            Math.Max(0, Math.Min(Math.Min(lower, estimate), centre - half)),
            Math.Min(1, Math.Max(upper, estimate + half)),
            "bootstrap, test inverted along the gaps");
    }

    /// <summary>The error of the first 200 resamples.</summary>
    /// <param name="table">Gaps of the sample in <see cref="CellCount"/> cells.</param>
    /// <param name="edges">Upper edges of the plan's cells, those of the table among them.</param>
    /// <param name="sums">The resamples.</param>
    public static double[] Draws(ReliabilityTable table, ReadOnlySpan<double> edges, BootstrapSums sums)
    {
        var (positions, gaps) = Residuals(table);
        var values = new double[Math.Min(DrawCount, sums.ResampleCount)];
        var smooth = new SmoothDraws(positions, gaps, Noise(table, edges, sums, gaps, values.Length));
        for (int b = 0; b < values.Length; b++)
        {
            values[b] = smooth.Of(1, b);
        }

        return values;
    }

    /// <summary>Mean confidence and share of Σ (correct − confidence)/N of each cell that has rows.</summary>
    private static (double[] Positions, double[] Gaps) Residuals(ReliabilityTable table)
    {
        var positions = new List<double>(table.Bins.Length);
        var gaps = new List<double>(table.Bins.Length);
        foreach (var bin in table.Bins)
        {
            if (bin.Weight > 0)
            {
                positions.Add(Math.Clamp(bin.MeanConfidence, 0, 1));
                gaps.Add(bin.Weight * bin.Gap / table.TotalWeight);
            }
        }

        return ([.. positions], [.. gaps]);
    }

    private static double[] Noise(ReliabilityTable table, ReadOnlySpan<double> edges, BootstrapSums sums, double[] gaps, int draws)
    {
        var noise = new double[draws * gaps.Length];
        var (cellOf, _) = CellMap.Create(table, edges, fewestRows: 1, out _);
        for (int b = 0; b < draws; b++)
        {
            double total = 0;
            for (int cell = 0; cell < cellOf.Length; cell++)
            {
                total += sums.Counts[(b * cellOf.Length) + cell];
            }

            for (int cell = 0; cell < cellOf.Length; cell++)
            {
                if (cellOf[cell] >= 0)
                {
                    noise[(b * gaps.Length) + cellOf[cell]] += sums.Gaps[(b * cellOf.Length) + cell] / total;
                }
            }

            for (int i = 0; i < gaps.Length; i++)
            {
                noise[(b * gaps.Length) + i] -= gaps[i];
            }
        }

        return noise;
    }

    private static double DeviationOfSum(double[] noise, int cells, int draws)
    {
        double squares = 0;
        for (int b = 0; b < draws; b++)
        {
            double sum = 0;
            foreach (double value in noise.AsSpan(b * cells, cells))
            {
                sum += value;
            }

            squares += sum * sum;
        }

        return Math.Sqrt(squares / draws);
    }

    /// <summary>The factor at which a quantile of the error equals the estimate; 0 where it is above already.</summary>
    private static double Factor(List<double[]> values, double estimate, double level)
    {
        double before = Quantiles.OfSorted(values[0], level);
        if (before >= estimate)
        {
            return 0;
        }

        for (int f = 1; f < values.Count; f++)
        {
            double here = Quantiles.OfSorted(values[f], level);
            if (here >= estimate)
            {
                return Factors[f - 1] + ((Factors[f] - Factors[f - 1]) * (estimate - before) / (here - before));
            }

            before = here;
        }

        return Factors[values.Count - 1];
    }
}
