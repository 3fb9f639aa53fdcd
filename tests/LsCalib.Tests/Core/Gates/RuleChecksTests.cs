using LsCalib.Core.Gates;

namespace LsCalib.Tests.Core.Gates;

public sealed class RuleChecksTests
{
    private static readonly GateRule Ece = new("ece-15", RuleKind.Max, 0.05);

    [Fact]
    public void Rules_that_exclude_each_other_are_found()
    {
        Assert.Equal((1, 2, "no value of gap is within both min 0.1 and max 0.05"),
            RuleChecks.Contradiction([Ece, new("gap", RuleKind.Min, 0.1), new("gap", RuleKind.Max, 0.05)]));
        Assert.Equal((0, 1, "no value of gap is within both max 0.05 and min 0.1"),
            RuleChecks.Contradiction([new("gap", RuleKind.Max, 0.05), new("gap", RuleKind.Min, 0.1)]));
        Assert.Equal((0, 1, "ece-15 has two limits of one kind, max 0.05 and max 0.06"), RuleChecks.Contradiction([Ece, Ece with { Limit = 0.06 }]));
    }

    [Fact]
    public void Rules_of_other_rows_kinds_and_uses_stand_beside_each_other() => Assert.Null(RuleChecks.Contradiction(
        [
            Ece, Ece,
            Ece with { Limit = 0.08, Use = RuleUse.Bound },
            Ece with { Limit = 0.08, Rows = new("site", "b") },
            Ece with { Limit = 0.09, Rows = new("site", "c") },
            Ece with { Limit = 0.1, Rows = new(null, "b") },
            new("ece-15", RuleKind.MaxIncrease, 0.01),
            new("ece-15", RuleKind.MaxIncrease, 0.02, true),
            new("gap", RuleKind.Min, -0.1), new("gap", RuleKind.Max, 0.1),
        ]));

    [Fact]
    public void Ten_thousand_rules_are_checked_at_once() =>
        Assert.Null(RuleChecks.Contradiction([.. Enumerable.Range(0, 10_000).Select(i => Ece with { Rows = new("site", $"{i}") })]));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_limit_is_finite(double limit) =>
        Assert.Equal("the limit is not a finite number.", RuleChecks.Problem(Ece with { Limit = limit }, RuleText.Word));

    [Fact]
    public void A_rule_against_a_baseline_has_no_use() =>
        Assert.Contains("always decide on the interval", RuleChecks.Problem(new("nll", RuleKind.MaxIncrease, 0.1) { Use = RuleUse.Bound }, RuleText.Word), StringComparison.Ordinal);
}
