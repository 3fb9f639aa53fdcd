using System.Globalization;

namespace LsCalib.Onnx.Calibrating;

/// <summary>
/// Files that appear together or not at all: each is written under a temporary name in its own folder, and renamed when all
/// are whole. What was begun is removed when it is disposed before that.
/// </summary>
internal sealed class FilesInPlace : IDisposable
{
    private readonly List<(string Temporary, string Target, bool Overwrites)> _files = [];
    private readonly List<string> _folders = [];
    private readonly List<string> _placed = [];

    /// <summary>Opens a file to write.</summary>
    /// <param name="target">Where it will be.</param>
    /// <param name="overwrites">Whether it may replace a file.</param>
    public FileStream Create(string target, bool overwrites)
    {
        MakeFolders(Path.GetDirectoryName(target)!);
        string temporary = string.Create(CultureInfo.InvariantCulture, $"{target}.partial-{Environment.ProcessId}");
        _files.Add((temporary, target, overwrites));
        return new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
    }

    /// <summary>Puts all files in their places, the one created first last: what it refers to is there before it.</summary>
    public void Commit()
    {
        for (int i = _files.Count - 1; i >= 0; i--)
        {
            var (temporary, target, overwrites) = _files[i];
            File.Move(temporary, target, overwrites);
            _placed.Add(target);
        }

        _files.Clear();
        _folders.Clear();
        _placed.Clear();
    }

    public void Dispose()
    {
        foreach (string path in _files.Select(file => file.Temporary).Concat(_placed))
        {
            Quietly(() => File.Delete(path));
        }

        foreach (string folder in Enumerable.Reverse(_folders))
        {
            Quietly(() => Directory.Delete(folder));
        }
    }

    private void MakeFolders(string folder)
    {
        var missing = new Stack<string>();
        for (string? path = folder; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
        {
            missing.Push(path);
        }

        foreach (string path in missing)
        {
            Directory.CreateDirectory(path);
            _folders.Add(path);
        }
    }

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What went wrong before is what the user needs to hear.
        }
    }
}
