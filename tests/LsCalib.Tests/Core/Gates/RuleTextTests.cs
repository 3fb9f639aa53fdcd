using LsCalib.Core.Gates;

namespace LsCalib.Tests.Core.Gates;

public sealed class RuleTextTests
{
    public static TheoryData<RuleKind, string, GateRule> Typed => new()
    {
        { RuleKind.Max, "ece-15=0.05", new("ece-15", RuleKind.Max, 0.05) },
        { RuleKind.Max, "ece-100-mass=5e-2", new("ece-100-mass", RuleKind.Max, 0.05) },
        { RuleKind.Min, "accuracy=0.95", new("accuracy", RuleKind.Min, 0.95) },
        { RuleKind.Max, "nll=1.5", new("nll", RuleKind.Max, 1.5) },
        { RuleKind.Min, "gap=-0.02", new("gap", RuleKind.Min, -0.02) },
        { RuleKind.Max, "mean-confidence=0.9", new("mean-confidence", RuleKind.Max, 0.9) },
        { RuleKind.MaxIncrease, "ece-15=0.005", new("ece-15", RuleKind.MaxIncrease, 0.005) },
        { RuleKind.MaxIncrease, "ece-15=0", new("ece-15", RuleKind.MaxIncrease, 0) },
        { RuleKind.MaxIncrease, "nll=2%", new("nll", RuleKind.MaxIncrease, 0.02, true) },
        { RuleKind.MaxIncrease, "nll=7%", new("nll", RuleKind.MaxIncrease, 0.07, true) },
        { RuleKind.MaxIncrease, "nll=200%", new("nll", RuleKind.MaxIncrease, 2, true) },
        { RuleKind.MaxDecrease, "accuracy=0.01", new("accuracy", RuleKind.MaxDecrease, 0.01) },
        { RuleKind.Max, "ece-15[site=b]=0.05", new("ece-15", RuleKind.Max, 0.05) { Rows = new("site", "b") } },
        { RuleKind.Max, "ece-15[site=]=0.05", new("ece-15", RuleKind.Max, 0.05) { Rows = new("site", "") } },
        { RuleKind.Max, "ece-15[class=cat]=0.05", new("ece-15", RuleKind.Max, 0.05) { Rows = new(null, "cat") } },
        { RuleKind.Max, "ece-15[class=a=b]=0.05", new("ece-15", RuleKind.Max, 0.05) { Rows = new(null, "a=b") } },
        { RuleKind.Max, "ece-15[site=x]=1]=0.05", new("ece-15", RuleKind.Max, 0.05) { Rows = new("site", "x]=1") } },
        { RuleKind.Max, "ece-15[\"class\"=cat]=0.05", new("ece-15", RuleKind.Max, 0.05) { Rows = new("class", "cat") } },
        { RuleKind.Max, "ece-15[\"a=\"\"b\"=c]=0.05", new("ece-15", RuleKind.Max, 0.05) { Rows = new("a=\"b", "c") } },
        { RuleKind.MaxIncrease, "torchmetrics-ece-15[site=ü 😀]=0.1", new("torchmetrics-ece-15", RuleKind.MaxIncrease, 0.1) { Rows = new("site", "ü 😀") } },
    };

    [Theory]
    [MemberData(nameof(Typed))]
    public void A_rule_is_read_as_it_is_typed(RuleKind kind, string text, GateRule expected)
    {
        var rule = RuleText.Parse(kind, text, out string problem);
        Assert.Equal("", problem);
        Assert.Equal(expected, rule);
    }

    [Theory]
    [MemberData(nameof(Typed))]
    public void What_outputs_call_a_rule_can_be_typed(RuleKind kind, string text, GateRule expected)
    {
        string written = $"{RuleText.Name(expected)}={RuleText.Number(expected)}";
        Assert.Equal(expected, RuleText.Parse(kind, written, out _));
        Assert.Equal(text.Contains('%', StringComparison.Ordinal), written.EndsWith('%'));
    }

