namespace LsCalib.Data;

/// <summary>Messages for files that cannot be opened.</summary>
public static class FileErrors
{
    /// <summary>One sentence for the reason that a file could not be read.</summary>
    public static DataException CannotRead(string path, Exception exception) => new(
        exception switch
        {
            FileNotFoundException or DirectoryNotFoundException => $"{path}: no such file.",
            UnauthorizedAccessException when Directory.Exists(path) => $"{path}: is a folder; name a file.",
            NotSupportedException => $"{path}: is a pipe or device; save the data to a file, which is read more than once.",
            UnauthorizedAccessException => $"{path}: no permission to read the file.",
            _ => $"{path}: the file cannot be read ({exception.Message})",
        },
        exception);
}
