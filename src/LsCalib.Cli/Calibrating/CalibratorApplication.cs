using LsCalib.Cli.Evaluating;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Data;
using LsCalib.Data.Numpy;
using LsCalib.Data.Rows;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Calibrating;

/// <summary>calibrate --apply: maps a file of predictions by a saved calibrator.</summary>
internal static class CalibratorApplication
{
    /// <param name="calibratorPath">The calibrator.</param>
    /// <param name="source">The predictions.</param>
    /// <param name="target">The .npz file to write.</param>
    /// <param name="kind">What to write, or null: what the calibrator gives.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>What was done, in a sentence.</returns>
    public static string Run(string calibratorPath, EvaluateRequest source, OutputFile target, ScoreKind? kind, CancellationToken cancel)
    {
        var calibrator = CalibratorJson.Read(calibratorPath);
        using var data = PredictionScores.Load(source, source.Predictions!, source.Csv, cancel);
        var rows = data.Scored ?? throw new DataException($"{source.Predictions}: holds confidence and correct only, and a calibrator maps scores of all classes. Give logits or probabilities.");
        if (rows.Scores.ClassCount != calibrator.ClassCount)
        {
            throw new DataException(FormattableString.Invariant($"{source.Predictions}: {rows.Scores.ClassCount} classes, but {calibratorPath} maps {calibrator.ClassCount}."));
        }

        if (CalibratorChecks.Mismatch(calibrator, rows.Scores.Kind) is { } mismatch)
        {
            throw new DataException($"{source.Predictions}: {mismatch}.");
        }

        Evaluator.Located(data, () => Core.Statistics.StatisticsPass.Run(rows.Scores, rows.Labels, RowScaling.None, 1, source.Threads, cancel));
        var mapped = InKind(CalibratedScores.Map(calibrator, rows.Scores, source.Threads, cancel), kind ?? calibrator.Output);
        target.Commit(stream =>
        {
            using var npz = new NpzWriter(stream);
            npz.Add("labels", Array.ConvertAll(rows.Labels, static label => (long)label));
            npz.Add(mapped.Kind == ScoreKind.Logits ? "logits" : "probabilities", [mapped.RowCount, mapped.ClassCount], mapped.Blocks);
            npz.Add(CalibrationOutputs.Mark, CalibrationOutputs.MarkValue);
            if (data.Groups is { } groups)
            {
                npz.Add(NpyGroups.DefaultName, groups.OfRow);
            }

            if (data.Attributes.GivenWeights is { } weights)
            {
                npz.Add(RowAttributes.DefaultWeights, weights);
            }
        });
        return FormattableString.Invariant($"{mapped.RowCount:N0} rows of {mapped.ClassCount} {(mapped.Kind == ScoreKind.Logits ? "logits" : "probabilities")} after {CalibrationMethods.Find(calibrator.Method)!.Title}");
    }

    /// <summary>The same scores as logits or as probabilities.</summary>
    private static ScoreMatrix<double> InKind(ScoreMatrix<double> scores, ScoreKind kind)
    {
        if (scores.Kind == kind)
        {
            return scores;
        }

        if (kind == ScoreKind.Logits)
        {
            return (ScoreMatrix<double>)scores.ToLogits();
        }

        var blocks = new List<ReadOnlyMemory<double>>();
        foreach (var block in scores.Blocks)
        {
            double[] probabilities = block.ToArray();
            for (int start = 0; start < probabilities.Length; start += scores.ClassCount)
            {
                Core.Numerics.Softmax.InPlace(probabilities.AsSpan(start, scores.ClassCount));
            }

            blocks.Add(probabilities);
        }

        return new(ScoreKind.Probabilities, blocks, scores.RowCount, scores.ClassCount, scores.BlockRowCount);
    }
}
