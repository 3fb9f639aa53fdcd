using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using LsCalib.Core.Gates;
using LsCalib.Reports.Gates;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Reports.Gates;

public sealed partial class GateMarkdownTests
{
    public static TheoryData<string> Reports => GateReports.Names;

    [Theory]
    [MemberData(nameof(Reports))]
    public void The_table_is_whole_and_holds_no_sign_of_others(string name)
    {
        var report = GateReports.All[name];
        string text = Text(report);
        Assert.True(Encoding.UTF8.GetByteCount(text) < 1_000_000);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var rows = text.Split('\n').Where(line => line.StartsWith('|')).ToList();
        int columns = report.Result.Rules.Any(rule => rule.Comparison is not null) ? 8 : 6;
        Assert.All(rows, row => Assert.Equal(columns + 1, row.Count(c => c == '|')));
        Assert.Matches("^\\|(---\\|)+--:\\|---\\|$", rows[1]);
        Assert.All(text.Split('\n'), line => Assert.Matches(@"^$|^\||^## |^<code>|^- |^\*\*[A-Z]|^[0-9,]+ more |^ls-calib ", line));

        // Without our own tags, heading, table, bold titles and entities nothing is left that Markdown or HTML reads.
        Assert.DoesNotMatch(@"[<>`*_~\[\]\\@#$!&]|://|www\.|:[a-z]+:", OurMarks().Replace(text, ""));
    }

    [Fact]
    public void Names_are_shown_as_they_are()
    {
        string text = WebUtility.HtmlDecode(Text(GateReports.All["nasty names"]));
        foreach (string name in GateReports.NastyNames.Where(name => !name.Any(char.IsControl) && !name.Contains('\u202E', StringComparison.Ordinal) && !name.Any(char.IsSurrogate) && name.Trim().Length > 0))
        {
            Assert.Contains($"rows of {name} are worse", text, StringComparison.Ordinal);
        }

        Assert.Contains("rows of two lines   are worse", text, StringComparison.Ordinal);
        Assert.Contains("<code>nll[class=😀 ümlaut 汉字]</code>", text, StringComparison.Ordinal);
        Assert.Contains("[31mred", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202E', text);
    }

    [Fact]
    public void Rows_say_all_that_decided_a_rule_the_worst_first()
    {
        string[] rows = [.. WebUtility.HtmlDecode(Text(GateReports.All["all"])).Split('\n').Where(line => line.StartsWith('|')).Skip(2)];
        Assert.Equal("| ❌ FAIL | <code>ece-15</code> | max-increase 0.005 | 0.1154<br>noise: mean 0.0100, 95% 0.0160 | 0.0123 | +0.1031 (0.0900 – 0.1162) | 5,000 | at least 0.09 worse, and 0.005 is allowed |", rows[0]);
        Assert.Equal("| ❌ FAIL | <code>accuracy</code> | min 0.95 | 0.9312 (0.9201 – 0.9411) | | | 5,000 | 0.9312 is below 0.95 |", rows[1]);
        Assert.Equal("| ❔ INCONCLUSIVE | <code>nll</code> | max-increase 2% = 0.0080 | 0.4060 | 0.4000 | +0.0060 (−0.0040 – 0.0160) | 5,000 | the interval of the worsening holds the tolerance<br>5,000 rows detect a worsening of 0.0150 and more; about 21,000 rows would decide |", rows[2]);
        Assert.StartsWith("| ✅ PASS | <code>ece-10</code> | max 0.012 |", rows[3], StringComparison.Ordinal);
        Assert.Contains("Warning: the limit 0.012 is below", rows[3], StringComparison.Ordinal);
    }

    [Fact]
    public void It_begins_with_the_decision_and_ends_with_what_to_do()
    {
        string text = WebUtility.HtmlDecode(Text(GateReports.All["all"]));
        Assert.StartsWith("## ls-calib gate: ❌ FAIL\n\n<code>smooth</code>: 6 rules: 2 failed, 1 inconclusive, 3 passed. n = 5,000, K = 10. Baseline <code>main.baseline</code> of <code>hard.onnx</code>, rows matched by the hash", text, StringComparison.Ordinal);
        Assert.Contains("**What to do**\n\n- T = 1.310 brings ECE back to 0.0110.\n- Mend the model; if the change is meant, save a new baseline", text, StringComparison.Ordinal);
        Assert.EndsWith("\nls-calib 0.1.0; 95% two-sided, 2,000 resamples, seed 7.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_that_have_no_room_are_counted_and_are_not_the_worst()
    {
        string text = Text(GateReports.Many(10_000));
        int fails = Regex.Count(text, "^\\| ❌", RegexOptions.Multiline);
        int open = Regex.Count(text, "^\\| ❔", RegexOptions.Multiline);
        int passes = Regex.Count(text, "^\\| ✅", RegexOptions.Multiline);
        Assert.True(fails == 3333 || open == 0);
        Assert.True(open == 3333 || passes == 0);
        var left = Regex.Match(text, "^([0-9,]+) more rules have no room here: ([0-9,]+) failed, ([0-9,]+) inconclusive, ([0-9,]+) passed\\.$", RegexOptions.Multiline);
        Assert.True(left.Success);
        int Number(int group) => int.Parse(left.Groups[group].Value.Replace(",", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(10_000, fails + open + passes + Number(1));
        Assert.Equal([3333 - fails, 3333 - open, 3334 - passes], new[] { Number(2), Number(3), Number(4) });
    }

    [Fact]
    public void Endless_names_and_warnings_are_cut()
    {
        string endless = new('|', 3_000_000);
        var rule = GateReports.Failed with { Rule = GateReports.Failed.Rule with { Rows = new("site", endless) }, Reason = endless, Warnings = [.. Enumerable.Repeat(endless, 100)] };
        string text = Text(GateReports.Of([rule, rule, rule]) with { Name = endless, Warnings = [.. Enumerable.Repeat(endless, 1000)] });
        Assert.True(Encoding.UTF8.GetByteCount(text) < 1_000_000);
        Assert.Equal(3, Regex.Count(text, "^\\| ❌", RegexOptions.Multiline));
        Assert.Contains("980 more warnings", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Decision.Pass)]
    [InlineData(Decision.Inconclusive)]
    [InlineData(Decision.Fail)]
    public void What_it_wrote_is_known_as_ours(Decision decision)
    {
        using var folder = new TemporaryFolder();
        var report = GateReports.Of([GateReports.Passed with { Decision = decision }]);
        Assert.All(new[] { GateMarkdown.Write(report), GateJUnit.Write(report), GateOpenMetrics.Write(report), [] }, bytes => Assert.True(GateFiles.IsOurs(folder.Write("out", bytes))));
        Assert.False(GateFiles.IsOurs(folder.Write("out", "## my notes on ls-calib gate: \n")));
        Assert.False(GateFiles.IsOurs(folder.Write("out", "<testsuites name=\"mine\"/>")));
    }

    private static string Text(LsCalib.Reports.Documents.GateReport report) => Encoding.UTF8.GetString(GateMarkdown.Write(report));

    [GeneratedRegex(@"^## ls-calib gate: |^\*\*(What to do|Warnings)\*\*$|</?code>|<br>|&#[0-9]+;|^\|[-:|]+\|$", RegexOptions.Multiline)]
    private static partial Regex OurMarks();
}
