using System.Text.Json;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Ranking;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Ranking;

public sealed class RiskCoverageTests
{
    [Fact]
    public void The_optimal_curve_accepts_all_right_rows_first()
    {
        // Two of five wrong: no error in three rows, then 1/4 and 2/5.
        bool[] correct = [true, false, true, false, true];
        var order = ConfidenceOrder.From([0.9, 0.8, 0.7, 0.6, 0.5], correct);
        Assert.Equal([0, 0, 0, 0.25, 0.4], RiskCoverage.From(order).OptimalCurve(100).Select(point => point.Risk));
        var perfect = RiskCoverage.From(ConfidenceOrder.From([0.9, 0.5, 0.8, 0.4, 0.7], correct));
        Assert.Equal(perfect.Curve(3).AsEnumerable(), RiskCoverage.From(order).OptimalCurve(3));
    }

    private const double Exact = 1e-12;

    [Fact]
    public void Aurc_is_the_mean_error_rate_of_the_most_confident_rows()
    {
        // Error rates of the first 1, 2, 3 rows: 0, 0, 1/3. No order is better. Trapezoids of errors / 3: 0, 0, 1/6, each 1/3 wide.
        var curve = Of([0.8, 0.7, 0.6], [true, true, false]);
        Assert.Equal(1 / 9.0, curve.Aurc, Exact);
        Assert.Equal(1 / 9.0, curve.OptimalAurc, Exact);
        Assert.Equal(0, curve.ExcessAurc, Exact);
        Assert.Equal(1 / 18.0, curve.Augrc, Exact);
        Assert.Equal(1 / 18.0, curve.OptimalAugrc, Exact);
        Assert.Equal(1, curve.AurocOfCorrectness);
    }

    [Fact]
    public void Tied_rows_count_as_expected_over_their_orders()
    {
        // Expected errors of the first 1 to 5 rows: 0, 1/3, 2/3, 1, 2, so error rates 0, 1/6, 2/9, 1/4, 2/5. Of the 6 pairs of
        // a correct and a wrong row, 4 are in order and 2 are tied. Trapezoids of errors: 0 + 1/6 + 1/2 + 5/6 + 3/2 = 3, by 25.
        var curve = Of([0.5, 0.9, 0.5, 0.1, 0.5], [false, true, true, false, true]);
        Assert.Equal((0 + (1 / 6.0) + (2 / 9.0) + 0.25 + 0.4) / 5, curve.Aurc, Exact);
        Assert.Equal(5 / 6.0, curve.AurocOfCorrectness, Exact);
        Assert.Equal(0.12, curve.Augrc, Exact);
        Assert.Equal(0, curve.RiskAt(0.2), Exact);
        Assert.Equal(2 / 9.0, curve.RiskAt(0.5), Exact);
        Assert.Equal(0.4, curve.RiskAt(1), Exact);
    }

    [Fact]
    public void Coverage_at_a_risk_takes_tied_rows_whole()
    {
        var curve = Of([0.5, 0.9, 0.5, 0.1, 0.5], [false, true, true, false, true]);
        Assert.Equal(0.8, curve.CoverageAt(0.25), Exact);
        Assert.Equal(0.2, curve.CoverageAt(0.24), Exact);
        Assert.Equal(1, curve.CoverageAt(0.4), Exact);
        Assert.Equal(0, Of([0.9, 0.8], [false, true]).CoverageAt(0.49));
        Assert.Equal(1, Of([0.9, 0.8], [false, true]).CoverageAt(0.5));
    }

    [Fact]
    public void Coverages_that_mean_whole_rows_are_not_rounded_up()
    {
        // The 8 most confident of 100 rows hold one error, the 7 most confident none; 0.07 × 100 > 7 in binary.
        var scores = Enumerable.Range(0, 100).Select(i => -(double)i).ToArray();
        var correct = Enumerable.Range(0, 100).Select(i => i != 7).ToArray();
        Assert.Equal(0, Of(scores, correct).RiskAt(0.07));
        Assert.Equal(1 / 8.0, Of(scores, correct).RiskAt(0.0701), Exact);
    }

