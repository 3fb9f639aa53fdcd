using System.Globalization;
using LsCalib.Core.Catalog;
using LsCalib.Core.Gates;
using LsCalib.Core.Metrics;
using LsCalib.Reports.Documents;

namespace LsCalib.Tests.Support;

/// <summary>Reports of gates, made by hand.</summary>
internal static class GateReports
{
    /// <summary>Names that formats could trip over.</summary>
    public static readonly string[] NastyNames =
    [
        "a|b", "\"quoted\" 'name'", "two\nlines\r\n", "😀 ümlaut 汉字", "<script>&amp;</script>", "`code` *bold* _it_ ~~no~~ [x](http://y.z)",
        "$x$ :smile: @octocat #1", "back\\slash \\n", "a,b:c%d", "\u001b[31mred", "\u202Eturned", "\uD83D half", "\u0000\u000B\u2028", "]=", "", " ", "www.example.com", "--&gt;]]>",
    ];

    public static readonly RuleResult Passed = Absolute("ece-15", RuleKind.Max, 0.05, Decision.Pass, new(0.0123, new(0, 0.0211, "inverted test"), new(0.011, 0.0108, 0.0163)), "0.0123 is not above 0.05");

    public static readonly RuleResult Failed = Absolute("accuracy", RuleKind.Min, 0.95, Decision.Fail, new(0.9312, new(0.9201, 0.9411, "Wilson"), null), "0.9312 is below 0.95");

    public static readonly RuleResult Warned = Passed with
    {
        Rule = Passed.Rule with { Metric = "ece-10", Limit = 0.012 },
        Warnings = ["the limit 0.012 is below the noise floor 0.0163: a calibrated model would fail it at times"],
    };

    public static readonly RuleResult Open = Compared("nll", 0.02, true, Decision.Inconclusive, new(0.4, 0.006, new(-0.004, 0.016, "paired"), 0.008) { AdjustedPValue = 0.31, Detectable = 0.015, RowsToDecide = 21_000 }, "the interval of the worsening holds the tolerance");

    public static readonly RuleResult Worse = Compared("ece-15", 0.005, false, Decision.Fail, new(0.0123, 0.1031, new(0.09, 0.1162, "paired, widened by the noise floors"), 0.005) { AdjustedPValue = 1e-9, Detectable = 0.02 }, "at least 0.09 worse, and 0.005 is allowed");

    /// <summary>Every shape of a report, by name.</summary>
    public static IReadOnlyDictionary<string, GateReport> All { get; } = new Dictionary<string, GateReport>
    {
        ["pass"] = Of([Passed, Warned]),
        ["fail"] = Of([Passed, Failed]),
        ["inconclusive, with a baseline"] = Of([Open, Passed], withBaseline: true),
        ["all"] = Of([Passed, Open, Worse, Failed, Warned, Passed with { Rule = Passed.Rule with { Rows = new(null, "cat") }, RowCount = 800 }], withBaseline: true, repair: "T = 1.310 brings ECE back to 0.0110"),
        ["undefined"] = Of(
        [
            Absolute("nll", RuleKind.Max, 1, Decision.Fail, new(double.PositiveInfinity) { Note = "the value is infinite" }, "the value is infinite"),
            Absolute("ece-15", RuleKind.Max, 0.1, Decision.Fail, new(double.NaN, null, new(double.NaN, double.NaN, double.NaN)), "the value is undefined"),
            Compared("brier", 0.01, false, Decision.Inconclusive, new(double.NaN, double.NaN, new(double.NegativeInfinity, double.PositiveInfinity, "none"), double.NaN) { AdjustedPValue = double.NaN, Detectable = double.NaN }, "no interval is known"),
            Compared("accuracy", 0.01, false, Decision.Pass, new(0.9, 0, null, 0.01), "both are the same to the last bit"),
        ],
            withBaseline: true),
        ["nasty names"] = Nasty(),
        ["10,000 rules"] = Many(10_000),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static GateReport Of(RuleResult[] rules, bool withBaseline = false, string repair = "") => new()
    {
        Tool = "ls-calib 0.1.0",
        Command = ["gate", "smooth.onnx", "--data", "test.csv"],
        Name = "smooth",
        Model = [new("smooth.onnx", new('a', 64))],
        Data = [new("test.csv", new('b', 64))],
        RulesFile = withBaseline ? new("ls-calib.gate.json", new('c', 64)) : null,
        Baseline = withBaseline ? new(new("main.baseline", new('d', 64)), "hard.onnx", "by the hash of inputs and label") : null,
        RowCount = 5000,
        ClassCount = withBaseline ? 10 : null,
        Result = new([.. rules], 0.95, 7, 2000) { Repair = repair },
        Warnings = withBaseline ? ["the baseline was made on another device"] : [],
    };

    /// <summary>So many rules, one slice each, of all decisions in turn.</summary>
    public static GateReport Many(int count) => Of([.. Enumerable.Range(0, count).Select(i => (i % 3 == 0 ? Passed : i % 3 == 1 ? Failed : Open) with
    {
        Rule = (i % 3 == 0 ? Passed : i % 3 == 1 ? Failed : Open).Rule with { Rows = new("patient", i.ToString(CultureInfo.InvariantCulture)) },
    })], withBaseline: true);

    private static GateReport Nasty()
    {
        var rules = NastyNames.Select((name, i) => (i % 2 == 0 ? Failed : Open) with
        {
            Rule = (i % 2 == 0 ? Failed : Open).Rule with { Rows = i % 3 == 0 && name.Length > 0 ? new(null, name) : new(name.Length > 0 ? name : "class", name) },
            Reason = $"rows of {name} are worse",
            Warnings = [$"warning of {name}"],
        }).ToArray();
        var report = Of(rules, withBaseline: true, repair: string.Concat(NastyNames));
        return report with
        {
            Name = string.Concat(NastyNames),
            Data = [new(NastyNames[0] + NastyNames[2], new('b', 64))],
            Baseline = report.Baseline! with { Name = NastyNames[5], File = new(NastyNames[2], new('d', 64)) },
            Warnings = NastyNames,
        };
    }

    private static RuleResult Absolute(string metric, RuleKind kind, double limit, Decision decision, Measurement candidate, string reason) =>
        new(new(metric, kind, limit), MetricCatalog.Find(metric)!, decision, 5000, candidate, reason);

    private static RuleResult Compared(string metric, double limit, bool isRelative, Decision decision, RuleComparison comparison, string reason)
    {
        var info = MetricCatalog.Find(metric)!;
        bool isHigher = info.Better == Better.Higher;
        var rule = new GateRule(metric, isHigher ? RuleKind.MaxDecrease : RuleKind.MaxIncrease, limit, isRelative);
        double candidate = comparison.Baseline + (isHigher ? -comparison.Worsening : comparison.Worsening);
        return new(rule, info, decision, 5000, new(candidate, null, metric.StartsWith("ece", StringComparison.Ordinal) ? new(0.01, 0.0099, 0.016) : null), reason) { Comparison = comparison };
    }
}
