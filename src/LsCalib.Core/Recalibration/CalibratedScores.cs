using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration;

/// <summary>Scores after calibration. Where that is a temperature alone, they are the logits as they were and what is to multiply them.</summary>
/// <param name="Scores">Scores [N,K].</param>
/// <param name="Scaling">What logits are to be multiplied by.</param>
public sealed record CalibratedScores(ScoreMatrix Scores, RowScaling Scaling)
{
    private const int RowsAtATime = 256;

    /// <summary>Scores mapped by one calibrator.</summary>
    /// <param name="calibrator">The map.</param>
    /// <param name="scores">Scores [N,K]; probabilities are mapped through their logarithms.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancel">Stops the work.</param>
    public static CalibratedScores Apply(Calibrator calibrator, ScoreMatrix scores, int threads = 1, CancellationToken cancel = default) =>
        Apply([calibrator], null, scores, threads, cancel);

    /// <summary>Scores of which each row is mapped by the calibrator of its fold.</summary>
    /// <param name="calibrators">One for each fold, all of one method.</param>
    /// <param name="foldOfRow">Fold of each row [N]; null: all rows take the first.</param>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">A calibrator is of another number of classes.</exception>
    public static CalibratedScores Apply(
        IReadOnlyList<Calibrator> calibrators, byte[]? foldOfRow, ScoreMatrix scores, int threads = 1, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(calibrators);
        ArgumentNullException.ThrowIfNull(scores);
        Check(calibrators, scores);
        var logits = scores.ToLogits();
        if (calibrators.All(calibrator => calibrator is TemperatureMap))
        {
            double[] temperatures = [.. calibrators.Select(calibrator => ((TemperatureMap)calibrator).Temperature)];
            return new(logits, foldOfRow is null ? RowScaling.ByTemperature(temperatures[0]) : RowScaling.ByGroup(temperatures, foldOfRow));
        }

        return new(Map(calibrators, foldOfRow, logits, threads, cancel), RowScaling.None);
    }

    /// <summary>The mapped scores themselves, of whatever method.</summary>
    /// <param name="calibrator">The map.</param>
    /// <param name="scores">Scores [N,K]; probabilities are mapped through their logarithms.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">The calibrator is of another number of classes.</exception>
    public static ScoreMatrix<double> Map(Calibrator calibrator, ScoreMatrix scores, int threads = 1, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        Check([calibrator], scores);
        return Map([calibrator], null, scores.ToLogits(), threads, cancel);
    }

    private static void Check(IReadOnlyList<Calibrator> calibrators, ScoreMatrix scores)
    {
        foreach (var calibrator in calibrators)
        {
            if (calibrator.ClassCount != scores.ClassCount)
            {
                throw new ArgumentException($"A calibrator of {calibrator.ClassCount} classes, for {scores.ClassCount}.", nameof(calibrators));
            }
        }
    }

    private static ScoreMatrix<double> Map(
        IReadOnlyList<Calibrator> calibrators, byte[]? foldOfRow, ScoreMatrix logits, int threads, CancellationToken cancel)
    {
        int classCount = logits.ClassCount;
        int blockRows = Math.Max(1, Math.Min(logits.RowCount, (1 << 27) / classCount));
        var blocks = new double[(logits.RowCount + blockRows - 1) / blockRows][];
        for (int block = 0; block < blocks.Length; block++)
        {
            blocks[block] = new double[Math.Min(blockRows, logits.RowCount - (block * blockRows)) * classCount];
        }

        int chunks = (logits.RowCount + RowsAtATime - 1) / RowsAtATime;
        Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, chunk =>
        {
            var row = new double[classCount];
            for (int i = chunk * RowsAtATime; i < Math.Min(logits.RowCount, (chunk + 1) * RowsAtATime); i++)
            {
                logits.CopyRow(i, row);
                var target = blocks[i / blockRows].AsSpan(i % blockRows * classCount, classCount);
                calibrators[foldOfRow is null ? 0 : foldOfRow[i]].Transform(row, target);
            }
        });
        return new(calibrators[0].Output, [.. blocks.Select(block => (ReadOnlyMemory<double>)block)], logits.RowCount, classCount, blockRows);
    }
}
