using System.Diagnostics;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;

namespace LsCalib.Benchmarks;

/// <summary>Fits calibrators on one thread, each for the first time in this process and then once more.</summary>
internal static class CalibratorRun
{
    /// <param name="file">Predictions.</param>
    /// <param name="rowCount">Rows to fit on, from the first; the rest is left out.</param>
    /// <param name="keys">Methods, or none: all.</param>
    public static void Run(string file, int rowCount, string[] keys)
    {
        using var predictions = PredictionFile.Read(file, null, new CsvOptions(), null);
        int n = Math.Min(rowCount, predictions.Scores.RowCount);
        var scores = ScoreRows.Take(predictions.Scores, [.. Enumerable.Range(0, n)]);
        int[] labels = predictions.Labels[..n];
        Console.WriteLine(FormattableString.Invariant($"n = {n}, K = {scores.ClassCount}, NLL {Nll(new(scores, RowScaling.None), labels):0.000000}"));
        foreach (string key in keys.Length > 0 ? keys : [.. CalibrationMethods.All.Select(method => method.Key)])
        {
            var method = CalibrationMethods.Find(key)!;
            var (cold, _) = Time(() => CalibrationMethods.Fit(method, scores, labels, new()));
            var (warm, fit) = Time(() => CalibrationMethods.Fit(method, scores, labels, new()));
            var (apply, mapped) = Time(() => fit.Calibrator is null ? null : CalibratedScores.Apply(fit.Calibrator, scores));
            Console.WriteLine(FormattableString.Invariant(
                $"{key,-16} {cold,9:0.0} ms cold {warm,9:0.0} ms warm {apply,8:0.0} ms to apply   NLL {(mapped is null ? double.NaN : Nll(mapped, labels)):0.000000}   {fit.Reason}{fit.Note}"));
        }

        var options = new TemperatureOptions { ResampleCount = 200 };
        var (first, _) = Time(() => TemperatureScaling.Fit(scores, labels, options));
        var (again, _) = Time(() => TemperatureScaling.Fit(scores, labels, options));
        Console.WriteLine(FormattableString.Invariant($"{"T, 200 refits",-16} {first,9:0.0} ms cold {again,9:0.0} ms warm"));
    }

    private static double Nll(CalibratedScores scores, int[] labels) => Intervals.Mean(StatisticsPass.Run(scores.Scores, labels, scores.Scaling, 1).Nll);

    private static (double Milliseconds, T Result) Time<T>(Func<T> work)
    {
        var watch = Stopwatch.StartNew();
        var result = work();
        return (watch.Elapsed.TotalMilliseconds, result);
    }
}
