using System.Reflection;

namespace LsCalib.Cli;

/// <summary>Name and version of this program.</summary>
internal static class Tool
{
    public static string NameAndVersion { get; } =
        "ls-calib " + (typeof(Tool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0");
}
