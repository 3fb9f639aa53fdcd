using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Data.Numpy;
using LsCalib.Data.Rows;

namespace LsCalib.Reports.Documents;

/// <summary>
/// predictions.npz: labels, predicted, confidence and nll by row, and the scores themselves where they are not too many; or
/// confidence and correct, where no more is known; and groups and weights, where there are any.
/// </summary>
public static class PredictionsNpz
{
    /// <summary>Most scores that are saved without being asked for.</summary>
    public const long MostScores = 20_000_000;

    /// <param name="report">The run.</param>
    /// <param name="target">Receives the file.</param>
    /// <param name="saveScores">Save the scores however many there are.</param>
    public static void Write(RunReport report, Stream target, bool saveScores)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var npz = new NpzWriter(target);
        if (report.Scored is not { } scored)
        {
            TopLabel(report.TopLabel!, npz);
        }
        else
        {
            Scored(scored, npz, saveScores);
        }

        if (report.Groups is { } groups)
        {
            npz.Add(NpyGroups.DefaultName, groups.OfRow);
        }

        if (report.GivenWeights is { } weights)
        {
            npz.Add(RowAttributes.DefaultWeights, weights);
        }
    }

    private static void TopLabel(ConfidenceOrder order, NpzWriter npz)
    {
        var confidence = new double[order.RowCount];
        var correct = new int[order.RowCount];
        for (int place = 0; place < confidence.Length; place++)
        {
            confidence[order.Row[place]] = order.Confidence[place];
            correct[order.Row[place]] = order.Correct[place] ? 1 : 0;
        }

        npz.Add("confidence", confidence);
        npz.Add("correct", correct);
    }

    private static void Scored(ScoredRows scored, NpzWriter npz, bool saveScores)
    {
        var statistics = scored.Statistics;
        npz.Add("labels", Array.ConvertAll(statistics.Labels, static label => (long)label));
        npz.Add("predicted", Array.ConvertAll(statistics.Predicted, static label => (long)label));
        npz.Add("confidence", statistics.Confidence);
        npz.Add("nll", statistics.Nll);
        var scores = scored.Scores;
        if (saveScores || (long)scores.RowCount * scores.ClassCount <= MostScores)
        {
            string name = scores.Kind == ScoreKind.Logits ? "logits" : "probabilities";
            switch (scores)
            {
                case ScoreMatrix<float> floats:
                    npz.Add(name, [scores.RowCount, scores.ClassCount], floats.Blocks);
                    break;
                case ScoreMatrix<double> doubles:
                    npz.Add(name, [scores.RowCount, scores.ClassCount], doubles.Blocks);
                    break;
            }
        }
    }
}
