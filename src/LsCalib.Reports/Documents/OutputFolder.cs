namespace LsCalib.Reports.Documents;

/// <summary>An output folder that cannot be written: why, and what to do.</summary>
public sealed class OutputException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A folder of results that appears whole or not at all: files are written to a folder beside it, which takes its name
/// at the end. What stood there stays untouched until then.
/// </summary>
public sealed class OutputFolder : IDisposable
{
    private readonly string _target;
    private readonly string _temporary;
    private readonly string _manifest;
    private readonly List<string> _createdParents = [];
    private bool _done;

    /// <summary>Prepares to write, before any long work.</summary>
    /// <param name="target">The folder, as the user typed it.</param>
    /// <param name="force">Replace a folder that is not ours.</param>
    /// <param name="manifest">The document that marks a folder as one of this kind.</param>
    /// <exception cref="OutputException">It holds something else, or cannot be written.</exception>
    public OutputFolder(string target, bool force, string manifest = Manifest.Run)
    {
        Target = target;
        _manifest = manifest;
        _target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target));
        _temporary = $"{_target}.partial-{Environment.ProcessId}";
        string here = Directory.GetCurrentDirectory() + Path.DirectorySeparatorChar;
        if (here.StartsWith(_target + Path.DirectorySeparatorChar, StringComparison.Ordinal) || Path.GetPathRoot(_target) == _target)
        {
            throw new OutputException($"{target}: is the folder you work in, or one above it, and would be replaced whole. Choose another with --output.");
        }

        if (File.Exists(_target))
        {
            throw new OutputException($"{target}: is a file, so no folder of that name can be written. Choose another with --output.");
        }

        if (Directory.Exists(_target) && !force && !IsOurs(_target))
        {
            throw new OutputException($"{target}: the folder is there and holds no {(manifest == Manifest.Run ? "run of ls-calib" : manifest == Manifest.Plot ? "figures of ls-calib plot" : "comparison of ls-calib")}. Choose another with --output, or replace it with --force.");
        }

        for (string? parent = Path.GetDirectoryName(_target); parent is not null && !Directory.Exists(parent); parent = Path.GetDirectoryName(parent))
        {
            _createdParents.Add(parent);
        }

        Guard(() =>
        {
            Directory.CreateDirectory(_temporary);

            // A folder can be made where no file can: try one before the work, not after it.
            string probe = Path.Combine(_temporary, "probe");
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
        });
    }

    /// <summary>The folder as the user typed it.</summary>
    public string Target { get; }

    public void Write(string name, byte[] content) => Guard(() => File.WriteAllBytes(Path.Combine(_temporary, name), content));

    public void Write(string name, Action<Stream> write) => Guard(() =>
    {
        using var stream = new FileStream(Path.Combine(_temporary, name), FileMode.Create, FileAccess.ReadWrite);
        write(stream);
    });

    /// <summary>Where a file stands while it is being written.</summary>
    internal string PathOf(string name) => Path.Combine(_temporary, name);

    /// <summary>Puts the finished folder in its place.</summary>
    public void Commit() => Guard(() =>
    {
        string old = $"{_target}.old-{Environment.ProcessId}";
        bool replaces = Directory.Exists(_target);
        if (replaces)
        {
            Directory.Move(_target, old);
        }

        try
        {
            Directory.Move(_temporary, _target);
        }
        catch when (replaces)
        {
            Directory.Move(old, _target);
            throw;
        }

        _done = true;
        if (replaces)
        {
            Directory.Delete(old, recursive: true);
        }
    });

    public void Dispose()
    {
        if (!_done && Directory.Exists(_temporary))
        {
            try
            {
                Directory.Delete(_temporary, recursive: true);

                // A folder above that was made for this run goes too, unless someone uses it by now.
                foreach (string parent in _createdParents.Where(folder => !Directory.EnumerateFileSystemEntries(folder).Any()))
                {
                    Directory.Delete(parent);
                }
            }
            catch (IOException)
            {
                // Nothing more can be done; the message of what went wrong before matters more.
            }
        }
    }

    private bool IsOurs(string folder)
    {
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            return true;
        }

        using var document = Manifest.Read(folder, _manifest);
        return document is not null;
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{Target}: cannot be written ({OutputFile.Why(exception, _temporary)}). Nothing was left behind; choose another place with --output.", exception);
        }
    }
}
