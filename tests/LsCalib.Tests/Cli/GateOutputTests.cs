using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>What a gate writes, read back.</summary>
public sealed class GateOutputTests : IDisposable
{
    private static readonly JsonSchema Schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "gate.schema.json"))).RootElement);
    private static readonly string[] Rules = ["--max", "nll=9", "--max-increase", "nll=2%", "--max-increase", "ece-15=0.05", "--max-decrease", "accuracy=0.1"];
    private readonly GateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Several_outputs_at_once_say_the_same()
    {
        // A tolerance of what is seen is the one that rows can least tell about.
        var seen = _files.Against(_files.Sharp, "--max-increase", "ece-15=0.05", "--json").Json.GetProperty("rules")[0].GetProperty("comparison").GetProperty("worsening").GetProperty("value").GetDouble();
        string tolerance = seen.ToString("0.000", CultureInfo.InvariantCulture);
        var run = _files.Against(_files.Sharp, ["--max", "nll=9", "--max-increase", "nll=2%", "--max-increase", $"ece-15={tolerance}", "--max-decrease", "accuracy=0.1", "--json", .. Outputs("")]);
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.Error);
        Assert.Empty(Schema.Validate(run.Json));
        string[] decisions = [.. run.Json.GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("decision").GetString()!)];
        Assert.Equal(["pass", "fail", "inconclusive", "pass"], decisions);

        var xml = XDocument.Load(_files.File("gate.xml"));
        Assert.Empty(JUnitSchema.Errors(xml));
        Assert.Equal(["pass", "fail", "inconclusive", "pass"], xml.Descendants("testcase").Select(test => test.Element("failure") is not null ? "fail" : test.Element("skipped") is not null ? "inconclusive" : "pass"));
        string value = run.Json.GetProperty("rules")[1].GetProperty("candidate").GetProperty("value").GetRawText();
        Assert.Contains(xml.Descendants("property"), property => (string)property.Attribute("name")! == "nll max-increase 2%: value" && (string)property.Attribute("value")! == value);

        string[] table = [.. File.ReadAllLines(_files.File("gate.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal))];
        Assert.StartsWith("## ls-calib gate: ", File.ReadAllText(_files.File("gate.md")), StringComparison.Ordinal);
        Assert.Equal(5, table.Length);
        Assert.Contains("<code>nll</code> | max-increase 2%", table[1], StringComparison.Ordinal);
        Assert.Contains($"<code>ece-15</code> | max-increase {double.Parse(tolerance, CultureInfo.InvariantCulture):R}", table[2], StringComparison.Ordinal);

        string metrics = File.ReadAllText(_files.File("gate.txt"));
        Assert.EndsWith("\n# EOF\n", metrics, StringComparison.Ordinal);
        Assert.Contains("ls_calib_gate_decision{metric=\"nll\",rows=\"all\",kind=\"max-increase-relative\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("ls_calib_gate_decision{metric=\"ece-15\",rows=\"all\",kind=\"max-increase\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"{{metric=\"nll\",rows=\"all\",kind=\"max-increase-relative\"}} {value}\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public void The_document_names_what_was_read_and_leaves_out_where_output_went()
    {
        string rules = _files.Write("rules.json", """{ "schemaVersion": 1, "rules": [ { "metric": "nll", "maxIncrease": "2%" } ] }""");
        var document = _files.Against(_files.Sharp, ["--rules", rules, "--json", .. Outputs("")]).Json;
        Assert.Equal(["gate", "--predictions", _files.Sharp, "--baseline", _files.Baseline, "--rules", rules, "--bootstrap", "300"], document.GetProperty("command").EnumerateArray().Select(word => word.GetString()!));
        string Sha(string path) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));
        Assert.Equal(Sha(rules), document.GetProperty("rulesFile").GetProperty("sha256").GetString());
        Assert.Equal(Sha(_files.Baseline), document.GetProperty("baseline").GetProperty("sha256").GetString());
        Assert.Equal("same.csv", document.GetProperty("baseline").GetProperty("name").GetString());
        Assert.Equal(Sha(_files.Sharp), document.GetProperty("data")[0].GetProperty("sha256").GetString());
        Assert.Equal((1200, 4, 300, 0), (document.GetProperty("rowCount").GetInt32(), document.GetProperty("classCount").GetInt32(), document.GetProperty("resampleCount").GetInt32(), document.GetProperty("seed").GetInt32()));
        Assert.StartsWith("A temperature (T = ", document.GetProperty("repair").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes_with_any_number_of_threads()
    {
        byte[][] Bytes(string prefix, params string[] extra)
        {
            var run = _files.Against(_files.Sharp, [.. Rules, "--json", .. Outputs(prefix), .. extra]);
            return [Encoding.UTF8.GetBytes(run.Output), .. new[] { "gate.xml", "gate.md", "gate.txt" }.Select(name => File.ReadAllBytes(_files.File(prefix + name)))];
        }

        var first = Bytes("a-", "--threads", "1");
        foreach (string threads in new[] { "1", "2", "7" })
        {
            Assert.All(first.Zip(Bytes($"{threads}-", "--threads", threads)), each => Assert.True(each.First.AsSpan().SequenceEqual(each.Second)));
        }

        Assert.NotEqual(first[0], Bytes("s-", "--seed", "1")[0]);
    }

    [Fact]
    public void Files_of_others_are_replaced_only_by_force_and_nothing_is_left_half_written()
    {
        string mine = _files.Write("mine.md", "mine");
        var refused = _files.Against(_files.Same, "--max", "nll=9", "--markdown", mine, "--junit", _files.File("new.xml"));
        Assert.Equal(2, refused.ExitCode);
        Assert.Equal("mine", File.ReadAllText(mine));
        Assert.False(File.Exists(_files.File("new.xml")));
        Assert.Equal(0, _files.Against(_files.Same, "--max", "nll=9", "--markdown", mine, "--force").ExitCode);
        Assert.Equal(0, _files.Against(_files.Same, "--max", "nll=9", "--markdown", mine).ExitCode);
        Assert.Equal(2, _files.Against(_files.Same, "--max", "nll=9", "--junit", _files.File("a"), "--markdown", _files.File("a")).ExitCode);
        Assert.Equal(2, _files.Against(_files.Same, "--max", "nll=9", "--junit", _files.Same, "--force").ExitCode);
        Assert.Equal(2, _files.Against(_files.Same, "--max", "nll=9", "--junit", _files.File("none/a.xml")).ExitCode);
        Assert.Equal(3, _files.Against(_files.File("none.csv"), "--max", "nll=9", "--junit", _files.File("never.xml")).ExitCode);
        Assert.False(File.Exists(_files.File("never.xml")));
        Assert.Empty(Directory.GetFiles(_files.Folder.Path, "*.partial-*"));
    }

    [Fact]
    public void On_github_ten_annotations_at_most_and_a_summary_appended()
    {
        string summary = _files.Write("summary.md", "before\n");
        string[] many = [.. new[] { "nll=0.1", "brier=0.01", "ece-15=0.01", "ece-10=0.01", "ece-20=0.01", "ece-15-mass=0.01", "rmsce-15=0.01", "smooth-ece=0.001", "l2-debiased-15=0.01", "mce-15-mass=0.01", "aurc=0.001", "augrc=0.001" }.SelectMany(rule => new[] { "--max", rule })];
        string[] gate = ["gate", "--predictions", _files.Sharp, .. many];
        var (code, text) = Child(true, summary, gate);
        Assert.Equal(1, code);
        string[] annotations = [.. text.Split('\n').Where(line => line.StartsWith("::", StringComparison.Ordinal))];
        Assert.Equal(10, annotations.Length);
        Assert.All(annotations, line => Assert.Matches("^::error title=ls-calib gate", line));
        Assert.Contains("3 more rules are not shown: 3 failed", annotations[9], StringComparison.Ordinal);
        Assert.EndsWith(string.Join('\n', annotations) + "\n", text, StringComparison.Ordinal);
        string once = File.ReadAllText(summary);
        Assert.StartsWith("before\n## ls-calib gate: ", once, StringComparison.Ordinal);

        // Within a JSON document annotations would be no JSON; the summary is written still.
        (code, text) = Child(true, summary, [.. gate, "--json"]);
        Assert.Equal(1, code);
        Assert.Empty(Schema.Validate(JsonDocument.Parse(text).RootElement));
        Assert.Equal(once + once["before\n".Length..], File.ReadAllText(summary));

        // Elsewhere, or where told so, neither.
        foreach (var (hub, extra) in new (bool, string[])[] { (false, []), (true, ["--ci", "none"]) })
        {
            Assert.DoesNotContain("\n::", Child(hub, summary, [.. gate, .. extra]).Output, StringComparison.Ordinal);
        }

        Assert.Contains("\n::error ", Child(false, summary, [.. gate, "--ci", "github"]).Output, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllText(summary).Split("## ls-calib gate: ").Length - 1);
    }

    private string[] Outputs(string prefix) =>
        ["--junit", _files.File(prefix + "gate.xml"), "--markdown", _files.File(prefix + "gate.md"), "--openmetrics", _files.File(prefix + "gate.txt")];

    /// <summary>Runs the program by itself: its environment is not that of other tests.</summary>
    private static (int ExitCode, string Output) Child(bool isGitHub, string summary, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ls-calib.dll"), .. arguments]) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
        start.Environment["GITHUB_ACTIONS"] = isGitHub ? "true" : "";
        start.Environment["GITHUB_STEP_SUMMARY"] = summary;
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
