namespace LsCalib.Onnx.Running;

/// <summary>Makes one sentence of the runtime's messages.</summary>
internal static class RuntimeErrors
{
    public static string FirstSentence(string message)
    {
        string line = message.Split('\n', 2)[0].Trim();

        // "[ErrorCode:Fail] /src/file.cc:123 function(…) what happened"
        int bracket = line.StartsWith('[') ? line.IndexOf(']', StringComparison.Ordinal) + 1 : 0;
        line = line[bracket..].Trim();
        return line.Length > 300 ? line[..300] + "…" : line.TrimEnd('.');
    }
}