    [Theory]
    [InlineData(RuleKind.Max, "ece=0.05", "--max: \"ece=0.05\": \"ece\" names no metric. Did you mean \"ece-15\"?")]
    [InlineData(RuleKind.Max, "acuracy=0.9", "Did you mean \"accuracy\"?")]
    [InlineData(RuleKind.Max, "ece-15", "has no limit")]
    [InlineData(RuleKind.Max, "ece-15=", "has no limit")]
    [InlineData(RuleKind.Max, "=0.05", "names no metric. Write METRIC=LIMIT")]
    [InlineData(RuleKind.Max, "", "has no limit")]
    [InlineData(RuleKind.Max, "ece-15=0,05", "\"0,05\" is not a finite number")]
    [InlineData(RuleKind.Max, "ece-15=NaN", "not a finite number")]
    [InlineData(RuleKind.Max, "ece-15=Infinity", "not a finite number")]
    [InlineData(RuleKind.Max, "nll=1e999", "not a finite number")]
    [InlineData(RuleKind.Max, "ece-15=5%", "a percentage is of the baseline's value, and --max has no baseline. Write 0.05.")]
    [InlineData(RuleKind.Max, "ece-15=5", "outside the range of ece-15, 0 to 1. For 5 % write 0.05.")]
    [InlineData(RuleKind.Max, "ece-15=-1", "outside the range of ece-15, 0 to 1.")]
    [InlineData(RuleKind.Max, "ece-15=1", "ece-15 is never above 1, so the rule would never fail.")]
    [InlineData(RuleKind.Max, "brier=2", "brier is never above 2, so the rule would never fail.")]
    [InlineData(RuleKind.Min, "accuracy=0", "accuracy is never below 0, so the rule would never fail.")]
    [InlineData(RuleKind.Min, "gap=-1", "gap is never below -1, so the rule would never fail.")]
    [InlineData(RuleKind.Max, "nll=-0.1", "outside the range of nll, 0 and more.")]
    [InlineData(RuleKind.MaxIncrease, "ece-15=1", "ece-15 cannot worsen by more than 1 (it is at most 1), so the rule would never fail.")]
    [InlineData(RuleKind.Max, "foo=0.1", "\"foo\" names no metric. ls-calib metrics lists them.")]
    [InlineData(RuleKind.Min, "accuracy=-0.95", "outside the range of accuracy, 0 to 1.")]
    [InlineData(RuleKind.Max, "brier=2.5", "outside the range of brier, 0 to 2.")]
    [InlineData(RuleKind.Max, "accuracy=0.9", "accuracy is better the higher it is. Limit it from below: --min.")]
    [InlineData(RuleKind.Min, "ece-15=0.9", "ece-15 is better the lower it is. Limit it from above: --max.")]
    [InlineData(RuleKind.MaxIncrease, "accuracy=0.1", "Use --max-decrease.")]
    [InlineData(RuleKind.MaxDecrease, "nll=0.1", "Use --max-increase.")]
    [InlineData(RuleKind.MaxIncrease, "gap=0.1", "gap is best at 0")]
    [InlineData(RuleKind.MaxDecrease, "mean-confidence=0.1", "no change of it is a worsening")]
    [InlineData(RuleKind.MaxIncrease, "ece-15=-0.01", "the tolerance -0.01 is negative")]
    [InlineData(RuleKind.MaxIncrease, "nll=-2%", "the tolerance -2% is negative")]
    [InlineData(RuleKind.MaxIncrease, "nll=0%", "0% of the baseline allows nothing")]
    [InlineData(RuleKind.MaxIncrease, "ece-15=2", "cannot worsen by 2 (it is at most 1), so the rule would never fail. A percentage of the baseline is written 2%.")]
    [InlineData(RuleKind.MaxDecrease, "accuracy=100%", "would never fail")]
    [InlineData(RuleKind.Max, "ece-15[site=b=0.05", "the brackets are not closed")]
    [InlineData(RuleKind.Max, "ece-15[site]=0.05", "\"[site]\" selects no rows")]
    [InlineData(RuleKind.Max, "ece-15[=b]=0.05", "selects no rows")]
    [InlineData(RuleKind.Max, "ece-15[]=0.05", "selects no rows")]
    [InlineData(RuleKind.Max, "ece-15[\"site=b]=0.05", "selects no rows")]
    [InlineData(RuleKind.Max, "ece-15[\"site\"]=0.05", "selects no rows")]
    [InlineData(RuleKind.Max, "ece-15[class=]=0.05", "names no class")]
    [InlineData(RuleKind.Max, "[site=b]=0.05", "names no metric")]
    public void What_cannot_be_meant_is_told(RuleKind kind, string text, string expected)
    {
        Assert.Null(RuleText.Parse(kind, text, out string problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.StartsWith($"--{kind.Word()}: \"{text}\": ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sum_over_classes_may_exceed_one() =>
        Assert.NotNull(RuleText.Parse(RuleKind.Max, "classwise-ece-15-sum=1.5", out _));

    [Theory]
    [InlineData(RuleKind.Max, "l1-debiased-15=-0.01")]
    [InlineData(RuleKind.Max, "nll-calibration=-0.01")]
    [InlineData(RuleKind.Min, "gap=-0.99")]
    [InlineData(RuleKind.Max, "ece-15=0")]
    [InlineData(RuleKind.Min, "accuracy=1")]
    public void A_limit_within_the_range_is_one(RuleKind kind, string text) => Assert.NotNull(RuleText.Parse(kind, text, out _));

    [Fact]
    public void A_column_called_class_is_told_from_the_predicted_class()
    {
        Assert.Equal("class=cat", new RowSelection(null, "cat").ToString());
        Assert.Equal("\"class\"=cat", new RowSelection("class", "cat").ToString());
    }

    [Fact]
    public void Words_of_a_rule_hold_its_use()
    {
        Assert.Equal("ece-15[site=b] max 0.05 (bound)", RuleText.Of(new("ece-15", RuleKind.Max, 0.05) { Use = RuleUse.Bound, Rows = new("site", "b") }));
        Assert.Equal("nll max-increase 2%", RuleText.Of(new("nll", RuleKind.MaxIncrease, 0.02, true)));
    }
}
