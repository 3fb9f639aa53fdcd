namespace LsCalib.Reports.Documents;

/// <summary>A single file that appears whole or not at all.</summary>
public sealed class OutputFile : IDisposable
{
    private readonly string _temporary;

    /// <summary>Prepares to write, before any long work.</summary>
    /// <param name="target">The file, as the user typed it.</param>
    /// <param name="isOurs">Whether an existing file may be replaced.</param>
    /// <param name="force">Replace any file.</param>
    /// <exception cref="OutputException">It is somebody else's file, or cannot be written.</exception>
    public OutputFile(string target, Func<string, bool> isOurs, bool force)
    {
        ArgumentNullException.ThrowIfNull(isOurs);
        Target = target;
        if (target == "-")
        {
            throw new OutputException("-: is no file; only what a command says goes to standard output. Name a file; one of this name is written ./-.");
        }

        string full = Path.GetFullPath(target);
        _temporary = $"{full}.partial-{Environment.ProcessId}";
        if (Directory.Exists(full))
        {
            throw new OutputException($"{target}: is a folder; name a file.");
        }

        bool isOther = false;
        Guard(() => isOther = FileKinds.IsOther(full));
        if (isOther)
        {
            throw new OutputException($"{target}: is a pipe or a device, or stands among those; the output is a file that is put in its place whole. Name one elsewhere.");
        }

        bool isForeign = false;
        Guard(() => isForeign = File.Exists(full) && !force && !isOurs(full));
        if (isForeign)
        {
            throw new OutputException($"{target}: the file is there and was not written by ls-calib. Choose another name, or replace it with --force.");
        }

        Guard(() => File.WriteAllBytes(_temporary, []));
    }

    /// <summary>The file as the user typed it.</summary>
    public string Target { get; }

    /// <summary>A file beside it, to be written before <see cref="Commit()"/>; gone afterwards.</summary>
    public string Temporary => _temporary;

    /// <summary>Writes <see cref="Temporary"/>.</summary>
    public void Prepare(byte[] content) => Guard(() => File.WriteAllBytes(_temporary, content));

    /// <summary>Puts what was written to <see cref="Temporary"/> in its place.</summary>
    public void Commit() => Guard(() => File.Move(_temporary, Path.GetFullPath(Target), overwrite: true));

    /// <summary>Writes the file and puts it in its place.</summary>
    public void Commit(byte[] content) => Commit(stream => stream.Write(content));

    /// <summary>Writes the file piece by piece and puts it in its place.</summary>
    /// <param name="write">Writes the content.</param>
    public void Commit(Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Guard(() =>
        {
            using (var stream = File.Create(_temporary))
            {
                write(stream);
            }

            File.Move(_temporary, Path.GetFullPath(Target), overwrite: true);
        });
    }

    public void Dispose() => File.Delete(_temporary);

    /// <summary>Why a file cannot be written, in words without full stop.</summary>
    /// <param name="exception">What happened.</param>
    /// <param name="path">The file that the exception may name.</param>
    public static string Why(Exception exception, string path)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => "there is no such folder",
            UnauthorizedAccessException => Directory.Exists(path) ? "it is a folder" : "no permission",
            PathTooLongException => "the name is too long",
            _ => exception.Message.Replace($" : '{path}'", "", StringComparison.Ordinal).Replace(path, "the file", StringComparison.Ordinal).TrimEnd('.'),
        };
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{Target}: cannot be written ({Why(exception, _temporary)}).", exception);
        }
    }
}
