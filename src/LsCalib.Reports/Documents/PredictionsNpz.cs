using LsCalib.Core.Scores;
using LsCalib.Data.Numpy;

namespace LsCalib.Reports.Documents;

/// <summary>predictions.npz: labels, predicted, confidence and nll by row, and the scores themselves where they are not too many.</summary>
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
        npz.Add("labels", Array.ConvertAll(report.Statistics.Labels, static label => (long)label));
        npz.Add("predicted", Array.ConvertAll(report.Statistics.Predicted, static label => (long)label));
        npz.Add("confidence", report.Statistics.Confidence);
        npz.Add("nll", report.Statistics.Nll);
        var scores = report.Scores;
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