    [Fact]
    public void Aurc_is_the_mean_over_all_orders_of_tied_rows()
    {
        double[] scores = [0.3, 0.3, 0.3, 0.7, 0.7, 0.9, 0.2];
        bool[] correct = [true, false, false, true, false, true, true];
        double sum = 0;
        int orders = 0;
        foreach (int[] order in Permutations(7).Where(order => order.Zip(order.Skip(1)).All(pair => scores[pair.First] >= scores[pair.Second])))
        {
            int errors = 0;
            for (int i = 0; i < 7; i++)
            {
                errors += correct[order[i]] ? 0 : 1;
                sum += errors / (i + 1.0) / 7;
            }

            orders++;
        }

        Assert.Equal(12, orders);
        Assert.Equal(sum / orders, Of(scores, correct).Aurc, Exact);
    }

    [Fact]
    public void Auroc_counts_pairs_and_fixes_augrc()
    {
        var (scores, correct) = Rows(300, seed: 5);
        double ordered = 0;
        int pairs = 0;
        for (int i = 0; i < 300; i++)
        {
            for (int j = 0; j < 300; j++)
            {
                if (correct[i] && !correct[j])
                {
                    ordered += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                    pairs++;
                }
            }
        }

        var curve = Of(scores, correct);
        double e = correct.Count(right => !right) / 300.0;
        Assert.Equal(ordered / pairs, curve.AurocOfCorrectness, Exact);
        Assert.Equal((e * e / 2) + (e * (1 - e) * (1 - (ordered / pairs))), curve.Augrc, Exact);
    }

    [Theory]
    [InlineData(0.1, 0.0051755, 0.005)]
    [InlineData(0.2, 0.0214852, 0.02)]
    [InlineData(0.3, 0.0503275, 0.045)]
    public void Optimal_areas_tend_to_their_closed_forms(double errorRate, double aurc, double augrc)
    {
        var scores = Enumerable.Range(0, 200_000).Select(i => (double)i).ToArray();
        var curve = Of(scores, [.. scores.Select(score => score >= 200_000 * errorRate)]);
        Assert.Equal(aurc, curve.OptimalAurc, 1e-6);
        Assert.Equal(curve.OptimalAurc, curve.Aurc, Exact);
        Assert.Equal(augrc, curve.OptimalAugrc, Exact);
        Assert.Equal(augrc, curve.Augrc, Exact);
    }

    [Fact]
    public void Only_the_order_of_scores_matters_and_the_order_of_rows_does_not()
    {
        var (scores, correct) = Rows(500, seed: 6);
        var curve = Of(scores, correct);
        var shuffled = Enumerable.Range(0, 500).ToArray();
        new SeededRandom(1).Shuffle<int>(shuffled);
        var other = Of([.. shuffled.Select(i => Math.Exp(5 * scores[i]) - 7)], [.. shuffled.Select(i => correct[i])]);
        Assert.Equal(curve.Aurc, other.Aurc);
        Assert.Equal(curve.Augrc, other.Augrc);
        Assert.Equal(curve.AurocOfCorrectness, other.AurocOfCorrectness);
        Assert.Equal(curve.Curve(20).ToArray(), other.Curve(20).ToArray());
    }

    [Fact]
    public void Rows_counted_three_times_leave_augrc_and_auroc_alone()
    {
        var (scores, correct) = Rows(200, seed: 7);
        var curve = Of(scores, correct);
        var tripled = Of([.. scores, .. scores, .. scores], [.. correct, .. correct, .. correct]);
        Assert.Equal(curve.Augrc, tripled.Augrc, Exact);
        Assert.Equal(curve.AurocOfCorrectness, tripled.AurocOfCorrectness, Exact);
    }

    [Fact]
    public void Optimum_and_reversed_optimum_bound_aurc()
    {
        var (scores, correct) = Rows(400, seed: 8);
        var curve = Of(scores, correct);
        var worst = Of([.. correct.Select((right, i) => right ? (double)i : 1000 + i)], correct);
        Assert.InRange(curve.Aurc, curve.OptimalAurc, worst.Aurc);
        Assert.Equal(0, worst.AurocOfCorrectness);
    }

    [Fact]
    public void The_curve_ends_at_the_error_rate()
    {
        var (scores, correct) = Rows(103, seed: 9);
        var curve = Of(scores, correct);
        var points = curve.Curve(10);
        Assert.Equal(10, points.Length);
        Assert.Equal(new(1, curve.ErrorRate), points[^1]);
        Assert.All(points, point => Assert.Equal(curve.RiskAt(point.Coverage), point.Risk));
        Assert.Equal(103, curve.Curve(1000).Length);
        Assert.Equal(1 / 103.0, curve.Curve(1000)[0].Coverage, Exact);
    }

