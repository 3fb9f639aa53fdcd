using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LsCalib.Core.Gates;
using LsCalib.Reports.Gates;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Reports.Gates;

public sealed partial class GateOpenMetricsTests
{
    public static TheoryData<string> Reports => GateReports.Names;

    [Theory]
    [MemberData(nameof(Reports))]
    public void Every_line_is_in_the_grammar(string name)
    {
        string text = Text(name);
        Assert.EndsWith("\n# EOF\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var families = new HashSet<string>();
        var samples = new HashSet<string>();
        string family = "";
        foreach (string line in text[..^"# EOF\n".Length].TrimEnd('\n').Split('\n'))
        {
            if (TypeLine().Match(line) is { Success: true } type)
            {
                family = type.Groups[1].Value;
                Assert.True(families.Add(family), $"{family} comes twice");
            }
            else if (UnitLine().Match(line) is { Success: true } unit)
            {
                Assert.Equal(family, unit.Groups[1].Value);
                Assert.EndsWith($"_{unit.Groups[2].Value}", family, StringComparison.Ordinal);
            }
            else if (HelpLine().Match(line) is { Success: true } help)
            {
                Assert.Equal(family, help.Groups[1].Value);
            }
            else
            {
                var sample = SampleLine().Match(line);
                Assert.True(sample.Success, line);
                Assert.Equal(family, sample.Groups[1].Value);
                Assert.True(samples.Add($"{sample.Groups[1].Value}{sample.Groups[2].Value}"), $"{line} comes twice");
                Assert.True(double.IsFinite(double.Parse(sample.Groups[3].Value, CultureInfo.InvariantCulture)));
            }
        }

        Assert.Equal(GateReports.All[name].Result.Rules.Length, samples.Count(sample => sample.StartsWith("ls_calib_gate_decision{", StringComparison.Ordinal)));
    }

    [Fact]
    public void Families_hold_what_is_known()
    {
        string text = Text("all");
        Assert.Contains("# TYPE ls_calib_gate_rows gauge\n# UNIT ls_calib_gate_rows rows\n# HELP ls_calib_gate_rows ", text, StringComparison.Ordinal);
        Assert.Contains("ls_calib_gate_decision{metric=\"nll\",rows=\"all\",kind=\"max-increase-relative\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("ls_calib_gate_decision{metric=\"accuracy\",rows=\"all\",kind=\"min\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("ls_calib_gate_value{metric=\"ece-15\",rows=\"all\",kind=\"max\"} 0.0123\n", text, StringComparison.Ordinal);
        Assert.Contains("ls_calib_gate_rows{metric=\"ece-15\",rows=\"class=cat\",kind=\"max\"} 800\n", text, StringComparison.Ordinal);
        Assert.Contains("ls_calib_gate_adjusted_p_value{metric=\"ece-15\",rows=\"all\",kind=\"max-increase\"} 1E-09\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ls_calib_gate_worsening{", Text("fail"), StringComparison.Ordinal);
        Assert.DoesNotContain("ls_calib_gate_limit{metric=\"nll\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Label_values_are_escaped()
    {
        string text = Text("nasty names");
        Assert.Contains("rows=\"two\\nlines\\\\u000d\\n=two\\nlines\\\\u000d\\n\"", text, StringComparison.Ordinal);
        Assert.Contains("rows=\"back\\\\slash \\\\n=back\\\\slash \\\\n\"", text, StringComparison.Ordinal);
        Assert.Contains("=\\\"quoted\\\" 'name'\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Uses_are_told_apart_and_a_rule_given_twice_has_one_sample()
    {
        var bound = GateReports.Passed with { Rule = GateReports.Passed.Rule with { Use = RuleUse.Bound } };
        string text = Encoding.UTF8.GetString(GateOpenMetrics.Write(GateReports.Of([GateReports.Passed, bound, GateReports.Passed])));
        Assert.Equal(2, Regex.Count(text, "ls_calib_gate_decision\\{"));
        Assert.Contains("kind=\"max-bound\"", text, StringComparison.Ordinal);
    }

    private static string Text(string name) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(GateOpenMetrics.Write(GateReports.All[name]));

    [GeneratedRegex("^# TYPE ([a-z_][a-z0-9_]*) gauge$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("^# UNIT ([a-z_][a-z0-9_]*) ([a-z]+)$")]
    private static partial Regex UnitLine();

    [GeneratedRegex("""^# HELP ([a-z_][a-z0-9_]*) [^"\\]+$""")]
    private static partial Regex HelpLine();

    [GeneratedRegex("""^([a-z_][a-z0-9_]*)(\{metric="[a-z0-9-]+",rows="(?:[^"\\\n]|\\[\\"n])*",kind="[a-z-]+"\}) ([+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)$""")]
    private static partial Regex SampleLine();
}
