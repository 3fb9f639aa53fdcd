using System.Diagnostics;
using System.Runtime.InteropServices;
using LsCalib.Core.Binless;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
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
            var statistics = Time("statistics", () => StatisticsPass.Run(predictions.Scores, predictions.Labels, RowScaling.None, 15));
            Time("temperature", () => TemperatureScaling.Fit(predictions.Scores, predictions.Labels));
            var correct = new bool[statistics.RowCount];
            for (int r = 0; r < correct.Length; r++)
            {
                correct[r] = statistics.IsCorrect(r);
            }

            var order = Time("order", () => ConfidenceOrder.From(statistics.Confidence, correct));
            var edges = BinEdges.EqualWidth(15)[1..^1];
            var plan = Time("resample plan", () => ResamplePlan.From(order, edges, [statistics.Nll, statistics.Brier], null));
            Time("its counts", () => Counts(order.RowCount));
            Time("bootstrap", () => BootstrapPass.Run(plan, 1000, 0, 1, default));
            Time("SmoothECE", () => SmoothEce.Compute(order));
            Time("CORP", () => CorpDecomposition.Brier(order, IsotonicRegression.Fit(order)));
            Time("metrics", () => new MetricSet().Compute(predictions.Scores, RowScaling.None, statistics));
            Time("metrics + 1000", () => new MetricSet { ResampleCount = 1000 }.Compute(predictions.Scores, RowScaling.None, statistics));
            Time("cross-fit", () => TemperatureScaling.CrossFit(predictions.Scores, predictions.Labels, 0));
        }
    }

    /// <summary>Draws 1,000 resamples and does nothing with them.</summary>
    private static unsafe int Counts(int rows)
    {
        var counts = (byte*)NativeMemory.AlignedAlloc((nuint)(rows * ResampleCounts.Lanes), 64);
        for (int block = 0; block < 1000 / ResampleCounts.Lanes; block++)
        {
            ResampleCounts.Draw(counts, rows, 0, block);
        }

        NativeMemory.AlignedFree(counts);
        return rows;
    }

    private static T Time<T>(string what, Func<T> work)
    {
        var watch = Stopwatch.StartNew();
        var result = work();
        Console.WriteLine(FormattableString.Invariant($"{what,-14} {watch.Elapsed.TotalMilliseconds,8:0.0} ms"));
        return result;
    }
}
