using System.Globalization;

namespace LsCalib.Tests.Support;

/// <summary>Predictions of four classes in a folder of its own, and the baseline of a calibrated model.</summary>
internal sealed class GateFolder : IDisposable
{
    public const int Rows = 1200;
    private static readonly (float[] Logits, int[] Labels) Model = GateCandidates.Calibrated(Rows);

    public GateFolder()
    {
        Same = Predictions("same.csv", 1);
        Near = Predictions("near.csv", 1.02f);
        Sharp = Predictions("sharp.csv", 2);
        Baseline = File("main.baseline");
        var saved = CommandLine.Run("baseline", "save", "--predictions", Same, "--id-column", "id", "-o", Baseline);
        Assert.True(saved.ExitCode == 0, saved.Error);
    }

    public TemporaryFolder Folder { get; } = new();

    /// <summary>What the baseline was made of.</summary>
    public string Same { get; }

    /// <summary>A change that is smaller than these rows can tell from none.</summary>
    public string Near { get; }

    /// <summary>Twice the logits.</summary>
    public string Sharp { get; }

    public string Baseline { get; }

    public string File(string name) => Folder.File(name);

    public string Write(string name, string content) => Folder.Write(name, content);

    /// <summary>A file of predictions: columns logit_0 to logit_3, label, id, site (b in every third row) and patient.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="sharpness">What logits are multiplied by.</param>
    /// <param name="order">Rows in their order, or null: all as they are.</param>
    /// <param name="label">Label of each row, or null: its own.</param>
    public string Predictions(string name, float sharpness, IEnumerable<int>? order = null, Func<int, int>? label = null) =>
        Folder.Write(name, "logit_0,logit_1,logit_2,logit_3,label,id,site,patient\n" + string.Concat((order ?? Enumerable.Range(0, Rows)).Select(row =>
            string.Concat(Enumerable.Range(0, 4).Select(k => (Model.Logits[(4 * row) + k] * sharpness).ToString("R", CultureInfo.InvariantCulture) + ","))
            + string.Create(CultureInfo.InvariantCulture, $"{(label is null ? Model.Labels[row] : label(row))},r{row},{(row % 3 == 1 ? 'b' : 'a')},{row / 40}\n"))));

    /// <summary>A gate that neither reads nor writes what the machine's environment says.</summary>
    public static CommandResult Gate(params string[] arguments) => CommandLine.Run(["gate", .. arguments, "--bootstrap", "300", "--ci", "none"]);

    /// <summary>The same against the baseline.</summary>
    public CommandResult Against(string predictions, params string[] arguments) => Gate(["--predictions", predictions, "--baseline", Baseline, .. arguments]);

    public void Dispose() => Folder.Dispose();
}
