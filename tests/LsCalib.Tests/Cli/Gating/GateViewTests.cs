using LsCalib.Cli.Terminal;
using LsCalib.Reports.Documents;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli.Gating;

public sealed class GateViewTests
{
    public static TheoryData<string> Reports => GateReports.Names;

    [Fact]
    public void Each_rule_says_what_decided_it_and_the_last_line_what_the_gate_says() => Assert.Equal(
        """

          smooth   n = 5,000, K = 10
          baseline: main.baseline, of hard.onnx; rows matched by the hash of inputs and
          label
          rules: ls-calib.gate.json
          intervals: 95% two-sided, 2,000 resamples, seed 7

          PASS         ece-15                0.0123 (0.0000 – 0.0211) max 0.05
                       n = 5,000; noise floor 0.0110, 95% 0.0163
                       0.0123 is not above 0.05
          INCONCLUSIVE nll                   0.4000 → 0.4060          max-increase 2%
                       worse by +0.0060 (−0.0040 – 0.0160), allowed 0.0080; p = 0.3100,
                       adjusted; n = 5,000
                       the interval of the worsening holds the tolerance
                       5,000 rows detect a worsening of 0.0150 and more; about 21,000
                       rows would decide
          FAIL         ece-15                0.0123 → 0.1154          max-increase 0.005
                       worse by +0.1031 (0.0900 – 0.1162), allowed 0.0050; p < 0.0001,
                       adjusted; n = 5,000; noise floor 0.0100, 95% 0.0160
                       at least 0.09 worse, and 0.005 is allowed
          FAIL         accuracy              0.9312 (0.9201 – 0.9411) min 0.95
                       n = 5,000
                       0.9312 is below 0.95
          PASS         ece-10                0.0123 (0.0000 – 0.0211) max 0.012
                       n = 5,000; noise floor 0.0110, 95% 0.0163
                       0.0123 is not above 0.05
                       warning: the limit 0.012 is below the noise floor 0.0163: a
                       calibrated model would fail it at times
          PASS         ece-15[class=cat]     0.0123 (0.0000 – 0.0211) max 0.05
                       n = 800; noise floor 0.0110, 95% 0.0163
                       0.0123 is not above 0.05

          T = 1.310 brings ECE back to 0.0110.
          Mend the model; if the change is meant, save a new baseline (ls-calib baseline
          update) or allow more in ls-calib.gate.json.
          Test on more rows (about 21,000 would decide all rules), or allow more;
          --on-inconclusive says whether such a run passes.
          warning: the baseline was made on another device
          6 rules: 2 failed, 1 inconclusive, 3 passed
          gate: FAIL (seed 7)

        """,
        Shown(GateReports.All["all"], new(80, Colors: false, Unicode: true, ErrorIsTerminal: false)));

    [Theory]
    [MemberData(nameof(Reports))]
    public void Lines_fit_eighty_columns_and_hold_no_controls(string name)
    {
        string text = Shown(GateReports.All[name], new(80, Colors: false, Unicode: true, ErrorIsTerminal: false));
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        if (name != "nasty names")
        {
            Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
        }

        Assert.StartsWith("  gate: ", text.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(200, true)]
    [InlineData(80, false)]
    public void Narrow_wide_and_plain_terminals_are_told_the_same(int width, bool unicode)
    {
        string text = Shown(GateReports.All["all"], new(width, Colors: false, unicode, ErrorIsTerminal: false));
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= Math.Max(width, 40), line));
        Assert.Contains(unicode ? "0.0123 → 0.1154" : "0.0123 -> 0.1154", text, StringComparison.Ordinal);
        Assert.True(unicode || text.All(char.IsAscii), text);
        Assert.EndsWith("  6 rules: 2 failed, 1 inconclusive, 3 passed\n  gate: FAIL (seed 7)\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_only_repeat_the_words()
    {
        string coloured = Shown(GateReports.All["all"], new(80, Colors: true, Unicode: true, ErrorIsTerminal: false));
        Assert.Contains("\u001b[31mFAIL", coloured, StringComparison.Ordinal);
        Assert.Equal(
            Shown(GateReports.All["all"], new(80, Colors: false, Unicode: true, ErrorIsTerminal: false)),
            System.Text.RegularExpressions.Regex.Replace(coloured, "\u001b\\[[0-9]+m", ""));
    }

    [Fact]
    public void Quiet_leaves_rules_and_decision()
    {
        string text = Shown(GateReports.All["all"], new(80, Colors: false, Unicode: true, ErrorIsTerminal: false), quiet: true);
        Assert.StartsWith("  PASS         ece-15 ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("another device", text, StringComparison.Ordinal);
    }

    private static string Shown(GateReport report, TerminalProfile terminal, bool quiet = false)
    {
        using var output = new StringWriter();
        new GateView(terminal, output).Write(report, quiet);
        return output.ToString();
    }
}
