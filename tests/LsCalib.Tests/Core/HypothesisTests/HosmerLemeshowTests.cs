using LsCalib.Core.HypothesisTests;
using static LsCalib.Tests.Core.HypothesisTests.CalibrationTestsTests;

namespace LsCalib.Tests.Core.HypothesisTests;

/// <summary>Groups of similar confidence against the outcomes expected of them.</summary>
public sealed class HosmerLemeshowTests
{
    private const double Exact = 1e-12;

    [Fact]
    public void Dense_groups_take_chi_squared()
    {
        // Ten groups of 40 rows at c = 0.25, 0.3, …, 0.7, each two correct rows off: Σ 4 / (40 c(1−c)).
        var confidences = new List<double>();
        var correct = new List<int>();
        double statistic = 0;
        for (int group = 0; group < 10; group++)
        {
            double c = (25 + (5 * group)) / 100.0;
            statistic += 4 / (40 * c * (1 - c));
            for (int i = 0; i < 40; i++)
            {
                confidences.Add(c);
                correct.Add(i < (40 * c) + (group % 2 == 0 ? 2 : -2) - 0.5 ? 1 : 0);
            }
        }

        var result = HosmerLemeshow.Test(Order([.. confidences], [.. correct]), seed: 1);
        Assert.Equal(statistic, result.Statistic, 1e-11);

        // scipy.stats.chi2.sf(4.406249306249306, 10).
        Assert.Equal(0.9271653240553944, result.PValue, Exact);
        Assert.Equal("chi-squared, 10 degrees of freedom", result.Law);
    }

    [Fact]
    public void Sparse_groups_are_simulated_exactly()
    {
        // Two rows in each of ten groups: 4^10 outcomes, their statistics added up group by group.
        double[] confidences = [.. Enumerable.Range(0, 20).Select(i => 0.52 + (i * 0.0237))];
        int[] correct = [.. Enumerable.Range(0, 20).Select(i => i % 4 == 1 ? 0 : 1)];
        var result = HosmerLemeshow.Test(Order(confidences, correct), seed: 2);
        Assert.Equal("9999 draws of the outcomes", result.Law);

        double Above(int group, double left, double probability)
        {
            if (group == 10)
            {
                return left <= 1e-9 ? probability : 0;
            }

            double first = confidences[2 * group];
            double second = confidences[(2 * group) + 1];
            double sum = 0;
            for (int outcome = 0; outcome < 4; outcome++)
            {
                double gap = (outcome & 1) + (outcome >> 1) - first - second;
                double p = ((outcome & 1) == 1 ? first : 1 - first) * (outcome >> 1 == 1 ? second : 1 - second);
                sum += Above(group + 1, left - (gap * gap / ((first + second) * (1 - ((first + second) / 2)))), probability * p);
            }

            return sum;
        }

        // Four standard errors of 9,999 draws.
        double exact = Above(0, result.Statistic, 1);
        Assert.InRange(exact, 0.05, 0.95);
        Assert.Equal(exact, result.PValue, 4 * Math.Sqrt(exact * (1 - exact) / 9999));
    }

    [Fact]
    public void A_group_of_ones_adds_nothing_unless_one_is_wrong()
    {
        double[] confidences = [.. Enumerable.Repeat(1.0, 50), .. Enumerable.Repeat(0.5, 50)];
        int[] correct = [.. Enumerable.Repeat(1, 50), .. Enumerable.Range(0, 50).Select(i => i % 2)];
        Assert.Equal((0, 1), Values(HosmerLemeshow.Test(Order(confidences, correct), seed: 1)));
        correct[3] = 0;
        Assert.Equal((double.PositiveInfinity, 0), Values(HosmerLemeshow.Test(Order(confidences, correct), seed: 1)));
    }
}
