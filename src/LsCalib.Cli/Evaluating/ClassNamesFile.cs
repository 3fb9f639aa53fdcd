using LsCalib.Data;

namespace LsCalib.Cli.Evaluating;

/// <summary>Class names in a text file, one a line.</summary>
internal static class ClassNamesFile
{
    public static IReadOnlyList<string> Read(string path)
    {
        try
        {
            var names = File.ReadAllLines(path).Select(line => line.Trim()).ToList();
            while (names.Count > 0 && names[^1].Length == 0)
            {
                names.RemoveAt(names.Count - 1);
            }

            int empty = names.IndexOf("");
            return names.Count == 0 ? throw new DataException($"{path}: holds no class names; write one a line.")
                : empty >= 0 ? throw new DataException($"{path}, line {empty + 1}: an empty class name.")
                : names;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotRead(path, exception);
        }
    }
}
