using System.Text;

namespace LsCalib.Reports.Gates;

/// <summary>Which files that are there already were written by a gate, so that they may be replaced.</summary>
public static class GateFiles
{
    private const int HeadLength = 400;

    /// <summary>Whether a file begins as JUnit XML, Markdown or OpenMetrics text of ours does, or is empty.</summary>
    public static bool IsOurs(string path)
    {
        using var stream = File.OpenRead(path);
        var head = new byte[HeadLength];
        int length = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
        string text = Encoding.UTF8.GetString(head, 0, length);
        return length == 0 || text.Contains("<testsuites name=\"ls-calib gate\"", StringComparison.Ordinal)
            || text.StartsWith(GateMarkdown.Heading, StringComparison.Ordinal)
            || text.StartsWith($"# TYPE {GateOpenMetrics.Prefix}", StringComparison.Ordinal);
    }
}
