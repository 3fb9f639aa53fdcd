using System.Text.Json;
using LsCalib.Core.Catalog;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>Every metric on predictions at the edge of what there can be: a number, infinite, or undefined, and said to be so.</summary>
public sealed class ExtremeInputTests : IDisposable
{
    private const string Scores = "prob_0,prob_1,prob_2,label";
    private const string FourScores = "prob_0,prob_1,prob_2,prob_3,label";
    private const string TopLabel = "confidence,correct";
    private const string Temperature = "nll-calibration nll-refinement brier-calibration brier-refinement ";
    private const string Isotonic = "nll-calibration-isotonic nll-refinement-isotonic brier-calibration-isotonic brier-refinement-isotonic ";
    private const string Auroc = "auroc-correctness auroc-correctness-max-logit auroc-correctness-margin auroc-correctness-norm-logit ";
    private const string Tests = "spiegelhalter hosmer-lemeshow ks kuiper t-cal";
    private const string ImpossibleTests = "spiegelhalter=∞ hosmer-lemeshow=∞ ks=∞ kuiper=∞ t-cal=∞";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The metrics named are undefined, or infinite; all others are numbers.</summary>
    [Theory]
    [InlineData("one row", Scores, 1, ".6,.3,.1,0", Temperature + Isotonic + "mce-15-min10 l2-debiased-15 ece-kde skce skce-test l2-debiased-15-marginal " + Auroc + "t-cal")]
    [InlineData("two rows", Scores, 1, ".6,.3,.1,0 .1,.2,.7,1", Temperature + Isotonic + "mce-15-min10 l2-debiased-15 l2-debiased-15-marginal")]
    [InlineData("fewer rows than bins", Scores, 1, ".6,.3,.1,0 .1,.2,.7,1 .3,.5,.2,1 .1,.85,.05,1 0,.1,.9,2", Temperature + Isotonic + "mce-15-min10 l2-debiased-15")]
    [InlineData("all right", Scores, 20, ".6,.3,.1,0 .1,.2,.7,2 .1,.8,.1,1", Temperature + Auroc)]
    [InlineData("all wrong", Scores, 20, ".6,.3,.1,1 .1,.2,.7,0 .1,.8,.1,2", Temperature + Auroc)]
    [InlineData("certain and right", Scores, 20, "1,0,0,0 0,1,0,1 0,0,1,2", Temperature + Auroc + Tests)]
    [InlineData("certain and wrong", Scores, 20, "1,0,0,1 0,1,0,2 0,0,1,0", Temperature + "corp-log-mcb=∞ " + Auroc + ImpossibleTests)]
    [InlineData("uniform", FourScores, 20, ".25,.25,.25,.25,0 .25,.25,.25,.25,1 .25,.25,.25,.25,2 .25,.25,.25,.25,3", Temperature)]
    [InlineData("labels of one class", Scores, 20, ".6,.3,.1,0 .1,.2,.7,0 .2,.7,.1,0", Temperature)]
    [InlineData("one confidence", Scores, 20, ".6,.3,.1,0 .1,.6,.3,0 .3,.1,.6,2", "")]
    [InlineData("zero and one", TopLabel, 10, "0,0 1,1 0,1 1,0 .5,1", "corp-log-mcb=∞ spiegelhalter=∞ hosmer-lemeshow=∞")]
    [InlineData("zero alone", TopLabel, 30, "0,0", "auroc-correctness " + Tests)]
    [InlineData("one alone", TopLabel, 30, "1,1", "auroc-correctness " + Tests)]
    [InlineData("one, and a row in three is wrong", TopLabel, 30, "1,1 1,1 1,0", "corp-log-mcb=∞ " + ImpossibleTests)]
    [InlineData("one half", TopLabel, 30, ".5,1 .5,0", "spiegelhalter")]
    public void Every_metric_is_a_number_or_undefined(string what, string header, int times, string rows, string undefined)
    {
        string csv = _folder.Write("p.csv", $"{header}\n{string.Concat(Enumerable.Repeat(rows.Replace(' ', '\n') + "\n", times))}");
        var run = PredictionRuns.Evaluate("--predictions", csv, "--metrics", "all", "--bootstrap", "100");
        var metrics = run.GetProperty("metrics");
        string omitted = run.GetProperty("warnings").ToString();
        var without = new List<string>();
        foreach (var info in MetricCatalog.All())
        {
            if (!metrics.TryGetProperty(info.Key, out var metric))
            {
                Assert.Contains(info.Key, omitted, StringComparison.Ordinal);
            }
            else if (metric.GetProperty("value").ValueKind == JsonValueKind.Null)
            {
                bool isInfinite = metric.TryGetProperty("note", out var note) && note.GetString()!.StartsWith("the value is infinite", StringComparison.Ordinal);
                without.Add(isInfinite ? $"{info.Key}=∞" : info.Key);
                Assert.Equal("none", metric.GetProperty("interval").GetString());
            }
            else
            {
                Check(info, metric);
            }
        }

        Assert.Equal((what, undefined.Trim()), (what, string.Join(' ', without)));
    }

