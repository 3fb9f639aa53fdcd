using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Numerics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Tests.Core.Comparison;

/// <summary>Differences of metrics that need the probabilities of all classes.</summary>
public sealed class PairedProbabilitiesTests
{
    private static readonly string[] Cells = ["classwise-ece-15", "classwise-ece-15-sum", "ace-15", "tace-15", "conditional-ece-15"];

    private static readonly string[] Known = [.. PairedRows.ProbabilityPatterns.Select(pattern => pattern.Replace("#", "15", StringComparison.Ordinal)), "conditional-ece-15"];

    public static TheoryData<string> AllKeys => [.. Known];

    public static TheoryData<string> CellKeys => [.. Cells];

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void Both_values_are_those_of_the_metric(string key)
    {
        var (baseline, candidate) = Pairs.Of(700, 1, 1.2, 2, 0.4, classes: 7);
        var worsening = Rows(baseline, candidate).Compare(key);
        Assert.Equal(Measured(key, baseline), worsening.Baseline, 1e-12);
        Assert.Equal(Measured(key, candidate), worsening.Candidate, 1e-12);
        int sign = MetricCatalog.Find(key)!.Better == Better.Higher ? -1 : 1;
        Assert.Equal(sign * (worsening.Candidate - worsening.Baseline), worsening.Value, 1e-12);
        Assert.True(worsening.At(0.95)!.Lower < worsening.At(0.95)!.Upper);
    }

    [Theory]
    [InlineData("classwise-ece-15")]
    [InlineData("ace-5")]
    [InlineData("tace-5")]
    [InlineData("conditional-ece-5")]
    [InlineData("top5-accuracy")]
    public void A_difference_scatters_as_it_does_when_whole_rows_are_drawn_again(string key)
    {
        // Far off, so that noise turns no gap around, where |gap| has no slope.
        const int N = 500;
        var (baseline, candidate) = Pairs.Of(N, 3, 0.2, 4, 0.8, classes: 6);
        var random = new SeededRandom(8);
        var draws = new double[200];
        for (int b = 0; b < draws.Length; b++)
        {
            int[] drawn = [.. Enumerable.Range(0, N).Select(_ => random.NextInt(N))];
            draws[b] = Measured(key, candidate.Take(drawn)) - Measured(key, baseline.Take(drawn));
        }

        var worsening = Rows(baseline, candidate).Compare(key);

        // Bias widens the ends and not the distance in standard errors.
        double deviation = 1 / (worsening.Excess(worsening.Value - 1) - worsening.Excess(worsening.Value));
        Assert.InRange(deviation / Spread.Of(draws), 0.85, 1.2);
    }

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void The_same_probabilities_pass_every_rule_and_others_by_their_rows(string key)
    {
        var (baseline, _) = Pairs.Of(300, 4, 1.3, classes: 7);
        var same = Rows(baseline, baseline.Take([.. Enumerable.Range(0, 300)])).Compare(key);
        Assert.Equal(double.PositiveInfinity, same.Room(0));
        Assert.Equal((UnchangedWorsening.SameBits, 0, 0), (same.Method, same.At(0.95)!.Lower, same.At(0.95)!.Upper));

        // A millionth of noise is no worsening to speak of.
        var random = new SeededRandom(1);
        var values = new double[7 * 300];
        for (int row = 0; row < 300; row++)
        {
            var own = values.AsSpan(7 * row, 7);
            baseline.Probabilities!.CopyRow(row, own);
            for (int k = 0; k < 7; k++)
            {
                own[k] = Math.Log(own[k]) + (1e-6 * random.NextGaussian());
            }

            Softmax.InPlace(own);
        }

        var other = new RowResults(baseline.Labels, baseline.Predicted, [.. baseline.Confidence.Select(c => c * (1 - 1e-7))], baseline.TrueProbability, baseline.Brier, 7)
            .With(ScoreMatrix.From(ScoreKind.Probabilities, values, 7));
        var near = Rows(baseline, other).Compare(key);
        Assert.NotEqual(UnchangedWorsening.SameBits, near.Method);
        Assert.True(near.Room(0.001) > Intervals.NormalQuantile, $"{near.At(0.95)}");
    }

