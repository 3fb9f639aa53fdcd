using System.CommandLine;

namespace LsCalib.Cli.Options;

/// <summary>Options that say where results go.</summary>
internal sealed class OutputOptions
{
    public Option<bool> Json { get; } = new("--json") { Description = "Print run.json on stdout instead of the summary." };

    public Option<string?> Output { get; } = new("--output", "-o") { Description = "Folder for the results [calibration/<name>/].", HelpName = "FOLDER" };

    public Option<bool> NoOutput { get; } = new("--no-output") { Description = "Write no folder." };

    public Option<bool> Force { get; } = new("--force") { Description = "Replace an output folder that is not ours." };

    public Option<bool> SaveLogits { get; } = new("--save-logits") { Description = "Save the scores however many there are [up to 20 million]." };

    public void AddTo(Command command)
    {
        command.Add(Output);
        command.Add(NoOutput);
        command.Add(Force);
        command.Add(Json);
        command.Add(SaveLogits);
    }

    /// <summary>Refuses a folder for results that holds what they are made of: it is replaced whole.</summary>
    /// <param name="target">The folder, or null: none is written.</param>
    /// <param name="inputs">The files read; null where there is none.</param>
    /// <exception cref="UsageException">A file lies in the folder.</exception>
    public static void RefuseInputsWithin(string? target, IEnumerable<string?> inputs)
    {
        string within = target is null ? "" : Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)) + Path.DirectorySeparatorChar;
        foreach (string? input in inputs)
        {
            if (input is not null && within.Length > 0 && Path.GetFullPath(input).StartsWith(within, StringComparison.Ordinal))
            {
                throw new UsageException($"{input}: lies in the output folder {target}, which is replaced whole. Choose another with --output.");
            }
        }
    }

    /// <summary>
    /// The arguments without those that only say where output goes, how it looks or what is drawn, or how many threads compute it: they
    /// change no number, so they must not change run.json.
    /// </summary>
    public static IReadOnlyList<string> WithoutOutput(IReadOnlyList<string> arguments)
    {
        string[] withValue = ["--output", "-o", "--color", "--threads", "--figures", "--junit", "--markdown", "--openmetrics", "--ci"];
        string[] flags = ["--json", "--no-output", "--force", "--quiet", "-q", "--verbose", "-v"];
        var kept = new List<string>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (withValue.Contains(argument))
            {
                i++;
            }
            else if (!flags.Contains(argument)
                && !withValue.Any(name => argument.StartsWith(name + "=", StringComparison.Ordinal) || argument.StartsWith(name + ":", StringComparison.Ordinal))
                && !(argument.StartsWith("-o", StringComparison.Ordinal) && argument.Length > 2))
            {
                kept.Add(argument);
            }
        }

        return kept;
    }
}
