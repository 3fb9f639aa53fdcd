using System.Diagnostics;
using System.Globalization;

namespace LsCalib.Cli.Evaluating;

/// <summary>Tells how a run gets on: timings with --verbose, a counter on a terminal.</summary>
internal sealed class Stage(TextWriter error, bool verbose, bool showProgress)
{
    private readonly Stopwatch _sinceProgress = Stopwatch.StartNew();
    private bool _counting;

    /// <summary>Shows the rows done, from the first second on and twice a second at most; null where it is not wanted.</summary>
    public Action<long>? Progress => !showProgress ? null : rows =>
    {
        if (_sinceProgress.ElapsedMilliseconds >= (_counting ? 500 : 1000))
        {
            _counting = true;
            _sinceProgress.Restart();
            error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{rows:N0} rows "));
        }
    };

    public T Time<T>(string what, Func<T> work)
    {
        var watch = Stopwatch.StartNew();
        var result = work();
        if (_counting)
        {
            _counting = false;
            error.Write("\r                    \r");
        }

        if (verbose)
        {
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {watch.Elapsed.TotalMilliseconds:N1} ms"));
        }

        return result;
    }
}
