using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>The contract of the gate's exit codes.</summary>
public sealed class GateCommandTests : IClassFixture<GateCommandTests.Files>
{
    private readonly GateFolder _files;

    public GateCommandTests(Files files) => _files = files.Folder;

    [Fact]
    public void Zero_where_every_rule_holds()
    {
        var run = _files.Against(_files.Same, "--max", "ece-15=0.06", "--min", "accuracy=0.5", "--max-increase", "nll=1%", "--max-increase", "ece-15=0");
        Exits(0, run);
        Assert.Empty(run.Error);
        Assert.EndsWith("\n  4 rules: 4 passed\n  gate: PASS (seed 0)\n", run.Output, StringComparison.Ordinal);
        Exits(0, _files.Against(_files.Near, "--max-increase", "ece-15=0.02"));
        Exits(0, GateFolder.Gate("--predictions", _files.Same, "--max", "nll=2", "--use-bound"));
    }

    [Fact]
    public void One_where_a_rule_is_broken()
    {
        Exits(1, GateFolder.Gate("--predictions", _files.Sharp, "--max", "ece-15=0.02"));
        Exits(1, GateFolder.Gate("--predictions", _files.Sharp, "--max", "ece-15=0.02", "--use-bound"));
        Exits(1, _files.Against(_files.Sharp, "--max-increase", "nll=2%"));

        // A broken rule counts more than one that cannot be decided, wherever it stands.
        var both = _files.Against(_files.Near, "--min", "accuracy=0.99", "--max-increase", "ece-15=0.001");
        Exits(1, both);
        Assert.EndsWith("2 rules: 1 failed, 1 inconclusive\n  gate: FAIL (seed 0)\n", both.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Four_where_the_rows_cannot_tell()
    {
        string[] rule = ["--max-increase", "ece-15=0.001"];
        var run = _files.Against(_files.Near, rule);
        Exits(4, run);
        Assert.Contains("1,200 rows cannot tell", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"1,200 rows detect a worsening of 0\.\d+ and more", run.Output);
        Exits(4, GateFolder.Gate("--predictions", _files.Same, "--min", "accuracy=0.7", "--use-bound"));

        var passed = _files.Against(_files.Near, [.. rule, "--on-inconclusive", "pass"]);
        Exits(0, passed);
        Assert.Contains("the gate is inconclusive, which counts as pass here", passed.Output, StringComparison.Ordinal);
        Assert.EndsWith("gate: INCONCLUSIVE (seed 0)\n", passed.Output, StringComparison.Ordinal);
        Exits(1, _files.Against(_files.Near, [.. rule, "--on-inconclusive", "fail"]));

        // Only what is inconclusive: a broken rule stays broken.
        Exits(1, _files.Against(_files.Sharp, [.. rule, "--on-inconclusive", "pass"]));
    }

    [Fact]
    public void A_file_of_rules_says_what_counts_and_the_command_line_overrules_it()
    {
        string Rules(string rest) => _files.Write($"{Guid.NewGuid()}.json", $$"""{ "schemaVersion": 1, "rules": [ { "metric": "ece-15", "maxIncrease": 0.001 } ]{{rest}} }""");
        Exits(4, _files.Against(_files.Near, "--rules", Rules("")));
        Exits(0, _files.Against(_files.Near, "--rules", Rules(", \"onInconclusive\": \"pass\"")));
        Exits(1, _files.Against(_files.Near, "--rules", Rules(", \"onInconclusive\": \"fail\"")));
        Exits(0, _files.Against(_files.Near, "--rules", Rules(", \"onInconclusive\": \"fail\""), "--on-inconclusive", "pass"));

        double Level(params string[] arguments) => _files.Against(_files.Near, [.. arguments, "--json"]).Json.GetProperty("level").GetDouble();
        Assert.Equal(0.8, Level("--rules", Rules(", \"confidence\": 0.8")));
        Assert.Equal(0.9, Level("--rules", Rules(", \"confidence\": 0.8"), "--confidence", "0.9"));
        Assert.Equal(0.95, Level("--rules", Rules("")));

        // Rules of the file and of the command line hold together.
        Exits(1, _files.Against(_files.Near, "--rules", Rules(", \"onInconclusive\": \"pass\""), "--min", "accuracy=0.99"));
    }

    [Fact]
    public void Exit_zero_reports_without_failing()
    {
        var failed = _files.Against(_files.Sharp, "--max-increase", "nll=2%", "--exit-zero");
        Exits(0, failed);
        Assert.EndsWith("gate: FAIL (seed 0)\n", failed.Output, StringComparison.Ordinal);
        Exits(0, _files.Against(_files.Near, "--max-increase", "ece-15=0.001", "--exit-zero", "--on-inconclusive", "fail"));

        // What could not be decided is not reported as decided.
        Exits(2, GateFolder.Gate("--predictions", _files.Same, "--exit-zero"));
        Exits(3, GateFolder.Gate("--predictions", _files.File("none.csv"), "--max", "nll=1", "--exit-zero"));
    }

    [Fact]
    public void Without_rules_two_and_a_set_that_the_candidate_passes()
    {
        Starts(["--predictions", _files.Sharp]);
        Starts(["--predictions", _files.Same, "--baseline", _files.Baseline]);
    }

    [Theory]
    [InlineData("\"foo\" names no metric", "--max", "foo=1")]
    [InlineData("--max: \"accuracy=0.9\": accuracy is better the higher it is", "--max", "accuracy=0.9")]
    [InlineData("site=c: no row has this value; nearest: \"a\"", "--max", "ece-15[site=c]=0.1")]
    [InlineData("class=cat: there is no such class; classes are 0 to 3", "--max", "ece-15[class=cat]=0.1")]
    [InlineData("class=4: there is no such class; classes are 0 to 3", "--max", "ece-15[class=4]=0.1")]
    [InlineData("nll max-increase 2%: there is no baseline to compare with. Add --baseline FILE", "--max-increase", "nll=2%")]
    [InlineData("no value of gap is within both max -0.1 and min 0", "--max", "gap=-0.1", "--min", "gap=0")]
    [InlineData("two limits of one kind", "--max", "ece-15=0.1", "--max", "ece-15=0.2")]
    [InlineData("the tolerance -0.1 is negative", "--max-increase", "nll=-0.1")]
    [InlineData("0% of the baseline allows nothing", "--max-increase", "nll=0%")]
    [InlineData("the limit \"NaN\" is not a finite number", "--max", "nll=NaN")]
    [InlineData("outside the range of ece-15", "--max", "ece-15=5")]
    [InlineData("has no limit", "--max", "ece-15")]
    [InlineData("none.json: no such file", "--rules", "none.json")]
    [InlineData("--weight-column: a gate counts every row the same", "--max", "nll=1", "--weight-column", "patient")]
    [InlineData("Unrecognized", "--maximum", "nll=1")]
    [InlineData("0.5 to 0.999", "--max", "nll=1", "--confidence", "1")]
    public void Two_where_the_rules_or_the_command_line_cannot_be_meant(string message, params string[] arguments)
    {
        var run = GateFolder.Gate(["--predictions", _files.Same, .. arguments]);
        Exits(2, run);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void Two_where_a_metric_has_no_known_difference_and_those_that_have_are_named()
    {
        var run = _files.Against(_files.Same, "--max-increase", "l1-debiased-15=0.01");
        Exits(2, run);
        Assert.Contains("known are accuracy, nll, brier, ece-#", run.Error, StringComparison.Ordinal);
    }

    private void Starts(string[] arguments)
    {
        var run = GateFolder.Gate(arguments);
        Exits(2, run);
        Assert.Contains("there are no rules, neither typed (--max ece-15=0.05) nor in ls-calib.gate.json", run.Error, StringComparison.Ordinal);
        string json = run.Output[run.Output.IndexOf('{', StringComparison.Ordinal)..(run.Output.LastIndexOf('}') + 1)];
        Assert.Equal(arguments.Length > 2, json.Contains("\"ece-15\",\n      \"maxIncrease\"", StringComparison.Ordinal));
        Assert.Equal(json + "\n", GateFolder.Gate([.. arguments, "--json"]).Output);
        Exits(0, GateFolder.Gate([.. arguments, "--rules", _files.Write($"{Guid.NewGuid()}.json", json)]));
    }

    private static void Exits(int code, CommandResult run) => Assert.True(run.ExitCode == code, $"{run.ExitCode}, not {code}: {run.Error}{run.Output}");

    /// <summary>One folder for all tests of the class: they only read.</summary>
    public sealed class Files : IDisposable
    {
        internal GateFolder Folder { get; } = new();

        public void Dispose() => Folder.Dispose();
    }
}
