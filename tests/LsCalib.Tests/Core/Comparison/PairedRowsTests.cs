using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Tests.Core.Comparison;

public sealed class PairedRowsTests
{
    private static readonly string[] Errors = ["ece-15", "ece-15-mass", "ece-15-over", "ece-15-under", "rmsce-15", "rmsce-15-mass", "mce-15-mass", "smooth-ece", "l2-debiased-15"];

    private static readonly string[] Known = [.. PairedRows.Patterns.Select(pattern => pattern.Replace("#", "15", StringComparison.Ordinal))];

    public static TheoryData<string> AllKeys => [.. Known];

    [Fact]
    public void A_mean_worsens_as_its_paired_rows_do()
    {
        var (baseline, candidate) = Pairs.Of(400, 1, candidate: 2);
        var rows = Rows(baseline, candidate);
        double[] Nll(RowResults results) => [.. Enumerable.Range(0, 400).Select(results.Nll)];
        var mean = PairedMean.Of(Nll(candidate), Nll(baseline));
        var worsening = rows.Compare("nll");
        Assert.Equal(mean.Value, worsening.Value, 1e-15);
        Assert.Equal(mean.At(0.95)!.Lower, worsening.At(0.95)!.Lower, 1e-15);
        Assert.Equal((mean.Value - 0.01) / mean.StandardError, worsening.Excess(0.01), 1e-12);

        // More right rows are better: a worsening is a fall.
        var accuracy = Rows(Pairs.Of(400, 1, noise: 0).Baseline, Pairs.Of(400, 1, noise: 3).Candidate).Compare("accuracy");
        Assert.Equal(accuracy.Baseline - accuracy.Candidate, accuracy.Value, 1e-15);
        Assert.True(accuracy.Value > 0.1);
    }

