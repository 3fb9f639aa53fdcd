using System.Globalization;
using System.Text.Json;
using LsCalib.Core.Numerics;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.Models;

namespace LsCalib.Tests.Cli;

/// <summary>Slices and weights from the command line to the files.</summary>
public sealed class SliceTests : IDisposable
{
    private const string Header = "stage,column,value,count,accuracy,accuracy_lower,accuracy_upper,mean_confidence,gap,gap_lower,gap_upper,ece,ece_lower,ece_upper,noise_floor_mean,noise_floor_median,noise_floor_q95,excess_ece,p_value,adjusted_p_value";
    private readonly TemporaryFolder _folder = new();
    private readonly JsonSchema _schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "run.schema.json"))).RootElement);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_table_holds_what_can_be_worked_out_by_hand()
    {
        // a: four rows at .8, three right. b: .62 right and .9 wrong. c: one row at .7, right.
        string csv = _folder.Write("p.csv", "confidence,correct,site\n.8,1,a\n.62,1,b\n.8,0,a\n.9,0,b\n.7,1,c\n.8,1,a\n.8,1,a\n");
        string target = _folder.File("out");
        Assert.Equal(0, CommandLine.Run("evaluate", "--predictions", csv, "--slice-column", "site", "-o", target).ExitCode);
        var lines = File.ReadAllLines(Path.Combine(target, "slices.csv"));
        Assert.Equal(Header, lines[0]);
        var rows = lines.Skip(1).Select(line => line.Split(',')).ToDictionary(cells => cells[2]);
        Assert.Equal(["b", "a", "c"], lines.Skip(1).Select(line => line.Split(',')[2]));
        Assert.All(rows.Values, cells => Assert.Equal(["uncalibrated", "site"], cells[..2]));

        // Wilson's interval of 3 of 4: (0.75 + 0.480182 ± 1.959964 · 0.326953) / 1.960365.
        Check("a", ("count", 4), ("accuracy", 0.75), ("accuracy_lower", 0.300642), ("accuracy_upper", 0.954413), ("mean_confidence", 0.8), ("gap", -0.05), ("ece", 0.05));
        Check("b", ("count", 2), ("accuracy", 0.5), ("mean_confidence", 0.76), ("gap", -0.26), ("ece", (0.38 + 0.9) / 2));

        // One row: |1 − .7| with chance .7, |0 − .7| with chance .3; its mean is .42, and .7 is not rare.
        Check("c", ("count", 1), ("accuracy", 1), ("mean_confidence", 0.7), ("gap", 0.3), ("ece", 0.3), ("noise_floor_q95", 0.7));
        Assert.Equal(0.42, Number("c", "noise_floor_mean"), 0.03);

        // Four rows at .8: .0016·.8 + .0256·.55 + .1536·.3 + .4096·.05 + .4096·.2.
        Assert.Equal(0.16384, Number("a", "noise_floor_mean"), 0.01);
        Assert.Equal(0.3 - Number("c", "noise_floor_mean"), Number("c", "excess_ece"), 1e-12);
        Assert.Equal("", rows["c"][Array.IndexOf(Header.Split(','), "gap_lower")]);

        double Number(string value, string column) => double.Parse(rows[value][Array.IndexOf(Header.Split(','), column)], CultureInfo.InvariantCulture);
        void Check(string value, params (string Column, double Expected)[] cells) => Assert.All(cells, cell => Assert.Equal(cell.Expected, Number(value, cell.Column), 1e-6));
    }

    [Fact]
    public void Both_stages_are_sliced_in_the_table_and_the_document()
    {
        string target = _folder.File("out");
        var run = CommandLine.Run("evaluate", "--predictions", Predictions(300, i => $"s{i % 3}"), "--slice-column", "site", "--slice-column", "label", "--json", "-o", target);
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(_schema.Validate(run.Json));
        var lines = File.ReadAllLines(Path.Combine(target, "slices.csv"));
        Assert.Equal(1 + (2 * 5), lines.Length);
        var before = run.Json.GetProperty("slices");
        var after = run.Json.GetProperty("calibration").GetProperty("temperature").GetProperty("slices");
        foreach (var (slices, stage) in new[] { (before, "uncalibrated"), (after, "temperature") })
        {
            Assert.Equal(5, slices.GetArrayLength());
            Assert.Equal(600, slices.EnumerateArray().Sum(slice => slice.GetProperty("count").GetInt32()));
            var written = lines.Where(line => line.StartsWith(stage + ",", StringComparison.Ordinal)).Select(line => line.Split(',')).ToList();
            Assert.Equal(written.Select(cells => cells[2]), slices.EnumerateArray().Select(slice => slice.GetProperty("value").GetString()));
            Assert.Equal(written.Select(cells => cells[19]), slices.EnumerateArray().Select(slice => slice.GetProperty("adjustedPValue").GetDouble().ToString("R", CultureInfo.InvariantCulture)));
        }

        Assert.NotEqual(before[0].GetProperty("gap").GetRawText(), after[0].GetProperty("gap").GetRawText());
        Assert.Contains("slices by the label select rows by their outcome", run.Json.GetProperty("warnings").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_summary_shows_the_worst_five_within_80_columns()
    {
        string csv = Predictions(900, i => i % 9 == 4 ? "a name that is much too long for a column of the summary" : $"{i % 9}", wrong: i => i % 9 == 4);
        string output = CommandLine.Run("evaluate", "--predictions", csv, "--slice-column", "site", "-o", _folder.File("out")).Output;
        string[] lines = output[output.IndexOf("  slice ", StringComparison.Ordinal)..].Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= 80 || line.Contains("Written", StringComparison.Ordinal), line));
        Assert.Equal("  slice                        rows  accuracy      gap     ECE   noise   p adj.", lines[0]);
        Assert.Matches(@"^  site = a name that is …\s+100    0\.\d{4}  −0\.\d{4}  0\.\d{4}  0\.\d{4}  <0\.0001$", lines[1]);
        Assert.All(lines[1..6], line => Assert.Equal(lines[0].Length, line.Length));
        string words = string.Join(' ', lines[6..].Select(line => line.Trim()));
        Assert.StartsWith("9 slices by site, those that chance does not explain first, each kind by ECE less its mean under calibration. The worst 5 are shown, slices.csv has all. p: test of the number of right rows, adjusted by Holm for all 9. Worse than chance (p < 0.05): site = a name that is ….", words, StringComparison.Ordinal);
        string alone = CommandLine.Run("evaluate", "--predictions", csv, "--slice-column", "site", "--no-output", "--quiet").Output;
        Assert.Contains("Holm", alone, StringComparison.Ordinal);
        Assert.DoesNotContain("read as", alone, StringComparison.Ordinal);
    }

    [Fact]
    public void Chance_alone_is_said_to_be_chance()
    {
        string output = CommandLine.Run("evaluate", "--predictions", Predictions(400, i => $"{i % 4}"), "--slice-column", "site", "--no-output").Output;
        Assert.Contains("4 slices by site", output, StringComparison.Ordinal);
        Assert.Contains("None is worse", output, StringComparison.Ordinal);
        Assert.DoesNotContain("slices.csv", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Slices_by_group_have_intervals_of_groups()
    {
        // Every row eight times over: the intervals of groups are those of the rows alone.
        string Write(int times) => _folder.Write($"g{times}.csv", "confidence,correct,g,site\n" + string.Concat(Enumerable.Range(0, 200 * times).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{0.55 + (i / times % 40 * 0.01):R},{(i / times * 7 % 10 < 7 ? 1 : 0)},p{i / times},{(i / times == 0 ? "one" : $"s{i / times % 2}")}\n"))));
        var single = Run(Write(1), "--slice-column", "site").GetProperty("slices");
        var many = Run(Write(8), "--slice-column", "site", "--group-column", "g").GetProperty("slices");
        double Width(JsonElement slices, string value) => slices.EnumerateArray().Where(slice => slice.GetProperty("value").GetString() == value)
            .Select(slice => slice.GetProperty("gap")).Select(gap => gap.GetProperty("upper").GetDouble() - gap.GetProperty("lower").GetDouble()).Single();
        foreach (string value in new[] { "s0", "s1" })
        {
            Assert.Equal(Width(single, value), Width(many, value), 0.1 * Width(single, value));
        }

        var one = many.EnumerateArray().Single(slice => slice.GetProperty("value").GetString() == "one");
        Assert.Equal(8, one.GetProperty("count").GetInt32());
        Assert.Equal("none", one.GetProperty("ece").GetProperty("interval").GetString());
        Assert.Equal(JsonValueKind.Null, one.GetProperty("accuracy").GetProperty("lower").ValueKind);
    }

    [Fact]
    public void Slices_and_weights_are_no_features()
    {
        string model = Chain(2, Node("Identity", "x", "z")).Save(_folder, "m.onnx");
        string Csv(string header, Func<int, string> row) => _folder.Write($"{Guid.NewGuid()}.csv", header + "\n" + string.Concat(Enumerable.Range(0, 90).Select(i => row(i) + "\n")));
        string plain = Csv("a,b,label", i => $"{i % 5},{i % 3},{i % 2}");
        string all = Csv("site,a,w,b,id,label", i => $"{i % 2},{i % 5},1,{i % 3},{i},{i % 2}");
        string weighted = Csv("a,b,w,label", i => $"{i % 5},{i % 3},1,{i % 2}");
        var expected = Run(model, "--data", plain).GetProperty("metrics").GetRawText();
        var run = Run(model, "--data", all, "--slice-column", "site", "--weight-column", "w", "--drop-columns", "id");
        Assert.Equal(2, run.GetProperty("slices").GetArrayLength());
        Assert.False(Run(model, "--data", plain).TryGetProperty("slices", out _));

        // Rows of weight 1 count as rows without weights do, metric by metric where both are known.
        foreach (string key in new[] { "accuracy", "gap" })
        {
            Assert.Equal(JsonDocument.Parse(expected).RootElement.GetProperty(key).GetProperty("value").GetDouble(), run.GetProperty("metrics").GetProperty(key).GetProperty("value").GetDouble(), 1e-12);
        }

        // Calibration data needs no slices, but leaves them out where it has them; its weights it must have.
        Run(model, "--data", all, "--slice-column", "site", "--weight-column", "w", "--drop-columns", "id", "--calibration-data", all);
        Run(model, "--data", Csv("site,a,w,b,label", i => $"{i % 2},{i % 5},1,{i % 3},{i % 2}"), "--slice-column", "site", "--weight-column", "w", "--calibration-data", weighted);
        Refused("line 1: no column \"w\". Calibration data takes the weights of --weight-column too", model, "--data", weighted, "--weight-column", "w", "--calibration-data", plain);

        // A feature that is named as one, by its name or by a pattern, can be sliced by; groups and weights are never features.
        foreach (string named in new[] { "a,b", "a,b*", "?" })
        {
            var byFeature = Run(model, "--data", plain, "--feature-columns", named, "--slice-column", "b");
            Assert.Equal(expected, byFeature.GetProperty("metrics").GetRawText());
            Assert.Equal(3, byFeature.GetProperty("slices").GetArrayLength());
        }

        Run(model, "--data", weighted, "--feature-columns", "?", "--slice-column", "b", "--weight-column", "w");
        Run(model, "--data", Csv("a,b,g,label", i => $"{i % 5},{i % 3},{i},{i % 2}"), "--feature-columns", "*", "--slice-column", "b", "--group-column", "g");
        Refused("no feature columns are left", model, "--data", Csv("site,label", i => $"{i % 2},{i % 2}"), "--slice-column", "site");
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        string csv = Predictions(20, i => $"{i % 2}");
        Refused("no column \"nope\"", "--predictions", csv, "--slice-column", "nope");
        Usage("--slice-column: \"site\" is given twice", "--predictions", csv, "--slice-column", "site", "--slice-column", "site");
        Usage("--weight-column: \"label\" is the label column", "--predictions", csv, "--weight-column", "label");
        Refused("line 2, column \"site\"", "--predictions", Predictions(20, _ => "x"), "--weight-column", "site");
        string npz = NpzArray.Write(_folder, NpzArray.Of("confidence", "<f8", new[] { 0.5, 0.6 }), NpzArray.Of("correct", "<i4", new[] { 1, 0 }), NpzArray.Of("w", "<f8", new[] { 1.0, -2 }));
        Refused("array \"w\", row 1: the weight -2 is negative", "--predictions", npz, "--weight-column", "w");
        string model = Chain(2, Node("Identity", "x", "z")).Save(_folder, "m.onnx");
        string inputs = _folder.Write("x.npy", LsCalib.Tests.Data.NpzTests.Npy("<f4", "(2, 2)", new byte[16]));
        foreach (string option in new[] { "--slice-column", "--weight-column" })
        {
            Refused($"{option} s names an array of an .npz file or a column of a CSV file", model, "--data", inputs, "--labels", inputs, option, "s");
        }

        Assert.Contains("--weight-column", CommandLine.Run("explain", "--help").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--slice-column", CommandLine.Run("explain", "--help").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Positions_are_sliced_by_sample_and_by_position()
    {
        const int Samples = 30;
        var (logits, labels) = Support.Samples.Calibrated(Samples * 4, 3, 1, 2, 5);
        labels[1] = -100;
        string npz = NpzArray.Write(
            _folder,
            NpzArray.Of("logits", "<f4", logits, Samples, 4, 3),
            NpzArray.Of("labels", "<i4", labels, Samples, 4),
            NpzArray.OfText("lang", [.. Enumerable.Range(0, Samples).Select(i => i % 2 == 0 ? "de" : "fr")]),
            NpzArray.Of("step", "<i8", Enumerable.Range(0, Samples * 4).Select(i => i % 4L).ToArray(), Samples, 4));
        var run = Run("--predictions", npz, "--class-axis", "last", "--ignore-index", "-100", "--slice-column", "lang", "--slice-column", "step");
        var counts = run.GetProperty("slices").EnumerateArray().ToDictionary(slice => slice.GetProperty("value").GetString()!, slice => slice.GetProperty("count").GetInt32());
        Assert.Equal(new Dictionary<string, int> { ["de"] = 59, ["fr"] = 60, ["0"] = 30, ["1"] = 29, ["2"] = 30, ["3"] = 30 }, counts);
        Assert.Contains("bootstrap of groups", run.GetProperty("slices")[0].GetProperty("gap").GetProperty("interval").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Predictions of a calibrated model of two classes, but for rows that are wrong.</summary>
    private string Predictions(int rows, Func<int, string> site, Func<int, bool>? wrong = null)
    {
        var random = new SeededRandom(2);
        return _folder.Write($"{Guid.NewGuid()}.csv", "prob_0,prob_1,label,site\n" + string.Concat(Enumerable.Range(0, rows).Select(i =>
        {
            double p = 0.05 + (0.9 * random.NextDouble());
            int label = random.NextDouble() < p ? 1 : 0;
            label = wrong?.Invoke(i) == true ? (p > 0.5 ? 0 : 1) : label;
            return string.Create(CultureInfo.InvariantCulture, $"{1 - p:R},{p:R},{label},{site(i)}\n");
        })));
    }

    private JsonElement Run(params string[] arguments)
    {
        var run = CommandLine.Run(["evaluate", .. arguments[0] == "--predictions" || arguments[0].EndsWith(".onnx", StringComparison.Ordinal) ? [] : new[] { "--predictions" }, .. arguments, "--no-output", "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(_schema.Validate(run.Json));
        return run.Json;
    }

    private static void Refused(string message, params string[] arguments) => Fails(3, message, arguments);

    private static void Usage(string message, params string[] arguments) => Fails(2, message, arguments);

    private static void Fails(int code, string message, string[] arguments)
    {
        var run = CommandLine.Run(["evaluate", .. arguments, "--no-output"]);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal(code, run.ExitCode);
    }
}
