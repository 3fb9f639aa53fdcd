using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Data.Numpy;
using LsCalib.Data.Rows;

namespace LsCalib.Reports.Documents;

/// <summary>
/// predictions.npz: labels, predicted, confidence and nll by row, and the scores themselves where they are not too many; or
/// confidence and correct, where no more is known; and groups and weights, where there are any. calibration.npz: labels and
/// scores of the rows fitted on, and their groups and weights.
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

        Attributes(report.Groups, report.GivenWeights, npz);
    }

    /// <summary>Writes the rows that calibrators were fitted on.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="target">Receives the file.</param>
    public static void Write(FittedRows rows, Stream target)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var npz = new NpzWriter(target);
        npz.Add("labels", Array.ConvertAll(rows.Labels, static label => (long)label));
        Scores(rows.Scores, npz);
        Attributes(rows.Groups, rows.GivenWeights, npz);
    }

    /// <summary>Whether scores are saved.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="saveScores">Save them however many there are.</param>
    public static bool Saves(ScoreMatrix scores, bool saveScores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return saveScores || (long)scores.RowCount * scores.ClassCount <= MostScores;
    }

    private static void Attributes(RowGroups? groups, double[]? weights, NpzWriter npz)
    {
        if (groups is not null)
        {
            npz.Add(NpyGroups.DefaultName, groups.OfRow);
        }

        if (weights is not null)
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
        if (Saves(scored.Scores, saveScores))
        {
            Scores(scored.Scores, npz);
        }
    }

    private static void Scores(ScoreMatrix scores, NpzWriter npz)
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
