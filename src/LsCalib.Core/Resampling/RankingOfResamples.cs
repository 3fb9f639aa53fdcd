using System.Runtime.CompilerServices;

namespace LsCalib.Core.Resampling;

/// <summary>
/// Ranking metrics of a resample from its counts of right and wrong rows by segment of confidence. Rows of a segment
/// are taken as tied: with some 128 segments that moves a metric by far less than a resample does, and it moves the
/// sample's own value, which resamples are compared with, alike.
/// </summary>
internal sealed unsafe class RankingOfResamples
{
    private const int MostHarmonic = 1 << 20;
    private readonly int _segmentCount;
    private readonly int[] _ranks;
    private readonly double[] _harmonic;

    public RankingOfResamples(ResamplePlan plan)
    {
        _segmentCount = plan.SegmentCount;
        _ranks = plan.RankOfSegment;

        // Above, their expansion is as exact; a resample of groups can have more rows than the sample.
        _harmonic = new double[Math.Min(plan.RowCount + 1, MostHarmonic)];
        for (int i = 1; i < _harmonic.Length; i++)
        {
            _harmonic[i] = _harmonic[i - 1] + (1.0 / i);
        }
    }

    /// <param name="rowsOf">Rows by segment, each <paramref name="stride"/> apart.</param>
    /// <param name="right">Rows right by segment.</param>
    /// <param name="stride">Distance of neighbouring segments.</param>
    /// <param name="resample">Where to write.</param>
    /// <param name="sums">Receives the metrics.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(double* rowsOf, double* right, int stride, int resample, BootstrapSums sums)
    {
        double rows = 0;
        double errors = 0;
        double harmonic = 0;
        double riskSum = 0;
        double jointSum = 0;
        double wins = 0;
        for (int s = _segmentCount - 1; s >= 0; s--)
        {
            double m = rowsOf[(long)s * stride];
            double r = right[(long)s * stride];

            // Segments that only an edge of a bin parts are one here: no metric depends on which others are wanted.
            while (s > 0 && _ranks[s - 1] == _ranks[s])
            {
                s--;
                m += rowsOf[(long)s * stride];
                r += right[(long)s * stride];
            }

            double e = m - r;
            if (m == 0)
            {
                continue;
            }

            // Row j of the segment stands after errors + e·j/m errors, on average over the orders of tied rows.
            double slope = e / m;
            double next = Harmonic(rows + m);
            riskSum += e + ((errors - (slope * rows)) * (next - harmonic));
            harmonic = next;
            jointSum += (errors * m) + (slope * m * (m + 1) / 2);
            wins += e * (rows - errors + (r / 2));
            rows += m;
            errors += e;
        }

        double n = rows;
        double correct = n - errors;
        double optimum = (errors - (correct * (Harmonic(n) - Harmonic(correct)))) / n;
        sums.Aurc[resample] = riskSum / n;
        sums.ExcessAurc[resample] = (riskSum / n) - optimum;

        // Trapezoids, as the sample's own area is: they lack half of the last step.
        sums.Augrc[resample] = (jointSum - (errors / 2)) / n / n;
        sums.Auroc[resample] = wins / (errors * correct);
    }

    /// <summary>Euler and Maclaurin's expansion about n + 1/2.</summary>
    private static double Expansion(double count)
    {
        double square = (count + 0.5) * (count + 0.5);
        return Math.Log(count + 0.5) + 0.5772156649015329 + (1 / (24 * square)) - (7 / (960 * square * square));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Harmonic(double count)
    {
        int i = (int)count;
        return i < _harmonic.Length ? _harmonic[i] : Expansion(count);
    }
}