    [Theory]
    [MemberData(nameof(CellKeys))]
    public void No_error_moves_farther_than_its_gaps(string key)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            var (baseline, candidate) = Pairs.Of(150 + (50 * seed), seed, 1, 1 + (0.1 * seed), 0.1 * seed);
            var worsening = Rows(baseline, candidate).Compare(key);
            Assert.True(worsening.Value <= worsening.At(1e-9)!.Upper + 1e-9, $"{seed}: {worsening.Value} above {worsening.At(1e-9)}");
            Assert.True(worsening.Value >= worsening.At(1e-9)!.Lower - 1e-9, $"{seed}");
        }
    }

    [Fact]
    public void What_noise_can_hide_is_about_the_floor_for_a_calibrated_model()
    {
        var (calibrated, far) = Pairs.Of(2000, 6, 1, 6);
        var rows = Rows(calibrated, far);
        foreach (string key in Cells)
        {
            var (family, bins) = MetricCatalog.Family(key);
            double floor = family.Measure(rows.BaselineScores, bins).NoiseFloor!.Mean;
            var measure = (PairedCellsMeasure)family.Paired!;
            Assert.InRange(measure.Parts(calibrated, bins, null, 1).Bias / floor, 0.8, 1.3);
            Assert.True(measure.Parts(far, bins, null, 1).Bias < 0.6 * floor, key);
        }
    }

    [Theory]
    [InlineData("classwise-ece-15", 1.9, 2.4)]
    [InlineData("top5-accuracy", 1.9, 2.4)]
    public void Groups_widen(string key, double least, double most)
    {
        // Each row five times is no more than once: √5 as wide.
        var (baseline, candidate) = Pairs.Of(300, 10, 0.3, 3, 1.5, classes: 6);
        int[] repeated = [.. Enumerable.Range(0, 1500).Select(i => i / 5)];
        double Deviation(RowGroups? of)
        {
            var worsening = new PairedRows(baseline.Take(repeated), candidate.Take(repeated), new MetricSet { Groups = of }).Compare(key);
            return 1 / (worsening.Excess(worsening.Value - 1) - worsening.Excess(worsening.Value));
        }

        Assert.InRange(Deviation(RowGroups.From("g", repeated)) / Deviation(null), least, most);
    }

    [Fact]
    public void Without_probabilities_they_are_not_known()
    {
        var (baseline, candidate) = Pairs.Of(50, 1);
        foreach (string key in Known.Where(key => key != "conditional-ece-15"))
        {
            Assert.Contains("probabilities of all classes", PairedRows.Obstacle(key), StringComparison.Ordinal);
            Assert.Null(PairedRows.Obstacle(key, hasProbabilities: true));
            Assert.Throws<ArgumentException>(() => Rows(baseline.With(null), candidate).Compare(key));
        }

        Assert.Throws<ArgumentException>(() => baseline.With(Pairs.Of(49, 1).Baseline.Probabilities));
        Assert.Contains("no known interval", PairedRows.Obstacle("aurc-max-logit", hasProbabilities: true), StringComparison.Ordinal);
    }

    /// <summary>The value that the metric has on these probabilities, by the catalog.</summary>
    private static double Measured(string key, RowResults results)
    {
        var statistics = StatisticsPass.Run(results.Probabilities!, results.Labels, RowScaling.None, 15);
        return new MetricSet { Keys = [key] }.Compute(results.Probabilities!, RowScaling.None, statistics)[key].Value;
    }

    private static PairedRows Rows(RowResults baseline, RowResults candidate)
    {
        var rows = new PairedRows(baseline, candidate, new MetricSet { ResampleCount = 300 });
        rows.Prepare(Known);
        return rows;
    }
}
