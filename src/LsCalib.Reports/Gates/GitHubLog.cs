namespace LsCalib.Reports.Gates;

/// <summary>
/// Text of a log on GitHub that holds no command: its runner takes a line that begins with two colons for one, whatever blanks stand
/// before them, and "##[" wherever it stands.
/// </summary>
public static class GitHubLog
{
    /// <summary>The text with a space within what would be a command.</summary>
    /// <param name="text">Lines.</param>
    public static string WithoutCommands(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            int start = lines[i].Length - lines[i].TrimStart().Length;
            string rest = lines[i][start..];
            lines[i] = lines[i][..start] + (rest.StartsWith("::", StringComparison.Ordinal) ? ": " + rest[1..] : rest).Replace("##[", "## [", StringComparison.Ordinal);
        }

        return string.Join('\n', lines);
    }

    /// <summary>A JSON document that says the same without what would be a command; its lines begin with no text of others.</summary>
    /// <param name="json">The document.</param>
    public static string WithoutCommandsInJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);

        // Within a document the sign stands in texts alone.
        return json.Replace("##[", "#\\u0023[", StringComparison.Ordinal);
    }
}
