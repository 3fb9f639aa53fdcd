using System.Globalization;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.Models;

namespace LsCalib.Tests.Cli;

/// <summary>What a gate cannot read or compare is exit code 3, with a message; never green.</summary>
public sealed class GateInputTests : IDisposable
{
    private readonly GateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Files_that_cannot_be_read()
    {
        string[] rule = ["--max", "nll=9"];
        Refused("none.csv: no such file", ["--predictions", _files.File("none.csv"), .. rule]);
        Refused("empty.csv", ["--predictions", _files.Write("empty.csv", ""), .. rule]);
        Refused("header.csv", ["--predictions", _files.Write("header.csv", "logit_0,logit_1,label\n"), .. rule]);
        Refused("none.baseline: no such file", ["--predictions", _files.Same, "--baseline", _files.File("none.baseline"), .. rule]);
        Refused("is no baseline", ["--predictions", _files.Same, "--baseline", _files.Same, .. rule]);
        Refused("no column \"sight\"", ["--predictions", _files.Same, "--slice-column", "sight", .. rule]);
        Refused("no column \"sight\"", ["--predictions", _files.Same, "--max", "ece-15[sight=a]=0.1"]);
        Refused("none.onnx", [_files.File("none.onnx"), "--data", _files.Same, .. rule]);
        Refused("nan.csv, line 3", ["--predictions", _files.Write("nan.csv", "logit_0,logit_1,label\n1,2,1\nnan,1,0\n"), .. rule]);
        Refused("predictions.npz: no such file", ["--predictions", Path.GetDirectoryName(_files.Same)!, .. rule]);
    }

    [Fact]
    public void A_baseline_cut_short_or_edited()
    {
        byte[] bytes = File.ReadAllBytes(_files.Baseline);
        foreach (int length in new[] { 0, 100, bytes.Length / 2, bytes.Length - 1 })
        {
            Refused("short.baseline", ["--predictions", _files.Same, "--baseline", _files.Folder.Write("short.baseline", bytes[..length]), "--max-increase", "nll=1%"]);
        }

        foreach (int place in new[] { 10, bytes.Length / 2, bytes.Length - 1 })
        {
            byte[] edited = [.. bytes];
            edited[place] ^= 1;
            Refused("edited.baseline", ["--predictions", _files.Same, "--baseline", _files.Folder.Write("edited.baseline", edited), "--max-increase", "nll=1%"]);
        }
    }

    [Fact]
    public void Rows_that_are_not_those_of_the_baseline()
    {
        string[] against = ["--baseline", _files.Baseline, "--max-increase", "nll=50%"];
        int[] rows = [.. Enumerable.Range(0, GateFolder.Rows)];
        Refused("1,199 rows, but", ["--predictions", _files.Predictions("fewer.csv", 1, rows[1..]), .. against]);
        Refused("the label of row id", ["--predictions", _files.Predictions("label.csv", 1, label: _ => 0), .. against]);
        Refused("stands in", ["--predictions", _files.Predictions("twice.csv", 1, [.. rows[1..], 1]), .. against]);
        Refused("no column \"id\"", ["--predictions", _files.Write("bare.csv", "logit_0,logit_1,logit_2,logit_3,label\n1,2,3,4,0\n"), .. against]);
        Refused("classes", ["--predictions", _files.Write("three.csv", "logit_0,logit_1,logit_2,label,id\n" + string.Concat(rows.Select(row => $"1,2,3,0,r{row}\n"))), .. against]);
        Refused("holds confidence and correct only", ["--predictions", _files.Write("top.csv", "confidence,correct,id\n0.9,1,r0\n"), .. against]);

        // Without ids another order is another data set, unless the labels happen to be the same.
        string unknown = _files.File("unknown.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", "--predictions", _files.Same, "-o", unknown).ExitCode);
        Refused("the label is", ["--predictions", _files.Predictions("turned.csv", 1, rows.Reverse()), "--baseline", unknown, "--max-increase", "nll=1%"]);
    }

    [Fact]
    public void Names_of_classes_that_are_others()
    {
        string model = Chain(4, Node("Identity", "x", "z")).Save(_files.Folder, "m.onnx");
        string data = _files.Write("data.csv", "a,b,c,d,label\n" + string.Concat(Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i % 7},{i % 5},{i % 3},{i},{i % 4}\n"))));
        string names = _files.Write("names.txt", "ape\nbee\ncat\ndog\n");
        string kept = _files.File("named.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", model, "--data", data, "--class-names", names, "-o", kept).ExitCode);
        string[] gate = [model, "--data", data, "--baseline", kept, "--max-increase", "nll=1%"];
        Assert.Equal(0, GateFolder.Gate([.. gate, "--class-names", names]).ExitCode);
        Assert.Equal(0, GateFolder.Gate([.. gate, "--class-names", names, "--max", "brier[class=dog]=1.99"]).ExitCode);
        Refused("class 3 is \"cow\", but \"dog\" in", [.. gate, "--class-names", _files.Write("others.txt", "ape\nbee\ncat\ncow\n")]);
        Refused("the inputs are not those of the same row", [model, "--data", _files.Write("moved.csv", File.ReadAllText(data).Replace("\n1,1,1,1,1\n", "\n1,1,1,1.5,1\n", StringComparison.Ordinal)), .. gate[3..]]);
    }

    [Fact]
    public void A_metric_that_is_undefined_here()
    {
        string right = _files.Write("right.csv", "logit_0,logit_1,label\n3,0,0\n0,3,1\n2,0,0\n");
        Refused("auroc-correctness: is undefined on these 3 rows, so no rule about it can hold.", ["--predictions", right, "--min", "auroc-correctness=0.1"]);
        string kept = _files.File("right.baseline");
        Assert.Equal(0, CommandLine.Run("baseline", "save", "--predictions", right, "-o", kept).ExitCode);
        Refused("auroc-correctness: is undefined on these 3 rows", ["--predictions", right, "--baseline", kept, "--max-decrease", "auroc-correctness=0.1"]);
    }

    private static void Refused(string message, string[] arguments)
    {
        var run = GateFolder.Gate(arguments);
        Assert.True(run.ExitCode == 3, $"{run.ExitCode}: {run.Error}{run.Output}");
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }
}
