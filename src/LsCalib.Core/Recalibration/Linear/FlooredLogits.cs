using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>Logarithms of probabilities as linear maps take them: none below <see cref="Calibrator.LogFloor"/>.</summary>
internal static class FlooredLogits
{
    private const int MostBlockValues = 1 << 27;

    /// <summary>A copy of the logits in which no probability is 0.</summary>
    /// <param name="logits">Logarithms of probabilities [N,K].</param>
    public static ScoreMatrix Of(ScoreMatrix logits)
    {
        int blockRows = Math.Max(1, Math.Min(logits.RowCount, MostBlockValues / logits.ClassCount));
        var blocks = new List<ReadOnlyMemory<double>>();
        for (int start = 0; start < logits.RowCount; start += blockRows)
        {
            var block = new double[Math.Min(blockRows, logits.RowCount - start) * logits.ClassCount];
            for (int i = 0; i < block.Length / logits.ClassCount; i++)
            {
                logits.CopyRow(start + i, block.AsSpan(i * logits.ClassCount, logits.ClassCount));
            }

            LinearMap.Floor(block);
            blocks.Add(block);
        }

        return new ScoreMatrix<double>(ScoreKind.Logits, blocks, logits.RowCount, logits.ClassCount, blockRows);
    }
}
