using System.Text.RegularExpressions;

namespace LsCalib.Onnx.Running;

/// <summary>Makes one sentence of the runtime's messages.</summary>
internal static partial class RuntimeErrors
{
    public static string FirstSentence(string message)
    {
        string line = string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

        // "[ErrorCode:Fail] /src/file.cc:123 function(…) what happened"
        int bracket = line.StartsWith('[') ? line.IndexOf(']', StringComparison.Ordinal) + 1 : 0;
        line = SourceLine().Replace(line[bracket..], "").Trim();
        line = WithoutSignature(line);
        return line.Length > 400 ? line[..400] + "…" : line.TrimEnd('.');
    }

    /// <summary>Drops "void onnxruntime::f(const T&amp;, int) " from the start: a name with :: and its parentheses.</summary>
    private static string WithoutSignature(string line)
    {
        int open = line.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !line[..open].Contains("::", StringComparison.Ordinal))
        {
            return line;
        }

        int depth = 0;
        for (int i = open; i < line.Length; i++)
        {
            depth += line[i] == '(' ? 1 : line[i] == ')' ? -1 : 0;
            if (depth == 0)
            {
                return i + 1 < line.Length ? line[(i + 1)..].Trim() : line;
            }
        }

        return line;
    }

    [GeneratedRegex(@"\S+\.(h|cc|cpp):\d+ ")]
    private static partial Regex SourceLine();
}
