using System.Text.Json;
using LsCalib.Reports.Rendering;
using LsCalib.Tests.Reports;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>plot from the command line.</summary>
public sealed class PlotTests : IDisposable
{
    private static readonly string[] Figures = ["reliability", "corp", "smooth", "risk-coverage", "ece-bins", "temperature-profile"];
    private readonly TemporaryFolder _folder = new();
    private readonly string _first;
    private readonly string _second;
    private readonly string _run;

    public PlotTests()
    {
        _first = Predictions("first.npz", 300, 3, 1);
        _second = Predictions("second.npz", 200, 7, 2);
        _run = Evaluated("run", _first);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_numbers_are_those_of_evaluate()
    {
        string other = Evaluated("other", _second, "--figures", "all");
        Evaluated("run", _first, "--figures", "all");
        string target = _folder.File("figures");
        Plot(_run, $"the, second={_second}", "-o", target, "--figures", "all");
        var names = Figures.SelectMany(name => new[] { ".csv", ".png", ".svg" }.Select(end => name + end)).Append("plot.json")
            .Where(name => Png.Problem is null || !name.EndsWith(".png", StringComparison.Ordinal));
        Assert.Equal(names.Order(StringComparer.Ordinal), Directory.GetFiles(target).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        foreach (string figure in Figures)
        {
            var lines = File.ReadAllLines(Path.Combine(target, figure + ".csv"));
            var expected = new[] { (Name: "run", Folder: _run), (Name: "\"the, second\"", Folder: other) }.SelectMany(model =>
                File.ReadLines(Path.Combine(model.Folder, figure + ".csv"))
                    .Where(line => line.StartsWith("uncalibrated,", StringComparison.Ordinal))
                    .Where(line => figure != "risk-coverage" || line.Split(',')[1] is "maximum-probability" or "optimal")
                    .Select(line => line.Replace("uncalibrated,", model.Name + ",", StringComparison.Ordinal)));
            Assert.Equal(File.ReadLines(Path.Combine(_run, figure + ".csv")).First().Replace("stage,", "model,", StringComparison.Ordinal), lines[0]);
            Assert.Equal(expected, lines.Skip(1));
            Assert.True(lines.Length > 20);
            FigureChecks.TextsLieInside(File.ReadAllText(Path.Combine(target, figure + ".svg")));
        }

        var schema = new JsonSchema(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "plot.schema.json"))).RootElement);
        var manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(target, "plot.json"))).RootElement;
        Assert.Empty(schema.Validate(manifest));
        Assert.Equal(["run 300 3", "the, second 200 7"], manifest.GetProperty("models").EnumerateArray().Select(model => $"{model.GetProperty("name").GetString()} {model.GetProperty("rowCount")} {model.GetProperty("classCount")}"));
    }

    [Fact]
    public void Bins_seed_and_level_are_the_users_and_the_models_are_told_on_the_terminal()
    {
        string target = _folder.File("figures");
        var result = Plot(_run, $"b={_first}", "-o", target, "--bins", "8", "--binning", "equal-mass", "--confidence", "0.9", "--seed", "3");
        Evaluated("run", _first, "--bins", "8", "--binning", "equal-mass", "--confidence", "0.9", "--seed", "3");
        var lines = File.ReadAllLines(Path.Combine(target, "reliability.csv"));
        Assert.Equal(17, lines.Length);
        Assert.Equal(File.ReadLines(Path.Combine(_run, "reliability.csv")).Skip(1).Take(8).Select(line => line[line.IndexOf(',', StringComparison.Ordinal)..]), lines.Skip(9).Select(line => line[1..]));
        Assert.Equal(["model", "run", "b"], result.Output.Split('\n').Where(line => line.Contains("  ", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[0]).Take(3));
        Assert.Contains("Written to", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
        Assert.DoesNotContain("Written", Plot(_run, "-o", target, "-q").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_scores_were_not_saved_is_drawn_all_the_same()
    {
        Plot($"m={_run}", "-o", _folder.File("with"), "--figures", "all");
        using (var saved = new LsCalib.Data.Numpy.NpzFile(Path.Combine(_run, "predictions.npz")))
        {
            _folder.Npz("without.npz", [.. new[] { "labels", "predicted", "confidence", "nll" }.Select(name => (name, (Array)saved[name].ToDoubles(), (long[]?)null))]);
        }

        File.Move(_folder.File("without.npz"), Path.Combine(_run, "predictions.npz"), overwrite: true);
        var without = Plot($"m={_run}", "-o", _folder.File("without"), "--figures", "all");
        Assert.Equal("note: temperature-profile is not drawn: it needs the scores of all classes, and those of m are not known.", without.Error.Trim());
        Assert.False(File.Exists(_folder.File("without/temperature-profile.svg")));
        Assert.All(Figures.Where(figure => figure != "temperature-profile"), figure => Assert.Equal(File.ReadAllText(_folder.File($"with/{figure}.csv")), File.ReadAllText(_folder.File($"without/{figure}.csv"))));
        PredictionRuns.Refused("they were too many to be saved", Path.Combine(_run, "predictions.npz"));
    }

    [Fact]
    public void A_path_with_an_equals_sign_is_a_path_where_it_is_there()
    {
        Directory.CreateDirectory(_folder.File("lr=0.1"));
        File.Copy(_first, _folder.File("lr=0.1/preds.npz"));
        string target = _folder.File("figures");
        Plot(_folder.File("lr=0.1/preds.npz"), $"x=y={_folder.File("lr=0.1/preds.npz")}"[2..], "-o", target);
        Assert.Equal(["preds", "y"], File.ReadLines(Path.Combine(target, "reliability.csv")).Skip(1).Select(line => line.Split(',')[0]).Distinct());
    }

    [Fact]
    public void Weights_count_in_all_panels_or_in_none()
    {
        string csv = _folder.Write("w.csv", "confidence,correct,w\n" + string.Concat(Enumerable.Repeat(".6,1,1\n.9,0,2\n", 30)));
        var result = Plot(csv, "-o", _folder.File("figures"), "--weight-column", "w", "--figures", "all");
        Assert.Contains("corp is not drawn: it is not known for weighted rows", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("figures/corp.svg")));
        Assert.Contains("share of weight", File.ReadAllText(_folder.File("figures/reliability.svg")), StringComparison.Ordinal);
        Refused(3, $"{Path.Combine(_run, "predictions.npz")}: its rows all count the same, but those of {csv} are weighted", csv, _run, "--weight-column", "w");
        Refused(2, "no figure that is asked for is known for weighted rows", csv, "--weight-column", "w", "--figures", "corp");
    }

    [Fact]
    public void A_weighted_run_is_drawn_with_its_weights()
    {
        string csv = _folder.Write("w.csv", "confidence,correct,w\n" + string.Concat(Enumerable.Repeat(".6,1,1\n.9,0,2\n.7,1,3\n", 30)));
        string weighted = Evaluated("weighted", csv, "--weight-column", "w");
        var result = Plot(weighted, csv, "--weight-column", "w", "-o", _folder.File("figures"), "--figures", "all");
        Assert.Contains("corp is not drawn: it is not known for weighted rows", result.Error, StringComparison.Ordinal);
        var lines = File.ReadAllLines(_folder.File("figures/reliability.csv")).Skip(1).ToList();
        var expected = File.ReadLines(Path.Combine(weighted, "reliability.csv")).Skip(1).Select(line => line["uncalibrated,".Length..]).ToList();
        Assert.Equal([.. expected.Select(line => "weighted," + line), .. expected.Select(line => "w," + line)], lines);
        Assert.Contains("weighted by row_weights", File.ReadAllText(_folder.File("figures/reliability.svg")).Replace("\n", " ", StringComparison.Ordinal), StringComparison.Ordinal);

        string saved = Path.Combine(weighted, "predictions.npz");
        Refused(3, $"{Path.Combine(_run, "predictions.npz")}: its rows all count the same, but those of {saved} are weighted", weighted, _run);
        Refused(3, $"{saved}: its rows are weighted, and no figure that is asked for is known for weighted rows", weighted, "--figures", "corp,smooth");

        // The file of a run of before weights were saved would be drawn as though it had none.
        File.Copy(Path.Combine(Evaluated("plain", csv), "predictions.npz"), saved, overwrite: true);
        Refused(3, $"{weighted}: the run is weighted by w, and its predictions.npz holds no array \"row_weights\"", weighted);
    }

    [Fact]
    public void Bad_command_lines_and_bad_inputs_are_refused_by_name()
    {
        string empty = Directory.CreateDirectory(_folder.File("empty")).FullName;
        string bare = Evaluated("bare", _first);
        File.Delete(Path.Combine(bare, "predictions.npz"));
        string bad = _folder.Write("bad.csv", "prob_0,prob_1,label\n.2,.9,1\n");
        Refused(3, $"{_folder.File("none.npz")}: no such file or folder", _first, _folder.File("none.npz"));
        Refused(3, $"{empty}: the folder holds no run of ls-calib", _first, empty);
        Refused(3, $"{bare}: the run has no predictions.npz. Run evaluate again", _first, bare);
        Refused(3, $"{bad}, line 2: probabilities sum to 1.1", _first, bad);
        Refused(3, "is a model. Evaluate it first", _folder.Write("m.onnx", ""));
        Refused(2, "have the same name, \"first\"", _first, $"first={_second}");
        Refused(2, "the name is empty", $"={_first}");
        Refused(2, "there is no path after the name", "x=");
        Refused(2, "shows the classes of one model: evaluate --figures classwise draws it", _first, "--figures", "classwise");
        Refused(2, "\"corpp\" names no figure. Did you mean \"corp\"?", _first, "--figures", "corpp");
        Refused(2, "leaves nothing to draw", _first, "--figures", "none");
        Refused(2, "--ignore-index is for files of predictions", _run, "--ignore-index", "1");
        Refused(2, "13 inputs are given; 12 at most", [.. Enumerable.Range(0, 13).Select(i => $"m{i}={_first}")]);
        Refused(2, "Unrecognized option '--oops'", _first, "--oops");
        Refused(2, "Required argument", []);
        Assert.False(Directory.Exists(_folder.File("refused")));
    }

    [Fact]
    public void Only_figures_of_plot_are_replaced()
    {
        string target = _folder.File("figures");
        Plot(_first, "-o", target);
        Plot(_second, "-o", target, "--figures", "corp");
        Assert.False(File.Exists(Path.Combine(target, "reliability.svg")));
        Assert.Contains("holds no figures of ls-calib plot", CommandLine.Run("plot", _first, "-o", _run).Error, StringComparison.Ordinal);
        Assert.Contains("lies in the output folder", CommandLine.Run("plot", _run, "-o", _run).Error, StringComparison.Ordinal);
        Assert.Contains("holds no run of ls-calib", CommandLine.Run("evaluate", "--predictions", _first, "-o", target).Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_run, "predictions.npz")));
    }

    private static CommandResult Plot(params string[] arguments)
    {
        var result = CommandLine.Run(["plot", .. arguments]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    private void Refused(int code, string message, params string[] arguments)
    {
        var result = CommandLine.Run(["plot", .. arguments, "-o", _folder.File("refused")]);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(code, result.ExitCode);
    }

    private string Evaluated(string name, string predictions, params string[] extra)
    {
        var result = CommandLine.Run(["evaluate", "--predictions", predictions, "-o", _folder.File(name), "--bootstrap", "0", "-q", .. extra]);
        Assert.True(result.ExitCode == 0, result.Error);
        return _folder.File(name);
    }

    private string Predictions(string name, int rows, int classes, long seed)
    {
        var (logits, labels) = Samples.Calibrated(rows, classes, 1.5, 2, seed);
        return _folder.Npz(name, ("logits", logits, [rows, classes]), ("labels", labels, null));
    }
}
