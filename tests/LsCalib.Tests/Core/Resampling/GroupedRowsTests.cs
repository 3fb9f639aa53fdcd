using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Resampling;

/// <summary>Rows that are right or wrong together: intervals are as wide as the groups ask for, or there are none.</summary>
public sealed class GroupedRowsTests
{
    private const int Simulations = 200;
    private const int GroupCount = 200;

    [Fact]
    public void Intervals_by_group_cover_where_those_by_row_do_not()
    {
        // Groups are right with probability 0.4 or 1, the claim is 0.6 or 0.8: accuracy 0.7, and the mean loss is
        // −(0.7 ln c + 0.3 ln(1 − c)) over both claims.
        double loss = -((0.7 * Math.Log(0.6)) + (0.3 * Math.Log(0.4)) + (0.7 * Math.Log(0.8)) + (0.3 * Math.Log(0.2))) / 2;
        string[] keys = ["accuracy", "nll", "gap", "mean-confidence"];
        double[] truth = [0.7, loss, 0, 0.7];
        var byGroup = new int[keys.Length];
        var byRow = new int[keys.Length];
        for (int i = 0; i < Simulations; i++)
        {
            var (scores, labels, groups) = Clustered(i);
            var statistics = StatisticsPass.Run(scores, labels, RowScaling.None, 15);
            var set = new MetricSet(BinCount: 1, Seed: i) { Keys = keys, ResampleCount = 200, Level = 0.9 };
            Count((set with { Groups = groups }).Compute(scores, RowScaling.None, statistics), keys, truth, byGroup);
            Count(set.Compute(scores, RowScaling.None, statistics), keys, truth, byRow);
        }

        foreach (int k in new[] { 0, 1, 2 })
        {
            Assert.True(byGroup[k] is >= 168 and <= 190, $"{keys[k]}: {byGroup[k]} of {Simulations} by group");
            Assert.True(byRow[k] < 140, $"{keys[k]}: {byRow[k]} of {Simulations} by row");
        }

        Assert.InRange(byGroup[3], 168, 192);
    }

    [Fact]
    public void The_temperature_interval_covers_by_group()
    {
        // Within a group all labels are those of one calibrated draw, repeated ten times: T = 1, as if of 200 rows.
        int byGroup = 0;
        int resampled = 0;
        int byRow = 0;
        for (int i = 0; i < Simulations; i++)
        {
            var (logits, labels) = Samples.Calibrated(GroupCount, 3, 1, 2, 1000 + i);
            var repeated = Enumerable.Range(0, 10 * GroupCount).SelectMany(row => logits[(row / 10 * 3)..((row / 10 * 3) + 3)]).ToArray();
            var repeatedLabels = Enumerable.Range(0, 10 * GroupCount).Select(row => labels[row / 10]).ToArray();
            var groups = RowGroups.From("g", [.. Enumerable.Range(0, 10 * GroupCount).Select(row => row / 10)]);
            var interval = TemperatureScaling.Fit(Samples.Logits(repeated, 3), repeatedLabels, 1, groups).IntervalAt(0.9)!;
            var naive = TemperatureScaling.Fit(Samples.Logits(repeated, 3), repeatedLabels).IntervalAt(0.9)!;
            var bootstrap = TemperatureScaling.Fit(
                Samples.Logits(repeated, 3), repeatedLabels, new TemperatureOptions { Groups = groups, ResampleCount = 320, Seed = i }).IntervalAt(0.9)!;
            byGroup += interval.Lower <= 1 && 1 <= interval.Upper ? 1 : 0;
            resampled += bootstrap.Lower <= 1 && 1 <= bootstrap.Upper ? 1 : 0;
            byRow += naive.Lower <= 1 && 1 <= naive.Upper ? 1 : 0;
        }

        Assert.InRange(byGroup, 168, 192);
        Assert.InRange(resampled, 168, 192);
        Assert.True(byRow < 120, $"{byRow}");
    }

    [Fact]
    public void Repeated_rows_in_one_group_leave_the_temperature_interval_as_it_was()
    {
        var (logits, labels) = Samples.Calibrated(300, 4, 1.4, 2, 3);
        var once = TemperatureScaling.Fit(Samples.Logits(logits, 4), labels);
        var groups = RowGroups.From("g", [.. Enumerable.Range(0, 600).Select(row => row % 300)]);
        var twice = TemperatureScaling.Fit(Samples.Logits([.. logits, .. logits], 4), [.. labels, .. labels], 1, groups);
        double Reach(TemperatureFit fit) => Math.Log(fit.Interval!.Upper / fit.Temperature);
        Assert.Equal(once.Temperature, twice.Temperature, 1e-9);
        Assert.Equal(Reach(once) * Math.Sqrt(300.0 / 299), Reach(twice), 1e-9);
    }

