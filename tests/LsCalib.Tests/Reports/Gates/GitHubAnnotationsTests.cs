using LsCalib.Core.Gates;
using LsCalib.Reports.Gates;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Reports.Gates;

public sealed class GitHubAnnotationsTests
{
    public static TheoryData<string> Reports => GateReports.Names;

    [Theory]
    [MemberData(nameof(Reports))]
    public void Lines_are_commands_and_ten_at_most(string name)
    {
        var lines = GitHubAnnotations.Lines(GateReports.All[name]);
        Assert.InRange(lines.Count, 1, GitHubAnnotations.Most);
        Assert.All(lines, line => Assert.Matches("^::(error|warning) title=[^,:\\p{Cc}]+::[^\\p{Cc}]+\\z", line));
        Assert.All(lines, line => Assert.DoesNotMatch("%(?!25|0D|0A|3A|2C)", line));
    }

    [Fact]
    public void The_worst_come_first_and_say_why() => Assert.Equal(
        [
            "::error title=ls-calib gate%3A fail%3A ece-15 max-increase 0.005::0.0123 → 0.1154, worse by +0.1031 (0.0900 – 0.1162). At least 0.09 worse, and 0.005 is allowed.",
            "::error title=ls-calib gate%3A fail%3A accuracy min 0.95::0.9312 (0.9201 – 0.9411). 0.9312 is below 0.95.",
            "::warning title=ls-calib gate%3A inconclusive%3A nll max-increase 2%25::0.4000 → 0.4060, worse by +0.0060 (−0.0040 – 0.0160). The interval of the worsening holds the tolerance. 5,000 rows detect a worsening of 0.0150 and more; about 21,000 rows would decide.",
            "::warning title=ls-calib gate%3A pass%3A ece-10 max 0.012::The limit 0.012 is below the noise floor 0.0163: a calibrated model would fail it at times.",
        ],
        GitHubAnnotations.Lines(GateReports.All["all"]));

    [Fact]
    public void Rules_beyond_the_tenth_are_counted()
    {
        var lines = GitHubAnnotations.Lines(GateReports.Many(36));
        Assert.Equal(10, lines.Count);
        Assert.All(lines, line => Assert.StartsWith("::error ", line, StringComparison.Ordinal));
        Assert.Equal("::error title=ls-calib gate::15 more rules are not shown: 3 failed, 12 inconclusive.", lines[9]);
        Assert.Equal(10, GitHubAnnotations.Lines(GateReports.Many(15)).Count);
        Assert.DoesNotContain("not shown", GitHubAnnotations.Lines(GateReports.Many(15))[9], StringComparison.Ordinal);
    }

    [Fact]
    public void An_inconclusive_rule_is_an_error_where_it_counts_as_fail()
    {
        var report = GateReports.Of([GateReports.Open, GateReports.Warned]);
        Assert.Equal(["::warning", "::warning"], GitHubAnnotations.Lines(report with { CountsAs = Decision.Pass }).Select(line => line.Split(' ')[0]));
        Assert.Equal(["::error", "::warning"], GitHubAnnotations.Lines(report with { CountsAs = Decision.Fail }).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void An_improvement_is_told_as_one()
    {
        var better = GateReports.Worse with { Comparison = GateReports.Worse.Comparison! with { Worsening = -0.1032, Interval = new(-0.12, 0.01, "paired") } };
        Assert.Contains(", better by 0.1032 (−0.0100 – 0.1200). ", GitHubAnnotations.Lines(GateReports.Of([better]))[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Signs_of_commands_are_escaped()
    {
        var report = GateReports.Of([GateReports.Failed with { Rule = GateReports.Failed.Rule with { Rows = new("a,b:c", "50%\r\n") }, Reason = "100% of\r\nrows: a, b" }]);
        Assert.Equal(["::error title=ls-calib gate%3A fail%3A accuracy[a%2Cb%3Ac=50%25%0D%0A] min 0.95::0.9312 (0.9201 – 0.9411). 100%25 of%0D%0Arows: a, b."], GitHubAnnotations.Lines(report));
    }

    [Fact]
    public void A_gate_that_passes_has_none() => Assert.Empty(GitHubAnnotations.Lines(GateReports.Of([GateReports.Passed])));
}