    [Theory]
    [InlineData("1,1\n", "1 row, confidence and outcome alone")]
    [InlineData("1,0\n.6,1\n", "MCB, log (nats)                   ∞   p = ")]
    [InlineData("1,1\n1,1\n", "Kuiper                            –   –")]
    public void The_summary_of_extremes_has_words_for_them(string rows, string expected)
    {
        var run = CommandLine.Run("evaluate", "--predictions", _folder.Write("p.csv", $"{TopLabel}\n{rows}"), "--metrics", "all", "--no-output");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("– – –", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Rows that are all alike do not tell how rows scatter, however sure they look; what accuracy could have been is all there is.</summary>
    [Theory]
    [InlineData(1, ".6,.4,0")]
    [InlineData(3, ".6,.4,0")]
    [InlineData(30, "1,0,0")]
    public void Rows_without_scatter_have_intervals_by_the_accuracy_only(int times, string row)
    {
        string csv = _folder.Write("p.csv", "prob_0,prob_1,label\n" + string.Concat(Enumerable.Repeat(row + "\n", times)));
        var metrics = PredictionRuns.Evaluate("--predictions", csv).GetProperty("metrics");
        foreach (var metric in metrics.EnumerateObject().Where(metric => metric.Value.GetProperty("interval").GetString() != "none" && metric.Name != "l2-debiased-15"))
        {
            Assert.Contains(metric.Name, new[] { "accuracy", "gap", "ece-15", "ece-15-mass", "mce-15", "rmsce-15" });
            Assert.True(metric.Value.GetProperty("upper").GetDouble() - metric.Value.GetProperty("lower").GetDouble() > 0.1, metric.Name);
        }
    }

    private static void Check(MetricInfo info, JsonElement metric)
    {
        double value = metric.GetProperty("value").GetDouble();
        double least = info.Key is "gap" ? -1 : info.Key.StartsWith("l1-debiased", StringComparison.Ordinal) ? -0.5 : 0;
        double most = info.Key.EndsWith("-sum", StringComparison.Ordinal) ? 2 : 1;
        if (info.Unit == "fraction")
        {
            Assert.InRange(value, least, most);
        }

        if (metric.GetProperty("interval").GetString() == "none")
        {
            Assert.Equal(JsonValueKind.Null, metric.GetProperty("lower").ValueKind);
        }
        else
        {
            double lower = metric.GetProperty("lower").GetDouble();
            double upper = metric.GetProperty("upper").GetDouble();
            Assert.True(lower < upper, $"{info.Key}: {lower} to {upper}");
            if (info.Unit == "fraction")
            {
                Assert.InRange(lower, least, most);
                Assert.InRange(upper, least, most * 1.01);
            }
        }

        if (metric.TryGetProperty("pValue", out var p))
        {
            Assert.InRange(p.GetDouble(), 0, 1);
        }
    }
}
