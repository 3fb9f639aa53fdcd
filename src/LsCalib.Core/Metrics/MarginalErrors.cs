using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>
/// Errors of every class's probabilities over bins of equal mass, which need each class's column sorted: adaptive and
/// thresholded adaptive calibration error (Nixon et al. 2019) and the debiased marginal L2 error (Kumar et al. 2019).
/// </summary>
/// <param name="Adaptive">ACE: mean over classes and ranges of |frequency − mean probability|, a fraction.</param>
/// <param name="AdaptiveFloor">Its level for a calibrated model.</param>
/// <param name="Thresholded">TACE: the same over probabilities above <see cref="Threshold"/>; NaN without any.</param>
/// <param name="ThresholdedFloor">Its level for a calibrated model.</param>
/// <param name="SquaredL2">Mean over classes of the debiased squared L2 error; can be negative; NaN where no range has two rows.</param>
/// <param name="L2Floor">Level of its root for a calibrated model.</param>
public sealed record MarginalErrors(
    double Adaptive, NoiseFloor AdaptiveFloor, double Thresholded, NoiseFloor ThresholdedFloor, double SquaredL2, NoiseFloor L2Floor)
{
    /// <summary>Probabilities up to this are left out of TACE.</summary>
    public const double Threshold = 0.001;

    private const long MostValuesAtOnce = 8_000_000;

    /// <summary>Computes all three, some classes at a time.</summary>
    /// <param name="scores">[N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="scaling">What logits are multiplied by.</param>
    /// <param name="binCount">Ranges of each class, at least 1.</param>
    /// <param name="seed">Seed of the noise floors.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancel">Stops between classes.</param>
    public static MarginalErrors Compute(
        ScoreMatrix scores, int[] labels, RowScaling scaling, int binCount, long seed = 0, int threads = 1, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(scaling);
        int n = scores.RowCount;
        int classCount = scores.ClassCount;
        var normalizers = Normalizers(scores, scaling);
        int atOnce = (int)Math.Clamp(MostValuesAtOnce / Math.Max(1, n), 1, classCount);
        var classes = new List<ClassErrors>(classCount);
        for (int first = 0; first < classCount; first += atOnce)
        {
            int count = Math.Min(atOnce, classCount - first);
            var columns = Columns(scores, scaling, normalizers, first, count, cancel);
            int firstClass = first;
            classes.AddRange(RowRuns.Compute(count, count, threads, (k, _) => ClassErrors.Of(columns[k], labels, firstClass + k, binCount), cancel));
        }

        return Mean(classes, n, seed);
    }

    private static MarginalErrors Mean(List<ClassErrors> classes, int rowCount, long seed)
    {
        double adaptive = 0;
        double thresholded = 0;
        double square = 0;
        var adaptiveNoise = new CellNoise();
        var thresholdedNoise = new CellNoise();
        int classCount = classes.Count;
        foreach (var one in classes)
        {
            adaptive += one.Adaptive.Error / classCount;
            thresholded += one.Thresholded.Error / classCount;
            square += one.Adaptive.SquaredL2 / rowCount / classCount;
            one.Adaptive.AddTo(adaptiveNoise);
            one.Thresholded.AddTo(thresholdedNoise);
        }

        return new(
            adaptive,
            adaptiveNoise.Floor(1.0 / classCount, classCount),
            classes.TrueForAll(one => one.Thresholded.Error == 0 && !one.Thresholded.HasRows) ? double.NaN : thresholded,
            thresholdedNoise.Floor(1.0 / classCount, classCount),
            classes.Exists(one => one.Adaptive.HasPairs) ? square : double.NaN,
            L2Noise(classes, rowCount, seed));
    }

    private static NoiseFloor L2Noise(List<ClassErrors> classes, int rowCount, long seed)
    {
        const int MostTerms = 3_000_000;
        var random = new SeededRandom(seed, stream: 42);
        int classCount = classes.Count;
        var draws = new double[Math.Clamp(MostTerms / (15 * classCount), 100, 1000)];
        double exclusion = Math.Sqrt(classCount / (classCount - 1.0));
        for (int draw = 0; draw < draws.Length; draw++)
        {
            double sum = 0;
            foreach (var one in classes)
            {
                sum += one.Adaptive.DrawSquaredL2(random);
            }

            draws[draw] = DebiasedError.Root(sum * exclusion / rowCount / classCount);
        }

        return NoiseFloors.Summary(draws);
    }

    /// <summary>ln Σ exp of each row's scaled logits [N]; nothing for probabilities.</summary>
    private static double[] Normalizers(ScoreMatrix scores, RowScaling scaling)
    {
        if (scores.Kind == ScoreKind.Probabilities)
        {
            return [];
        }

        var normalizers = new double[scores.RowCount];
        var row = new double[scores.ClassCount];
        for (int i = 0; i < normalizers.Length; i++)
        {
            scores.CopyRow(i, row);
            double largest = row[0];
            foreach (double z in row)
            {
                largest = Math.Max(largest, z);
            }

            double factor = scaling.Factor(i);
            double sum = 0;
            foreach (double z in row)
            {
                sum += Math.Exp((z - largest) * factor);
            }

            normalizers[i] = (largest * factor) + Math.Log(sum);
        }

        return normalizers;
    }

    private static double[][] Columns(ScoreMatrix scores, RowScaling scaling, double[] normalizers, int first, int count, CancellationToken cancel)
    {
        var columns = new double[count][];
        for (int k = 0; k < count; k++)
        {
            columns[k] = new double[scores.RowCount];
        }

        var part = new double[count];
        for (int i = 0; i < scores.RowCount; i++)
        {
            if (i % 4096 == 0)
            {
                cancel.ThrowIfCancellationRequested();
            }

            scores.CopyRow(i, first, part);
            double factor = scaling.Factor(i);
            for (int k = 0; k < count; k++)
            {
                columns[k][i] = normalizers.Length == 0 ? part[k] : Math.Exp((part[k] * factor) - normalizers[i]);
            }
        }

        return columns;
    }
}
