using System.Text.Json;

namespace LsCalib.Tests.Support;

/// <summary>Evaluations from the command line, as the documents that they print.</summary>
internal static class PredictionRuns
{
    private static readonly JsonSchema Schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "run.schema.json"))).RootElement);

    /// <summary>The document of an evaluation that succeeds; it fits the schema.</summary>
    public static JsonElement Evaluate(params string[] arguments)
    {
        var run = Run([.. arguments, "--no-output"]).Json;
        Assert.Empty(Schema.Validate(run));
        return run;
    }

    /// <summary>An evaluation that succeeds.</summary>
    public static CommandResult Run(params string[] arguments)
    {
        var result = CommandLine.Run(["evaluate", .. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    /// <summary>Checks that predictions are refused as bad input, with a message.</summary>
    public static void Refused(string message, string path, params string[] extra)
    {
        var result = CommandLine.Run(["evaluate", "--predictions", path, "--no-output", .. extra]);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
    }
}
