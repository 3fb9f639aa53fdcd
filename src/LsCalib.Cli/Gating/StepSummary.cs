using LsCalib.Reports.Documents;
using LsCalib.Reports.Gates;

namespace LsCalib.Cli.Gating;

/// <summary>The summary of a step on GitHub: a file that the commands of a step append to. Whatever becomes of it, the gate has decided.</summary>
internal static class StepSummary
{
    /// <summary>The variable that names the file.</summary>
    public const string Variable = "GITHUB_STEP_SUMMARY";

    /// <summary>Appends a report, shortened to the room that is left.</summary>
    /// <param name="path">The file.</param>
    /// <param name="report">The gate.</param>
    /// <returns>Why nothing was written, without full stop; null where it was.</returns>
    public static string? Append(string path, GateReport report)
    {
        try
        {
            if (FileKinds.IsOther(path) && !path.StartsWith("/dev/", StringComparison.Ordinal))
            {
                return $"{Variable} ({path}) is a pipe or a device, or stands among those; the summary is left out";
            }

            using var stream = new FileStream(path, FileMode.Append);
            long before = stream.CanSeek ? stream.Length : 0;
            if ((GateMarkdown.Within(report, GateMarkdown.MostBytes - before) ?? GateMarkdown.Within(report, GateMarkdown.DroppedBytes - 1 - before)) is not { } text)
            {
                return FormattableString.Invariant($"{Variable} ({path}) holds {before:N0} bytes already, and GitHub drops a summary above 1 MiB whole; nothing is added to it");
            }

            stream.Write(text);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return $"{Variable} ({path}) cannot be written ({OutputFile.Why(exception, path)}); the summary is left out";
        }
    }
}
