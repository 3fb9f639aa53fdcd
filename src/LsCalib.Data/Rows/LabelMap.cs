using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace LsCalib.Data.Rows;

/// <summary>Class index of a label, written as an integer or as a class name.</summary>
/// <param name="classNames">Names in the order of the model's outputs, or null where labels are indices.</param>
/// <param name="classCount">K where it is known, else null.</param>
/// <param name="ignored">A label that stands for none and is no class, or null.</param>
public sealed class LabelMap(IReadOnlyList<string>? classNames, int? classCount, int? ignored = null)
{
    private readonly Dictionary<string, int> _indices = Index(classNames);

    /// <summary>Names in the order of the model's outputs, or null.</summary>
    public IReadOnlyList<string>? ClassNames { get; } = classNames;

    /// <summary>Reads a label.</summary>
    /// <param name="cell">The cell's bytes, UTF-8.</param>
    /// <param name="index">The class index.</param>
    /// <param name="problem">What is wrong with the label, and what to do; null when it is right.</param>
    public bool TryRead(ReadOnlySpan<byte> cell, out int index, out string? problem)
    {
        cell = Trim(cell);
        if (ClassNames is null)
        {
            if (Utf8Parser.TryParse(cell, out index, out int used) && used == cell.Length)
            {
                problem = Range(index);
                return problem is null;
            }

            return TryReadWhole(cell, out index, out problem);
        }

        string text = Encoding.UTF8.GetString(cell);
        if (ignored is { } none && text == none.ToString(CultureInfo.InvariantCulture))
        {
            index = none;
            problem = null;
            return true;
        }

        if (_indices.TryGetValue(text, out index))
        {
            problem = null;
            return true;
        }

        // Indices are welcome too, unless names are numbers themselves.
        if (!ClassNames.Any(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out index))
        {
            problem = Range(index);
            return problem is null;
        }

        string? nearest = Nearest(text);
        problem = $"label \"{text}\" is not one of the {ClassNames.Count} class names."
            + (nearest is null ? " Check --class-names." : $" Nearest: \"{nearest}\".");
        return false;
    }

    /// <summary>What is wrong with an index, or null.</summary>
    public string? Range(int index)
    {
        if (index == ignored)
        {
            return null;
        }

        if (index < 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"label {index} is negative; classes are numbered from 0. Drop such rows, leave them out with --ignore-index, or check --label-column.");
        }

        return index >= classCount
            ? string.Create(CultureInfo.InvariantCulture, $"label {index} is out of range: the model has {classCount} classes, 0 to {classCount - 1}. Check --label-column.")
            : null;
    }

    private bool TryReadWhole(ReadOnlySpan<byte> cell, out int index, out string? problem)
    {
        index = 0;
        string text = Encoding.UTF8.GetString(cell);
        if (text.Length == 0)
        {
            problem = "the label is empty.";
        }
        else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            // "3.0" is what a table of floats makes of 3.
            if (value == Math.Floor(value) && Math.Abs(value) < int.MaxValue)
            {
                index = (int)value;
                problem = Range(index);
                return problem is null;
            }

            problem = $"label \"{text}\" is not a whole number.";
        }
        else
        {
            problem = $"label \"{text}\" is a name, and the model names no classes. Give them with --class-names FILE, one a line, in the order of the model's outputs.";
        }

        return false;
    }

    private string? Nearest(string text)
    {
        string? best = null;
        int least = Math.Max(2, text.Length / 2);
        foreach (string name in ClassNames!)
        {
            int distance = EditDistance(text, name);
            if (distance <= least && (best is null || distance < least))
            {
                (best, least) = (name, distance);
            }
        }

        return best;
    }

    private static int EditDistance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }

    private static Dictionary<string, int> Index(IReadOnlyList<string>? names)
    {
        var indices = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < (names?.Count ?? 0); i++)
        {
            if (!indices.TryAdd(names![i], i))
            {
                throw new DataException($"class name \"{names[i]}\" stands twice in the list of class names.");
            }
        }

        return indices;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> cell) => cell.Trim(" \t"u8);
}