    [Fact]
    public void Groups_of_one_row_are_rows()
    {
        var order = Order(500, 5);
        var groups = RowGroups.From("g", [.. Enumerable.Range(0, 500)]);
        var set = new MetricSet { Keys = ["ece-15", "aurc", "smooth-ece"], ResampleCount = 1000 };
        var rows = set.Compute(order);
        var grouped = (set with { Groups = groups }).Compute(order);
        foreach (var (info, measurement) in rows.Metrics)
        {
            // Other draws of the same law.
            var interval = grouped[info.Key].Interval!;
            double width = measurement.Interval!.Upper - measurement.Interval.Lower;
            Assert.Equal(measurement.Value, grouped[info.Key].Value);
            Assert.Equal(measurement.Interval.Lower, interval.Lower, 0.15 * width);
            Assert.Equal(measurement.Interval.Upper, interval.Upper, 0.15 * width);
        }
    }

    [Fact]
    public void The_order_of_rows_does_not_matter()
    {
        var (scores, labels, groups) = Clustered(4);
        int n = labels.Length;
        var values = new double[2 * n];
        var row = new double[2];
        for (int i = 0; i < n; i++)
        {
            scores.CopyRow(n - 1 - i, row);
            row.CopyTo(values, 2 * i);
        }

        var set = new MetricSet { Keys = ["accuracy", "nll", "ece-15", "aurc"], ResampleCount = 100 };
        var forward = (set with { Groups = groups }).Compute(scores, RowScaling.None, StatisticsPass.Run(scores, labels, RowScaling.None, 15));
        var reversed = Samples.Probabilities(values, 2);
        var backward = (set with { Groups = RowGroups.From("g", [.. groups.OfRow.Reverse()]) })
            .Compute(reversed, RowScaling.None, StatisticsPass.Run(reversed, [.. labels.Reverse()], RowScaling.None, 15));
        foreach (var (info, measurement) in forward.Metrics)
        {
            Assert.Equal(measurement.Interval!.Lower, backward[info.Key].Interval!.Lower, 1e-6);
            Assert.Equal(measurement.Interval.Upper, backward[info.Key].Interval!.Upper, 1e-6);
        }
    }

    [Fact]
    public void No_interval_and_no_floor_takes_grouped_rows_as_independent_unsaid()
    {
        var (scores, labels, groups) = Clustered(1);
        var statistics = StatisticsPass.Run(scores, labels, RowScaling.None, 15);
        var set = new MetricSet { Keys = [.. MetricCatalog.All().Select(info => info.Key).Except(["skce-test", "t-cal"])], Groups = groups, ResampleCount = 100 };
        var evaluation = set.Compute(scores, RowScaling.None, statistics);
        foreach (var (info, measurement) in evaluation.Metrics)
        {
            Assert.True(
                measurement.Interval is null || measurement.Interval.Method.StartsWith("bootstrap", StringComparison.Ordinal), $"{info.Key}: {measurement.Interval?.Method}");
            if (measurement.NoiseFloor is not null || measurement.PValue is not null)
            {
                Assert.Contains("as independent, though they are grouped", measurement.Note, StringComparison.Ordinal);
            }
        }

        foreach (string key in new[] { "l2-debiased-15", "mmce", "skce", "risk-at-80", "nll-calibration" })
        {
            Assert.Contains("none is known for grouped rows", evaluation[key].Note, StringComparison.Ordinal);
        }

        Assert.All((new MetricSet { Groups = groups }).Compute(scores, RowScaling.None, statistics).Metrics, metric => Assert.Null(metric.Measurement.Interval));
    }

    [Fact]
    public void Where_all_are_right_each_group_counts_as_one_row()
    {
        var confidences = Enumerable.Repeat(0.9, 400).ToArray();
        var order = ConfidenceOrder.From(confidences, [.. confidences.Select(_ => true)]);
        var set = new MetricSet { ResampleCount = 100, Groups = RowGroups.From("g", [.. Enumerable.Range(0, 400).Select(row => row / 10)]) };
        var expected = Intervals.Wilson(40, 40);
        Assert.Equal((expected.Lower, 1.0), (set.Compute(order)["accuracy"].Interval!.Lower, set.Compute(order)["accuracy"].Interval!.Upper));
    }

