using System.Runtime.ExceptionServices;

namespace LsCalib.Core.Statistics;

/// <summary>Cuts rows into a fixed number of runs and computes them on several threads, results in row order.</summary>
internal static class RowRuns
{
    public static T[] Compute<T>(int rowCount, int runCount, int threads, Func<int, int, T> compute, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var results = new T[runCount];
        var errors = new ExceptionDispatchInfo?[runCount];
        int next = -1;
        void Work()
        {
            for (int run = Interlocked.Increment(ref next); run < runCount; run = Interlocked.Increment(ref next))
            {
                try
                {
                    cancel.ThrowIfCancellationRequested();
                    results[run] = compute(Start(run), Start(run + 1));
                }
#pragma warning disable CA1031 // Carried to the calling thread below.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    errors[run] = ExceptionDispatchInfo.Capture(exception);
                }
            }
        }

        int Start(int run) => (int)((long)rowCount * run / runCount);

        var helpers = new Thread[Math.Min(threads, runCount) - 1];
        for (int i = 0; i < helpers.Length; i++)
        {
            helpers[i] = new Thread(Work) { IsBackground = true };
            helpers[i].Start();
        }

        Work();
        foreach (var helper in helpers)
        {
            helper.Join();
        }

        // The first run that failed, so that the row an error names does not depend on the threads either.
        foreach (var error in errors)
        {
            error?.Throw();
        }

        return results;
    }
}
