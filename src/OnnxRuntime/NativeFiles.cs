using System.Runtime.InteropServices;

namespace LsCalib.Native;

/// <summary>
/// Where native.targets puts native libraries: runtimes/&lt;platform&gt;/native beside the program, or its own folder.
/// Compiled into each project that looks for one.
/// </summary>
internal static class NativeFiles
{
    /// <summary>The folders that exist, in the order they are searched.</summary>
    public static IReadOnlyList<string> Folders { get; } =
        [.. new[] { Path.Combine(AppContext.BaseDirectory, "runtimes", Platform, "native"), AppContext.BaseDirectory }.Where(Directory.Exists)];

    /// <summary>Path of a file of that name, or null.</summary>
    public static string? Find(string name) => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>linux-x64, win-x64, osx-arm64, …</summary>
    private static string Platform
    {
        get
        {
            string system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
            string processor = RuntimeInformation.ProcessArchitecture switch
            {
                Architecture.X64 => "x64",
                Architecture.Arm64 => "arm64",
                _ => "other",
            };
            return $"{system}-{processor}";
        }
    }
}
