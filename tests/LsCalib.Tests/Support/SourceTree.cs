namespace LsCalib.Tests.Support;

/// <summary>The project's own sources, where the tests run inside a checkout.</summary>
internal static class SourceTree
{
    public static string? Root { get; } = Find();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ls-calib.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
