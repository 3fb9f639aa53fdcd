using System.Text;
using System.Text.Json;
using LsCalib.Cli;
using LsCalib.Cli.Gating;
using LsCalib.Core.Gates;
using LsCalib.Reports.Gates;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli.Gating;

public sealed class RulesFileTests : IDisposable
{
    private const string Full = """
        {
          "$schema": "gate-rules.schema.json",
          "schemaVersion": 1,
          "rules": [
            { "metric": "ece-15", "max": 0.05, "use": "bound" },
            { "metric": "accuracy", "min": 0.9 },
            { "metric": "nll", "maxIncrease": "2 %" },
            { "metric": "accuracy", "maxDecrease": 0.01 },
            { "metric": "ece-15", "max": 0.08, "slice": { "site": "b" } },
            { "metric": "ece-15", "max": 0.1, "class": "cat" }
          ],
          "confidence": 0.9,
          "onInconclusive": "fail"
        }
        """;

    private static readonly GateRule[] FullRules =
    [
        new("ece-15", RuleKind.Max, 0.05) { Use = RuleUse.Bound },
        new("accuracy", RuleKind.Min, 0.9),
        new("nll", RuleKind.MaxIncrease, 0.02, true),
        new("accuracy", RuleKind.MaxDecrease, 0.01),
        new("ece-15", RuleKind.Max, 0.08) { Rows = new("site", "b") },
        new("ece-15", RuleKind.Max, 0.1) { Rows = new(null, "cat") },
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly JsonSchema _schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "gate-rules.schema.json"))).RootElement);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_of_a_file_is_read()
    {
        var file = RulesFile.Read(_folder.Write("g.json", Full));
        Assert.Equal(FullRules, file.Rules.AsEnumerable());
        Assert.Equal([5, 6, 7, 8, 9, 10], file.Lines.AsEnumerable());
        Assert.Equal(0.9, file.Confidence);
        Assert.Equal(Decision.Fail, file.OnInconclusive);
        Assert.Matches("^[0-9a-f]{64}$", file.Sha256);
        Assert.Empty(_schema.Validate(JsonDocument.Parse(Full).RootElement));
    }

    [Fact]
    public void Comments_commas_and_a_byte_order_mark_do_no_harm()
    {
        var file = RulesFile.Read(_folder.Write("g.json", [.. "\uFEFF"u8, .. "{ // why\n\"schemaVersion\": 1, /* as\nbefore */ \"rules\": [ { \"metric\": \"nll\", \"max\": 1, }, ], }\n"u8]));
        Assert.Equal([new("nll", RuleKind.Max, 1)], file.Rules.AsEnumerable());
        Assert.Equal([3], file.Lines.AsEnumerable());
        Assert.Null(file.Confidence);
        Assert.Null(file.OnInconclusive);
    }

    [Fact]
    public void What_is_written_is_read_back_and_fits_the_schema()
    {
        GateRule[] rules = [.. FullRules, new("ece-15", RuleKind.Max, 0.2) { Rows = new("class", "\"|\n😀") }];
        byte[] bytes = GateRulesJson.Write(rules);
        Assert.Equal(rules, RulesFile.Read(_folder.Write("g.json", bytes)).Rules.AsEnumerable());
        Assert.Empty(_schema.Validate(JsonDocument.Parse(bytes).RootElement));
    }

    [Theory]
    [InlineData("", "g.json: is empty")]
    [InlineData("  \n", "g.json: is empty")]
    [InlineData("{\n\n  \"rules\": [,]\n}", "g.json, line 3: is not JSON")]
    [InlineData("[]", "line 1: the file is not an object")]
    [InlineData("{ \"schemaVersion\": 1 }", "\"rules\" is missing")]
    [InlineData("{ \"rules\": [ { \"metric\": \"nll\", \"max\": 1 } ] }", "\"schemaVersion\" is missing")]
    [InlineData("{ \"schemaVersion\": 2, \"rules\": 7 }", "schemaVersion is 2; this ls-calib reads 1. The file is of a newer one: update ls-calib.")]
    [InlineData("{ \"schemaVersion\": \"1\" }", "schemaVersion is not a finite number. Write it without quotes.")]
    [InlineData("{ \"exitZero\": true }", "\"exitZero\" is not known here. Possible are")]
    [InlineData("{ \"schemaVersion\": 1, \"rules\": [] }", "rules is empty")]
    [InlineData("{ \"schemaVersion\": 1, \"rules\": {} }", "rules is not a list")]
    [InlineData("{ \"schemaVersion\": 1, \"rules\": [ 3 ] }", "a rule is not an object")]
    [InlineData("{ \"schemaVersion\": 1,\n \"rule\": [] }", "line 2: \"rule\" is not known here. Did you mean \"rules\"?")]
    [InlineData("{ \"schemaVersion\": 1, \"schemaVersion\": 1 }", "\"schemaVersion\" is given twice")]
    [InlineData("{ \"schemaVersion\": 1, \"confidence\": 95, \"rules\": [] }", "confidence is out of range; it is 0.5 to 0.999.")]
    [InlineData("{ \"schemaVersion\": 1, \"onInconclusive\": \"warn\", \"rules\": [] }", "onInconclusive is \"warn\"; it is pass or fail.")]
    [InlineData("{ \"schemaVersion\": 1, \"rules\": [ { \"metric\": \"nll\", \"max\": 1 } ] } {}", "is not JSON")]
    public void A_file_that_cannot_be_meant_is_told_with_its_line(string text, string expected) => Refused(text, expected);

    [Theory]
    [InlineData("{ \"metric\": \"nll\" }", "line 3: the rule has no limit")]
    [InlineData("{ \"max\": 1 }", "the rule has no \"metric\"")]
    [InlineData("{ \"metric\": 1, \"max\": 1 }", "metric is not a text")]
    [InlineData("{ \"metric\": \"nll\", \"max\": 1, \"min\": 0 }", "this one has max and min. Write two rules.")]
    [InlineData("{ \"metric\": \"nll\", \"max\": \"1\" }", "max: a number stands without quotes. Write 1.")]
    [InlineData("{ \"metric\": \"nll\", \"maxIncrease\": \"1\" }", "maxIncrease: only a percentage stands in quotes. Write 1, or \"1%\".")]
    [InlineData("{ \"metric\": \"nll\", \"max\": \"a lot\" }", "max: the limit \"a lot\" is not a finite number")]
    [InlineData("{ \"metric\": \"nll\", \"max\": null }", "max is not a finite number")]
    [InlineData("{ \"metric\": \"nll\", \"max\": 1e999 }", "max is not a finite number")]
    [InlineData("{ \"metric\": \"nll\", \"max\": \"2%\" }", "max has no baseline. Write 0.02.")]
    [InlineData("{ \"metric\": \"nll\", \"maxIncrease\": \"0%\" }", "0% of the baseline allows nothing")]
    [InlineData("{ \"metric\": \"nll\", \"maxIncrease\": -1 }", "the tolerance -1 is negative")]
    [InlineData("{ \"metric\": \"nll\", \"maxincrease\": 1 }", "Did you mean \"maxIncrease\"?")]
    [InlineData("{ \"metric\": \"nll\", \"maxDecrease\": 1 }", "Use maxIncrease.")]
    [InlineData("{ \"metric\": \"nll\", \"maxIncrease\": 1, \"use\": \"point\" }", "maxIncrease always decides on the interval")]
    [InlineData("{ \"metric\": \"nll\", \"max\": 1, \"use\": \"both\" }", "use is \"both\"; it is point or bound.")]
    [InlineData("{ \"metric\": \"ece\", \"max\": 1 }", "\"ece\" names no metric")]
    [InlineData("{ \"metric\": \"nll\", \"max\": 1, \"class\": \"\" }", "class names no class")]
    [InlineData("{ \"metric\": \"nll\", \"max\": 1, \"class\": \"a\", \"slice\": { \"s\": \"b\" } }", "a rule selects rows once")]
    [InlineData("{ \"metric\": \"nll\", \"max\": 1, \"slice\": {} }", "slice names no column")]
    [InlineData("{ \"metric\": \"nll\", \"max\": 1, \"slice\": \"site\" }", "slice is not an object")]
    [InlineData("{ \"metric\": \"nll\", \"max\": 1, \"slice\": { \"site\": 3 } }", "the value of \"site\" is not a text in quotes")]
    [InlineData("{ \"metric\": \"nll\", \"max\": 1, \"slice\": { \"a\": \"1\", \"b\": \"2\" } }", "a slice is of one column")]
    [InlineData("{ \"metric\": \"nll\", \"max\": 1 },\n{ \"metric\": \"nll\", \"max\": 2 }", "line 4: nll has two limits of one kind, max 1 and max 2; the other is in line 3. Keep one.")]
    [InlineData("{ \"metric\": \"gap\", \"max\": 0 },\n{ \"metric\": \"gap\", \"min\": 0.1 }", "line 4: no value of gap is within both max 0 and min 0.1")]
    public void A_rule_that_cannot_be_meant_is_told_with_its_line(string rules, string expected) =>
        Refused($"{{ \"schemaVersion\": 1,\n\"rules\": [\n{rules} ] }}", expected);

    [Theory]
    [InlineData("""{ "schemaVersion": 1, "rules": [] }""")]
    [InlineData("""{ "schemaVersion": 1, "rules": [ { "metric": "nll", "max": 1, "min": 0 } ] }""")]
    [InlineData("""{ "schemaVersion": 1, "rules": [ { "metric": "nll" } ] }""")]
    [InlineData("""{ "schemaVersion": 1, "rules": [ { "metric": "nll", "maxIncrease": -1 } ] }""")]
    [InlineData("""{ "schemaVersion": 1, "rules": [ { "metric": "nll", "max": "2%" } ] }""")]
    [InlineData("""{ "schemaVersion": 1, "rules": [ { "metric": "nll", "maxIncrease": "0%" } ] }""")]
    [InlineData("""{ "schemaVersion": 1, "rules": [ { "metric": "nll", "maxIncrease": "0.0e5%" } ] }""")]
    [InlineData("""{ "schemaVersion": 1, "rules": [ { "metric": "nll", "maxIncrease": "-2%" } ] }""")]
    [InlineData("""{ "schemaVersion": 1, "rules": [ { "metric": "nll", "max": 1, "class": "a", "slice": { "s": "b" } } ] }""")]
    [InlineData("""{ "schemaVersion": 1, "rules": [ { "metric": "nll", "max": 1, "slice": { "a": "1", "b": "2" } } ] }""")]
    [InlineData("""{ "schemaVersion": 1, "rules": [ { "metric": "nll", "max": 1 } ], "confidence": 95 }""")]
    public void The_schema_refuses_what_the_reader_refuses(string text)
    {
        Assert.NotEmpty(_schema.Validate(JsonDocument.Parse(text).RootElement));
        Assert.Throws<UsageException>(() => RulesFile.Read(_folder.Write("g.json", text)));
    }

    [Fact]
    public void Texts_that_are_no_Unicode_are_told()
    {
        byte[] bytes = Encoding.Latin1.GetBytes("{ \"schemaVersion\": 1, \"rules\": [ { \"metric\": \"nll\", \"max\": 1, \"class\": \"\u00e9\" } ] }");
        var problem = Assert.Throws<UsageException>(() => RulesFile.Read(_folder.Write("g.json", bytes)));
        Assert.Contains("line 1", problem.Message, StringComparison.Ordinal);
        Refused("{ \"schemaVersion\": 1, \"rules\": [ { \"metric\": \"nll\", \"max\": 1, \"class\": \"\\uD83D\" } ] }", "Save the file as UTF-8");
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_named()
    {
        Assert.Contains("none.json: no such file", Assert.Throws<UsageException>(() => RulesFile.Read(_folder.File("none.json"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<UsageException>(() => RulesFile.Read(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Typed_rules_join_those_of_the_file_and_may_not_contradict_them()
    {
        var file = RulesFile.Read(_folder.Write("g.json", Full));
        GateRule nll = new("nll", RuleKind.Max, 1);
        Assert.Equal([.. FullRules, nll], RuleSet.Combine(file, [nll, FullRules[1], nll]).AsEnumerable());
        Assert.Equal([nll], RuleSet.Combine(null, [nll]).AsEnumerable());
        Assert.Empty(RuleSet.Combine(null, []));
        var problem = Assert.Throws<UsageException>(() => RuleSet.Combine(file, [FullRules[1] with { Limit = 0.95 }]));
        Assert.Equal($"the rules contradict: accuracy has two limits of one kind, min 0.9 and min 0.95; the other is in {file.Path}, line 6. Keep one.", problem.Message);
    }

    private void Refused(string text, string expected)
    {
        string path = _folder.Write("g.json", text);
        string message = Assert.Throws<UsageException>(() => RulesFile.Read(path)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith(path, message, StringComparison.Ordinal);
    }
}
