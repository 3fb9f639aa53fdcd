using System.Reflection;

namespace LsCalib.Cli;

/// <summary>Name and version of this program.</summary>
internal static class Tool
{
    public static string Version { get; } =
        typeof(Tool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public static string NameAndVersion { get; } = "ls-calib " + Version;
}
