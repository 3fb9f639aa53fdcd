namespace LsCalib.Cli.Terminal;

/// <summary>Running text, broken at spaces.</summary>
internal static class Paragraphs
{
    /// <param name="output">Where it goes.</param>
    /// <param name="text">Words with single spaces between them.</param>
    /// <param name="width">Columns.</param>
    /// <param name="indent">Spaces before each line.</param>
    public static void Write(TextWriter output, string text, int width, int indent = 4)
    {
        string margin = new(' ', indent - 1);
        string line = margin;
        foreach (string word in text.Split(' '))
        {
            if (line.Length + 1 + word.Length > width && line.Length >= indent)
            {
                output.Write(line + "\n");
                line = margin;
            }

            line += " " + word;
        }

        output.Write(line + "\n");
    }
}
