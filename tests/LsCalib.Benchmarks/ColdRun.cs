using System.Diagnostics;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;

namespace LsCalib.Benchmarks;

/// <summary>First calls in this process, on one thread, then the same again.</summary>
internal static class ColdRun
{
    public static void Run(string file)
    {
        using var predictions = PredictionFile.Read(file, null, new CsvOptions(), null);

        // The pages are read once before, so that the disk is not what is timed.
        var row = new double[predictions.Scores.ClassCount];
        for (int i = 0; i < predictions.Scores.RowCount; i++)
        {
            predictions.Scores.CopyRow(i, row);
        }

        for (int i = 0; i < 4; i++)
        {
            Time("statistics", () => StatisticsPass.Run(predictions.Scores, predictions.Labels, RowScaling.None, 15));
            Time("temperature", () => TemperatureScaling.Fit(predictions.Scores, predictions.Labels));
            Time("cross-fit", () => TemperatureScaling.CrossFit(predictions.Scores, predictions.Labels, 0));
        }
    }

    private static void Time<T>(string what, Func<T> work)
    {
        var watch = Stopwatch.StartNew();
        work();
        Console.WriteLine(FormattableString.Invariant($"{what,-12} {watch.Elapsed.TotalMilliseconds,8:0.0} ms"));
    }
}
