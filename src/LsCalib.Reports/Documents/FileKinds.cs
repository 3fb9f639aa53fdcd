using System.Formats.Tar;

namespace LsCalib.Reports.Documents;

/// <summary>Tells files, whose content can be replaced, from pipes, sockets and devices, without opening these: that may wait for ever.</summary>
public static class FileKinds
{
    /// <summary>Folders of a system whose entries are streams and devices.</summary>
    private static readonly string[] Special = ["/dev/", "/proc/", "/sys/"];

    /// <summary>Files are files there: it is memory.</summary>
    private const string Memory = "/dev/shm/";

    /// <summary>Whether a path is, or leads to, something that is no file: a pipe, a socket, a device or a stream. What is not there is nothing of these.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static bool IsOther(string path)
    {
        string full = Path.GetFullPath(path);
        if (OperatingSystem.IsWindows() || !File.Exists(full))
        {
            return IsSpecial(full);
        }

        var file = new FileInfo(full);
        file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;

        // A link such as /dev/stdout is a stream, wherever it ends; and what has a length is a file.
        return IsSpecial(full) || IsSpecial(file.FullName) || (file.Length == 0 && TypeOf(file.FullName) is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile));
    }

    private static bool IsSpecial(string full) => !OperatingSystem.IsWindows()
        && Special.Any(folder => full.StartsWith(folder, StringComparison.Ordinal)) && !full.StartsWith(Memory, StringComparison.Ordinal);

    /// <summary>The runtime shows the type of a file only as an archive would hold it; of an empty file that is a header alone.</summary>
    private static TarEntryType? TypeOf(string full)
    {
        using var archive = new MemoryStream();
        try
        {
            using var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
            writer.WriteEntry(full, "file");
        }
        catch (IOException)
        {
            // A socket, which no archive holds.
            return null;
        }

        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()?.EntryType;
    }
}
