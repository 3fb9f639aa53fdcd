using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>What is said where rows, files or preparations are not what they were.</summary>
public sealed class BaselineMessageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _data;
    private readonly string _file;

    public BaselineMessageTests()
    {
        _model = Models.Chain(3, Models.Node("Identity", "x", "z")).Save(_folder, "m.onnx");
        _data = Table("test.csv", "f0,f1,f2", Enumerable.Range(0, 200));
        _file = _folder.File("main.baseline");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Another_preprocessing_is_told()
    {
        Done(0, "baseline", "save", _model, "--data", _data, "-o", _file);
        string[] gate = ["gate", _model, "--data", _data, "--baseline", _file, "--max-increase", "nll=900", "--bootstrap", "100", "--ci", "none", "--divide", "2"];
        const string Told = "inputs are preprocessed in another way: x / 2; for the baseline not at all";
        Assert.Contains($"warning: {Told}", Joined(Done(0, gate).Output), StringComparison.Ordinal);
        Assert.Contains(Done(0, [.. gate, "--json"]).Json.GetProperty("warnings").EnumerateArray(), warning => warning.GetString() == Told);
        Assert.Contains($"warning: {Told}.", Done(0, "baseline", "update", _file, _model, "--data", _data, "--divide", "2").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Weaker_identities_are_warned_about()
    {
        Done(0, "baseline", "save", _model, "--data", _data, "-o", _file);
        var run = Done(0, "baseline", "update", _file, "--predictions", Table("p.csv", "logit_0,logit_1,logit_2", Enumerable.Range(0, 200)));
        Assert.Contains("warning: the old baseline knows its rows by the hash of inputs and label, the new one by row number and label alone: from now on only labels can be checked.", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("from now on", Done(0, "baseline", "update", _file, "--predictions", _folder.File("p.csv")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_that_are_not_kept_are_told()
    {
        var run = Done(0, "baseline", "save", "--predictions", Table("p.csv", "logit_0,logit_1,logit_2", Enumerable.Range(0, 200)), "--group-column", "id", "-o", _file);
        Assert.Contains("note: a baseline keeps no groups; name id again with --group-column", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_in_another_order_are_told_from_other_rows()
    {
        string first = Table("p.csv", "logit_0,logit_1,logit_2", Enumerable.Range(0, 200));
        string turned = Table("turned.csv", "logit_0,logit_1,logit_2", Enumerable.Range(0, 200).Reverse());
        Done(0, "baseline", "save", "--predictions", first, "-o", _file);
        string gate = Done(3, "gate", "--predictions", turned, "--baseline", _file, "--max-increase", "nll=1").Error;
        Assert.Matches($"turned.csv, line \\d+: the label is \\d, but \\d in the same row of .*main.baseline; every label is there as often, so the rows seem to be in another order. Bring them into that order, or make the baseline anew with ids \\(--id-column\\)", gate);

        string change = Done(3, "explain-change", first, turned).Error;
        Assert.Contains("so the rows seem to be in another order. Bring them into that order, or name a column of ids (--id-column)", change, StringComparison.Ordinal);
        Assert.DoesNotContain("baseline", change, StringComparison.Ordinal);
        string other = Done(3, "explain-change", first, Table("less.csv", "logit_0,logit_1,logit_2", Enumerable.Range(0, 1))).Error;
        Assert.Contains("less.csv: 1 row, but ", other, StringComparison.Ordinal);
        Assert.DoesNotContain("baseline", other, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_given_as_predictions_is_told_as_one()
    {
        foreach (string[] arguments in new string[][]
        {
            ["gate", "--predictions", _model, "--max", "nll=1"],
            ["evaluate", "--predictions", _model, "--no-output"],
            ["baseline", "save", "--predictions", _model, "-o", _file],
            ["explain", "ece-15", "--predictions", _model],
        })
        {
            Assert.Contains("m.onnx: is a model, not predictions. Name it without --predictions", Done(3, arguments).Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_noise_of_a_baseline_is_named()
    {
        var saved = Done(0, "baseline", "save", _model, "--data", _data, "-o", _file);
        Assert.Contains("noise: 95%", saved.Output, StringComparison.Ordinal);
    }

    private static string Joined(string text) => text.Replace("\n  ", " ", StringComparison.Ordinal);

    private static CommandResult Done(int code, params string[] arguments)
    {
        var run = CommandLine.Run(arguments);
        Assert.True(run.ExitCode == code, $"{run.ExitCode}: {run.Error}{run.Output}");
        return run;
    }

    private string Table(string name, string columns, IEnumerable<int> rows)
    {
        var (logits, labels) = Samples.Calibrated(200, 3, 1.5, 2, 21);
        bool isModel = columns.StartsWith('f');
        return _folder.Write(name, $"{columns},label{(isModel ? "" : ",id")}\n" + string.Concat(rows.Select(row => FormattableString.Invariant(
            $"{logits[3 * row]:R},{logits[(3 * row) + 1]:R},{logits[(3 * row) + 2]:R},{labels[row]}{(isModel ? "" : $",r{row / 10}")}\n"))));
    }
}