    [Fact]
    public void Degenerate_rows_are_undefined_rather_than_zero()
    {
        var none = Of([], []);
        Assert.All(
            [none.Aurc, none.OptimalAurc, none.ExcessAurc, none.Augrc, none.OptimalAugrc, none.ErrorRate, none.AurocOfCorrectness, none.RiskAt(1), none.CoverageAt(1)],
            value => Assert.Equal(double.NaN, value));
        Assert.Empty(none.Curve(5));
        Assert.Equal(double.NaN, Of([0.5, 0.6], [true, true]).AurocOfCorrectness);
        Assert.Equal(double.NaN, Of([0.5, 0.6], [false, false]).AurocOfCorrectness);
        Assert.Equal(0, Of([1], [true]).Aurc);
        Assert.Equal(1, Of([0], [false]).Aurc);
        Assert.Equal(0.5, Of([0.5, 0.5, 0.5, 0.5], [true, false, true, false]).Aurc, Exact);
        Assert.Equal(double.NaN, Of([1], [true]).RiskAt(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Of([1], [true]).RiskAt(1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Of([1], [true]).CoverageAt(double.NaN));
    }

    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10")]
    [InlineData("wideresnet-16-4-cifar-10")]
    public void Areas_match_other_libraries(string name)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("golden", "expected.json")));
        var set = expected.RootElement.GetProperty("sets").GetProperty(name);
        double temperature = set.GetProperty("T").GetProperty("own_root").GetDouble();
        foreach (var (part, scaling) in new[] { ("uncal", RowScaling.None), ("ts", RowScaling.ByTemperature(temperature)) })
        {
            var curve = RiskCoverage.From(ConfidenceOrder.From(Confidences(name, "test", scaling, out bool[] correct), correct));
            Assert.Equal(set.GetProperty(part).GetProperty("aurc").GetProperty("own_tie_averaged").GetDouble(), curve.Aurc, 1e-9);
            Assert.Equal(set.GetProperty(part).GetProperty("auroc").GetProperty("sklearn").GetDouble(), curve.AurocOfCorrectness, 1e-9);
        }
    }

    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10", 0.27154289, 0.17431750)]
    public void Areas_match_those_of_the_published_probabilities(string name, double aurc, double augrc)
    {
        // The shared logits are rounded logarithms of those probabilities: a few neighbours change places.
        double[] first = Confidences(name, "val", RowScaling.None, out bool[] firstCorrect);
        double[] second = Confidences(name, "test", RowScaling.None, out bool[] secondCorrect);
        var curve = Of([.. first, .. second], [.. firstCorrect, .. secondCorrect]);
        Assert.Equal(aurc, curve.Aurc, 1e-7);
        Assert.Equal(augrc, curve.Augrc, 1e-7);
    }

    private static RiskCoverage Of(double[] scores, bool[] correct) => RiskCoverage.From(ConfidenceOrder.From(scores, correct));

    private static double[] Confidences(string name, string part, RowScaling scaling, out bool[] correct)
    {
        using var file = PredictionFile.Read(SharedData.Path("golden", $"{name}-{part}.npz"), null, new CsvOptions(), null);
        var statistics = StatisticsPass.Run(file.Scores, file.Labels, scaling, 15);
        correct = [.. Enumerable.Range(0, statistics.RowCount).Select(statistics.IsCorrect)];
        return statistics.Confidence;
    }

    /// <summary>Scores with many ties, right the more often the higher they are.</summary>
    private static (double[] Scores, bool[] Correct) Rows(int count, long seed)
    {
        var random = new SeededRandom(seed);
        double[] scores = [.. Enumerable.Range(0, count).Select(_ => Math.Round(random.NextDouble(), 2))];
        return (scores, [.. scores.Select(score => random.NextDouble() < score)]);
    }

    private static IEnumerable<int[]> Permutations(int count) =>
        count == 0
            ? [[]]
            : Permutations(count - 1).SelectMany(shorter => Enumerable.Range(0, count).Select(place => (int[])[.. shorter[..place], count - 1, .. shorter[place..]]));
}
