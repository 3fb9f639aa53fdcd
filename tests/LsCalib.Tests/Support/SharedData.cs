namespace LsCalib.Tests.Support;

/// <summary>Other people's predictions and data, beside the repository on some machines and never part of it.</summary>
internal static class SharedData
{
    public static string? Folder { get; } = Find();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Folder!, .. parts]);

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = System.IO.Path.Combine(folder.FullName, "shared", "golden");
            if (File.Exists(System.IO.Path.Combine(candidate, "expected.json")))
            {
                return System.IO.Path.GetDirectoryName(candidate);
            }
        }

        return null;
    }
}

/// <summary>A check on shared data: skipped, saying so, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute()
    {
        if (SharedData.Folder is null)
        {
            Skip = "the folder shared/golden with other libraries' values is not there";
        }
    }
}