    [Fact]
    public void One_group_is_measured_without_intervals()
    {
        var (scores, labels, _) = Clustered(2);
        var statistics = StatisticsPass.Run(scores, labels, RowScaling.None, 15);
        var set = new MetricSet { Keys = [.. MetricCatalog.All().Select(info => info.Key).Except(["skce-test", "t-cal"])], Groups = RowGroups.From("g", new int[labels.Length]), ResampleCount = 100 };
        var evaluation = set.Compute(scores, RowScaling.None, statistics);
        Assert.All(evaluation.Metrics, metric => Assert.Null(metric.Measurement.Interval));
        Assert.Equal((set with { Groups = null }).Compute(scores, RowScaling.None, statistics)["ece-15"].Value, evaluation["ece-15"].Value);
        Assert.Contains("all rows are of one group", evaluation["accuracy"].Note, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_within_the_scatter_of_groups_is_no_miscalibration()
    {
        // The floor of independent rows says otherwise: 2,000 rows are 200 draws.
        int byGroup = 0;
        int byRow = 0;
        for (int i = 0; i < 40; i++)
        {
            var (scores, labels, groups) = Clustered(i);
            var statistics = StatisticsPass.Run(scores, labels, RowScaling.None, 15);
            var set = new MetricSet(Seed: i) { Keys = ["accuracy"], ResampleCount = 200 };
            byRow += Verdicts.Of(set.Compute(scores, RowScaling.None, statistics), "ece-15") != Verdict.NotToldFromCalibrated ? 1 : 0;
            byGroup += Verdicts.Of((set with { Groups = groups }).Compute(scores, RowScaling.None, statistics), "ece-15") != Verdict.NotToldFromCalibrated ? 1 : 0;
        }

        // The claims 0.6 and 0.8 are both met by 0.7, an error of 0.1 that 200 groups show.
        Assert.Equal(40, byGroup);
        Assert.Equal(40, byRow);
        var calm = new MetricSet { Keys = ["accuracy"], ResampleCount = 200 };
        int claims = Enumerable.Range(0, 40).Count(i => Verdicts.Of((calm with { Seed = i, Groups = Repeats(1000) }).Compute(Repeated(100 + i)), "ece-15") != Verdict.NotToldFromCalibrated);
        int naive = Enumerable.Range(0, 40).Count(i => Verdicts.Of((calm with { Seed = i }).Compute(Repeated(100 + i)), "ece-15") != Verdict.NotToldFromCalibrated);
        Assert.InRange(claims, 0, 6);
        Assert.InRange(naive, 30, 40);
    }

    [Fact]
    public void Groups_of_another_number_of_rows_are_refused()
    {
        var order = Order(20, 1);
        Assert.Throws<InvalidOperationException>(() => new MetricSet { Groups = RowGroups.From("g", [.. Enumerable.Range(0, 19)]) }.Compute(order));
    }

    [Fact]
    public void Folds_keep_groups_whole_and_are_of_like_size()
    {
        var random = new SeededRandom(5);
        var groups = RowGroups.From("g", [.. Enumerable.Range(0, 3000).Select(_ => random.NextInt(60))]);
        var folds = Folds.OfGroups(groups, 5, 1);
        Assert.Equal(60, Enumerable.Range(0, 3000).Select(row => (groups.OfRow[row], folds[row])).Distinct().Count());
        Assert.All(Enumerable.Range(0, 5), fold => Assert.InRange(folds.Count(f => f == fold), 500, 700));
        var (logits, labels) = Samples.Calibrated(100, 3, 1, 2, 1);
        var few = TemperatureScaling.CrossFit(Samples.Logits(logits, 3), labels, 0, 1, RowGroups.From("g", [.. Enumerable.Range(0, 100).Select(row => row % 4)]));
        Assert.Equal(FitStatus.TooFewRows, few.Failure!.Status);
    }

    [Fact]
    public void Groups_are_numbered_by_their_keys()
    {
        var groups = RowGroups.From("g", ["b", "a", "b", "c"], StringComparer.Ordinal);
        Assert.Equal([1, 0, 1, 2], groups.OfRow);
        Assert.Equal(3, groups.Count);
    }

    private static void Count(Evaluation evaluation, string[] keys, double[] truth, int[] held)
    {
        for (int k = 0; k < keys.Length; k++)
        {
            var interval = evaluation[keys[k]].Interval!;
            held[k] += interval.Lower <= truth[k] && truth[k] <= interval.Upper ? 1 : 0;
        }
    }

    private static (ScoreMatrix<double> Scores, int[] Labels, RowGroups Groups) Clustered(long seed)
    {
        var random = new SeededRandom(seed, 78);
        var values = new List<double>();
        var labels = new List<int>();
        var groups = new List<int>();
        for (int group = 0; group < GroupCount; group++)
        {
            double right = random.NextDouble() < 0.5 ? 0.4 : 1;
            for (int size = 5 + random.NextInt(11); size > 0; size--)
            {
                double claim = random.NextDouble() < 0.5 ? 0.6 : 0.8;
                values.AddRange([claim, 1 - claim]);
                labels.Add(random.NextDouble() < right ? 0 : 1);
                groups.Add(group);
            }
        }

        return (Samples.Probabilities([.. values], 2), [.. labels], RowGroups.From("g", groups));
    }

    /// <summary>A calibrated model of 100 independent rows, each ten times.</summary>
    private static ConfidenceOrder Repeated(long seed)
    {
        var random = new SeededRandom(seed, 79);
        var confidences = new double[1000];
        var correct = new bool[1000];
        for (int i = 0; i < 1000; i += 10)
        {
            confidences.AsSpan(i, 10).Fill(0.4 + (0.55 * random.NextDouble()));
            correct.AsSpan(i, 10).Fill(random.NextDouble() < confidences[i]);
        }

        return ConfidenceOrder.From(confidences, correct);
    }

    private static RowGroups Repeats(int rows) => RowGroups.From("g", [.. Enumerable.Range(0, rows).Select(row => row / 10)]);

    private static ConfidenceOrder Order(int rows, long seed)
    {
        var random = new SeededRandom(seed);
        var confidences = Enumerable.Range(0, rows).Select(_ => random.NextDouble()).ToArray();
        return ConfidenceOrder.From(confidences, [.. confidences.Select(c => random.NextDouble() < c * c)]);
    }
}
