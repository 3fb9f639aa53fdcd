using System.Text;

namespace LsCalib.Cli.Terminal;

/// <summary>A row of bars, one for each value, in eight heights.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Plain = "_.-=+*#@";

    /// <param name="values">Each 0 to 1; NaN: an empty bin.</param>
    /// <param name="repeat">Characters for each value.</param>
    /// <param name="unicode">Block characters, or letters that every terminal has.</param>
    public static string Draw(IEnumerable<double> values, int repeat, bool unicode)
    {
        var text = new StringBuilder();
        foreach (double value in values)
        {
            char mark = double.IsNaN(value) ? (unicode ? '·' : ' ')
                : (unicode ? Blocks : Plain)[Math.Clamp((int)(value * Blocks.Length), 0, Blocks.Length - 1)];
            text.Append(mark, repeat);
        }

        return text.ToString();
    }
}
