using System.Text.Json;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Numerics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Recalibration;

/// <summary>Fits of calibrators on made-up rows.</summary>
internal static class Fits
{
    public static T Fit<T>(ScoreMatrix scores, int[] labels, CalibratorOptions? options = null)
        where T : Calibrator
    {
        var method = CalibrationMethods.All.Single(method => method.Fit.Method.DeclaringType == typeof(T));
        var fit = CalibrationMethods.Fit(method, scores, labels, options ?? new());
        Assert.Equal(FitStatus.Converged, fit.Status);
        Assert.Equal("", fit.Reason);
        return Assert.IsType<T>(fit.Calibrator);
    }

    /// <summary>Every number of a calibrator, exactly.</summary>
    public static string Text(Calibrator calibrator) => JsonSerializer.Serialize(calibrator, calibrator.GetType());

    /// <summary>Over-confident rows, rounded so that many are tied.</summary>
    public static (ScoreMatrix<float> Scores, int[] Labels) Sample(int rows, int classes, long seed, double temperature = 1.7, bool tied = false)
    {
        var (logits, labels) = Samples.Calibrated(rows, classes, temperature, 1.5, seed);
        return (Samples.Logits(tied ? Array.ConvertAll(logits, z => MathF.Round(z * 2) / 2) : logits, classes), labels);
    }

    /// <summary>The probabilities of one class, by the softmax that maps use.</summary>
    public static double[] Column(ScoreMatrix logits, int k)
    {
        var row = new double[logits.ClassCount];
        var column = new double[logits.RowCount];
        for (int i = 0; i < column.Length; i++)
        {
            logits.CopyRow(i, row);
            Softmax.InPlace(row);
            column[i] = row[k];
        }

        return column;
    }

    /// <summary>The map's probabilities of one row.</summary>
    public static double[] Map(Calibrator calibrator, params double[] logits)
    {
        var mapped = (double[])logits.Clone();
        calibrator.Transform(mapped, mapped);
        if (calibrator.Output == ScoreKind.Logits)
        {
            Softmax.InPlace(mapped);
        }

        return mapped;
    }

    /// <summary>Rows and labels in another order.</summary>
    public static (ScoreMatrix<float> Scores, int[] Labels) Shuffled(ScoreMatrix<float> scores, int[] labels)
    {
        int[] rows = [.. Enumerable.Range(0, labels.Length)];
        new SeededRandom(5).Shuffle(rows.AsSpan());
        float[] values = [.. rows.SelectMany(row => scores.Rows(row, 1).ToArray())];
        return (Samples.Logits(values, scores.ClassCount), Array.ConvertAll(rows, row => labels[row]));
    }

    /// <summary>Mean NLL, in nats, of the map on rows.</summary>
    public static double Nll(Calibrator calibrator, ScoreMatrix scores, int[] labels)
    {
        var logits = scores.ToLogits();
        var row = new double[logits.ClassCount];
        double sum = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            logits.CopyRow(i, row);
            sum -= Math.Log(Map(calibrator, row)[labels[i]]);
        }

        return sum / labels.Length;
    }
}