    [Fact]
    public void A_share_of_a_mean_is_tested_row_by_row()
    {
        var (baseline, candidate) = Pairs.Of(500, 2, candidate: 1.5);
        var (tested, tolerance) = Rows(baseline, candidate).Compare("nll").Relative(0.1);
        double[] differences = [.. Enumerable.Range(0, 500).Select(row => candidate.Nll(row) - (1.1 * baseline.Nll(row)))];
        double mean = differences.Average();
        double error = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / 499 / 500);
        Assert.Equal(0, tolerance);
        Assert.Equal(mean / error, tested.Excess(tolerance), 1e-9);
    }

    [Theory]
    [InlineData("ece-15")]
    [InlineData("rmsce-15-mass")]
    [InlineData("aurc")]
    [InlineData("smooth-ece")]
    public void A_difference_scatters_as_it_does_when_whole_rows_are_drawn_again(string key)
    {
        const int N = 600;
        var (baseline, candidate) = Pairs.Of(N, 3, 1.5, 2, 0.3);
        var random = new SeededRandom(8);
        var draws = new double[300];
        for (int b = 0; b < draws.Length; b++)
        {
            int[] drawn = [.. Enumerable.Range(0, N).Select(_ => random.NextInt(N))];
            draws[b] = Rows(baseline.Take(drawn), candidate.Take(drawn), 2).Compare(key).Value;
        }

        double direct = Spread.Of(draws);
        Assert.InRange(Deviation(Rows(baseline, candidate, 2000), key) / direct, 0.85, 1.15);
    }

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void The_same_predictions_pass_every_rule(string key)
    {
        var (baseline, _) = Pairs.Of(300, 4, 1.3);
        var worsening = Rows(baseline, baseline.Take([.. Enumerable.Range(0, 300)])).Compare(key);
        Assert.Equal(0, worsening.Value);
        Assert.Equal((0, 0), (worsening.At(0.95)!.Lower, worsening.At(0.95)!.Upper));
        Assert.Equal(double.PositiveInfinity, worsening.Room(0));
        Assert.Equal(double.NegativeInfinity, worsening.Excess(0));
        Assert.Equal(1, worsening.PValue(0));
    }

    [Theory]
    [MemberData(nameof(AllKeys))]
    public void Numeric_noise_stays_green(string key)
    {
        var (baseline, _) = Pairs.Of(2000, 5, 1.2);
        var random = new SeededRandom(1);
        double[] Noisy(double[] values) => Array.ConvertAll(values, value => Math.Clamp(value + (1e-7 * random.NextGaussian()), 1e-12, 1));
        var other = new RowResults(baseline.Labels, baseline.Predicted, Noisy(baseline.Confidence), Noisy(baseline.TrueProbability), Noisy(baseline.Brier), Pairs.Classes);
        Assert.True(Rows(baseline, other).Compare(key).Room(0.005) > Intervals.NormalQuantile);
    }

    [Fact]
    public void No_error_moves_farther_than_its_gaps()
    {
        for (int seed = 0; seed < 12; seed++)
        {
            var (baseline, candidate) = Pairs.Of(200 + (50 * seed), seed, 1, 1 + (0.1 * seed), 0.1 * seed);
            var rows = Rows(baseline, candidate, 20);
            foreach (string key in Errors)
            {
                // The bound itself: the upper end where nothing scatters.
                var worsening = rows.Compare(key);
                Assert.True(worsening.Value <= worsening.At(1e-9)!.Upper + 1e-9, $"{key}, {seed}: {worsening.Value} above {worsening.At(1e-9)}");
                Assert.True(worsening.Value >= worsening.At(1e-9)!.Lower - 1e-9, $"{key}, {seed}");
            }
        }
    }

    [Fact]
    public void What_noise_can_hide_is_the_floor_for_a_calibrated_model_and_nothing_for_one_that_is_far_off()
    {
        var (calibrated, far) = Pairs.Of(1000, 6, 1, 6);
        var rows = Rows(calibrated, far);
        var (b, c) = (rows.BaselineContext, rows.CandidateContext);
        var before = b.Table(Binning.EqualMass, 15);
        var after = c.Table(Binning.EqualMass, 15);
        double floor = b.Floor(before, CalibrationError.Expected).Mean;
        double hidden = BiasBound.OfAbsolute(before, new(before, b.Edges, b.Bootstrap!, 1), ErrorNorm.Expected);
        Assert.InRange(hidden / floor, 0.85, 1.1);
        Assert.InRange(BiasBound.OfAbsolute(after, new(after, c.Edges, c.Bootstrap!, 1), ErrorNorm.Expected), 0, floor / 5);
        Assert.InRange(BiasBound.OfRootMeanSquare(before, new(before, b.Edges, b.Bootstrap!, 1)) / b.Floor(before, CalibrationError.RootMeanSquare).Mean, 0.85, 1.2);
    }

    [Fact]
    public void A_debiased_error_worsens_by_a_profile_that_mirrors_when_the_models_change_places()
    {
        var (baseline, candidate) = Pairs.Of(3000, 7, 1.6, 2.2);
        var forward = Rows(baseline, candidate).Compare("l2-debiased-15");
        var backward = Rows(candidate, baseline).Compare("l2-debiased-15");
        Assert.Equal(forward.Value, -backward.Value, 1e-15);
        Assert.Equal(forward.At(0.95)!.Lower, -backward.At(0.95)!.Upper, 1e-6);
        Assert.Equal(forward.At(0.95)!.Upper, -backward.At(0.95)!.Lower, 1e-6);

        // Far from 0 the root is normal too: the delta method.
        var (b, c) = (Influence(baseline), Influence(candidate));
        double rb = 2 * forward.Baseline;
        double rc = 2 * forward.Candidate;
        double error = Math.Sqrt((b.Variance / rb / rb) + (c.Variance / rc / rc) - (2 * b.CovarianceWith(c) / rb / rc));
        var interval = forward.At(0.95)!;
        Assert.InRange((interval.Upper - interval.Lower) / 2 / (Intervals.NormalQuantile * error), 0.95, 1.05);
        Assert.InRange(forward.Excess(forward.Value - error), 0.95, 1.05);
    }

    [Fact]
    public void The_square_scatters_as_its_rows_influence_says()
    {
        var (baseline, _) = Pairs.Of(1500, 8, 1.8);
        double square = Square(baseline);
        double jackknife = 0;
        int[] all = [.. Enumerable.Range(0, 1500)];
        for (int block = 0; block < 100; block++)
        {
            double off = Square(baseline.Take([.. all.Where(row => row % 100 != block)])) - square;
            jackknife += off * off;
        }

        Assert.InRange(Influence(baseline).Variance / (jackknife * 99 / 100), 0.6, 1.6);

        double Square(RowResults results) => DebiasedError.SquaredL2(ReliabilityTable.From(results.ToOrder(), Binning.EqualMass, 15));
    }

    [Fact]
    public void Neither_threads_nor_the_order_of_rows_matter()
    {
        var (baseline, candidate) = Pairs.Of(500, 9, 1, 1.4, 0.2);
        int[] reversed = [.. Enumerable.Range(0, 500).Reverse()];
        var one = Rows(baseline, candidate);
        var two = new PairedRows(baseline, candidate, new MetricSet { ResampleCount = 400, Threads = 3 });
        two.Prepare(Known);
        var other = Rows(baseline.Take(reversed), candidate.Take(reversed));
        foreach (string key in Errors)
        {
            Assert.Equal(one.Compare(key).At(0.95), two.Compare(key).At(0.95));
            Assert.Equal(one.Compare(key).Value, other.Compare(key).Value, 1e-12);
        }
    }

    [Fact]
    public void Groups_widen_and_what_is_not_known_of_them_is_bounded_by_what_moved()
    {
        var (baseline, candidate) = Pairs.Of(200, 10, 1, 1.5);
        int[] repeated = [.. Enumerable.Range(0, 1000).Select(i => i / 5)];
        var groups = RowGroups.From("g", repeated);
        PairedRows Made(RowGroups? of)
        {
            var rows = new PairedRows(baseline.Take(repeated), candidate.Take(repeated), new MetricSet { ResampleCount = 400, Groups = of });
            rows.Prepare(["ece-15", "nll", "l2-debiased-15"]);
            return rows;
        }

        double Width(PairedRows rows, string key) => rows.Compare(key).At(0.95)!.Upper - rows.Compare(key).At(0.95)!.Lower;
        Assert.InRange(Width(Made(groups), "nll") / Width(Made(null), "nll"), 2, 2.5);
        Assert.True(Width(Made(groups), "ece-15") > Width(Made(null), "ece-15"));
        var unknown = Made(groups).Compare("l2-debiased-15");
        var bound = unknown.At(0.95)!;
        Assert.Equal(-bound.Lower, bound.Upper);
        Assert.InRange(unknown.Value, bound.Lower, bound.Upper);
        Assert.Equal(Intervals.Quantile(0.95), unknown.Room(bound.Upper), 1e-9);
        Assert.True(double.IsNaN(unknown.Excess(0)));
    }

    [Fact]
    public void Metrics_without_a_known_difference_say_why()
    {
        Assert.Null(PairedRows.Obstacle("ece-20-mass"));
        Assert.Contains("no better and worse", PairedRows.Obstacle("gap"), StringComparison.Ordinal);
        Assert.Contains("no known interval", PairedRows.Obstacle("l1-debiased-15"), StringComparison.Ordinal);
        var (baseline, candidate) = Pairs.Of(20, 1);
        Assert.Throws<ArgumentException>(() => Rows(baseline, candidate).Compare("l1-debiased-15"));
        Assert.Throws<ArgumentException>(() => Rows(baseline, Pairs.Of(20, 2).Candidate));
    }

    [Theory]
    [InlineData("aurc")]
    [InlineData("e-aurc")]
    [InlineData("augrc")]
    [InlineData("auroc-correctness")]
    public void Two_neighbours_that_change_places_are_no_sure_difference(string key)
    {
        var (baseline, _) = Pairs.Of(500, 11, 1, 1.05, 0.2);
        int[] byConfidence = [.. Enumerable.Range(0, 500).OrderBy(row => baseline.Confidence[row])];
        int place = Enumerable.Range(200, 200).First(i => baseline.IsCorrect(byConfidence[i]) != baseline.IsCorrect(byConfidence[i + 1]));
        double[] confidence = [.. baseline.Confidence];
        (confidence[byConfidence[place]], confidence[byConfidence[place + 1]]) = (confidence[byConfidence[place + 1]], confidence[byConfidence[place]]);
        var candidate = new RowResults(baseline.Labels, baseline.Predicted, confidence, baseline.TrueProbability, baseline.Brier, baseline.ClassCount);
        var worsening = Rows(baseline, candidate).Compare(key);
        var interval = worsening.At(0.95)!;
        Assert.NotEqual(0, worsening.Value);
        Assert.True(interval.Lower < 0 && interval.Upper > 0, $"{worsening.Value}: {interval}");
        Assert.True(Math.Abs(worsening.Value) > 0.2 * (interval.Upper - interval.Lower) / 4, $"{worsening.Value}: {interval}");
    }

    [Fact]
    public void Smoothed_noise_shrinks_with_the_cube_root_of_rows()
    {
        var (baseline, candidate) = Pairs.Of(400, 11, 1, 1.05, 0.2);
        var worsening = Rows(baseline, candidate).Compare("smooth-ece");
        double tolerance = worsening.Value + (0.5 * (worsening.At(0.95)!.Upper - worsening.Value));
        Assert.InRange(worsening.RowsToDecide(tolerance, 0.95, 400)!.Value, 3190, 3210);
    }

    [Fact]
    public void Rows_that_would_decide_shrink_the_interval_to_the_distance()
    {
        var (baseline, candidate) = Pairs.Of(400, 11, 1, 1.05, 0.2);
        var worsening = Rows(baseline, candidate).Compare("nll");
        double tolerance = worsening.Value + (0.5 * (worsening.At(0.95)!.Upper - worsening.Value));
        long needed = worsening.RowsToDecide(tolerance, 0.95, 400)!.Value;
        Assert.InRange(needed, 1595, 1605);
        Assert.Null(worsening.RowsToDecide(worsening.Value, 0.95, 400));
    }

    /// <summary>Standard error of a difference, by the resamples that its interval is made of.</summary>
    private static double Deviation(PairedRows rows, string key)
    {
        double[] Draws(MetricContext context) => key switch
        {
            "aurc" => context.Bootstrap!.Aurc,
            "ece-15" => new ResampledBins(context.Table(Binning.EqualWidth, 15), context.Edges, context.Bootstrap!, 1).Errors(ErrorNorm.Expected),
            "smooth-ece" => SmoothResamples.Draws(context.Table(Binning.EqualWidth, SmoothResamples.CellCount), context.Edges, context.Bootstrap!),
            _ => new ResampledBins(context.Table(Binning.EqualMass, 15), context.Edges, context.Bootstrap!, 1).Errors(ErrorNorm.RootMeanSquare),
        };
        return Spread.OfDifference(Draws(rows.CandidateContext), Draws(rows.BaselineContext));
    }

    private static SquaredInfluence Influence(RowResults results)
    {
        var order = results.ToOrder();
        return SquaredInfluence.Of(ReliabilityTable.From(order, Binning.EqualMass, 15), order);
    }

    private static PairedRows Rows(RowResults baseline, RowResults candidate, int resamples = 400)
    {
        var rows = new PairedRows(baseline, candidate, new MetricSet { ResampleCount = resamples });
        rows.Prepare(Known);
        return rows;
    }
}
