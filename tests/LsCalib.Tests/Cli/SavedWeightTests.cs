using System.Globalization;
using LsCalib.Data.Numpy;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>Weights that a run saves with its predictions, and that are read back with them.</summary>
public sealed class SavedWeightTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_saved_run_gives_the_numbers_of_the_run()
    {
        string first = Evaluated("first", Scores(withWeights: true), "--weight-column", "w", "--group-column", "patient", "--ignore-index", "-1", "--metrics", "all");
        string again = Evaluated("again", Saved(first), "--metrics", "all");
        foreach (string table in new[] { "metrics.csv", "reliability.csv", "classes.csv" })
        {
            Assert.Equal(File.ReadAllText(Path.Combine(first, table)), File.ReadAllText(Path.Combine(again, table)));
        }

        Assert.Contains("uncalibrated,ece-15,", File.ReadAllText(Path.Combine(again, "metrics.csv")), StringComparison.Ordinal);
        Assert.Contains("temperature,ece-15,", File.ReadAllText(Path.Combine(again, "metrics.csv")), StringComparison.Ordinal);
        string plain = Evaluated("plain", Scores(withWeights: false), "--group-column", "patient", "--ignore-index", "-1", "--metrics", "all");
        Assert.NotEqual(File.ReadAllText(Path.Combine(plain, "metrics.csv")), File.ReadAllText(Path.Combine(again, "metrics.csv")));
        using var saved = new NpzFile(Saved(first));
        using var unweighted = new NpzFile(Saved(plain));
        Assert.Equal(Enumerable.Range(0, 240).Where(i => i % 12 != 5).Select(Weight), saved["row_weights"].ToDoubles());
        Assert.False(unweighted.Contains("row_weights"));
    }

    [Fact]
    public void Confidences_alone_keep_their_weights_too()
    {
        string csv = _folder.Write("t.csv", "confidence,correct,w\n" + Lines(i => string.Create(CultureInfo.InvariantCulture, $"{0.5 + (i % 49 * 0.01):R},{i * 7 % 3 % 2},{Weight(i):R}")));
        string first = Evaluated("first", csv, "--weight-column", "w");
        string again = Evaluated("again", Saved(first));
        Assert.Equal(File.ReadAllText(Path.Combine(first, "metrics.csv")), File.ReadAllText(Path.Combine(again, "metrics.csv")));
        Assert.NotEqual(File.ReadAllText(Path.Combine(Evaluated("plain", csv), "metrics.csv")), File.ReadAllText(Path.Combine(again, "metrics.csv")));

        string[] explain = ["explain", "ece-15", "--bootstrap", "0", "--predictions"];
        string Arithmetic(string output) => output[output.IndexOf("  bin ", StringComparison.Ordinal)..];
        var explained = CommandLine.Run([.. explain, Saved(first)]);
        Assert.Equal(0, explained.ExitCode);
        Assert.Equal(Arithmetic(CommandLine.Run([.. explain, csv, "--weight-column", "w"]).Output), Arithmetic(explained.Output));
    }

    [Fact]
    public void Another_array_can_be_named()
    {
        string path = NpzArray.Write(
            _folder,
            NpzArray.Of("confidence", "<f8", new[] { 0.9, 0.6, 0.7 }),
            NpzArray.Of("correct", "<i4", new[] { 1, 0, 1 }),
            NpzArray.Of("row_weights", "<f8", new[] { 1.0, 2, 1 }),
            NpzArray.Of("w", "<f8", new[] { 1.0, 8, 1 }));
        double Accuracy(params string[] extra) => PredictionRuns.Evaluate(["--predictions", path, .. extra]).GetProperty("metrics").GetProperty("accuracy").GetProperty("value").GetDouble();
        Assert.Equal(0.5, Accuracy(), 1e-15);
        Assert.Equal(0.2, Accuracy("--weight-column", "w"), 1e-15);
    }

    [Fact]
    public void Test_and_calibration_data_are_both_weighted_or_neither_is()
    {
        string weighted = Saved(Evaluated("first", Scores(withWeights: true), "--weight-column", "w", "--ignore-index", "-1"));
        string plain = Saved(Evaluated("plain", Scores(withWeights: true), "--ignore-index", "-1"));
        string message = $"{plain}: the rows of {weighted} are weighted by row_weights, but these all count the same";
        PredictionRuns.Refused(message, weighted, "--calibration-data", plain);
        PredictionRuns.Refused(message, plain, "--calibration-data", weighted);
        PredictionRuns.Evaluate("--predictions", weighted, "--calibration-data", weighted);
    }

    /// <summary>No power of two: scaled to a mean of 1 and scaled again, it would not be the same to the digit.</summary>
    private static double Weight(int row) => 0.1 + (row * 37 % 11 / 3.0);

    private static string Lines(Func<int, string> row) => string.Concat(Enumerable.Range(0, 240).Select(i => row(i) + "\n"));

    private static string Saved(string run) => Path.Combine(run, "predictions.npz");

    /// <summary>Logits of 240 rows in 60 groups, every twelfth of which has no label.</summary>
    private string Scores(bool withWeights)
    {
        var (logits, labels) = Samples.Calibrated(240, 3, 1.5, 2, 5);
        return _folder.Write($"{withWeights}.csv", $"logit_0,logit_1,logit_2,label,patient{(withWeights ? ",w" : "")}\n" + Lines(i => string.Create(
            CultureInfo.InvariantCulture,
            $"{logits[3 * i]:R},{logits[(3 * i) + 1]:R},{logits[(3 * i) + 2]:R},{(i % 12 == 5 ? -1 : labels[i])},p{i / 4}{(withWeights ? $",{Weight(i).ToString("R", CultureInfo.InvariantCulture)}" : "")}")));
    }

    private string Evaluated(string name, string predictions, params string[] extra)
    {
        var result = CommandLine.Run(["evaluate", "--predictions", predictions, "-o", _folder.File(name), "-q", .. extra]);
        Assert.True(result.ExitCode == 0, result.Error);
        return _folder.File(name);
    }
}
