using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Catalog;

/// <summary>What may be done to predictions without a change of any metric, and which metrics must change, and why.</summary>
public sealed class InvarianceTests
{
    private const int Classes = 6;

    // A multiple of 2, 3, 5 and 15, so that bins of equal mass cut twice as many rows at the same places.
    private const int Rows = 300;

    /// <summary>Folds are drawn for rows by their number and label.</summary>
    private static readonly string[] Folds = ["-calibration", "-refinement", "-isotonic"];

    private static readonly int[] Labels = Samples.Calibrated(Rows, Classes, 1.5, 2, 21).Labels;

    /// <summary>In eighths, so that confidences tie, and sums are exact.</summary>
    private static readonly double[] Logits = [.. Samples.Calibrated(Rows, Classes, 1.5, 2, 21).Logits.Select(z => Math.Round(z * 8) / 8)];

    private static readonly Lazy<Evaluation> Measured = new(() => Measure(Logits, Labels));

    [Fact]
    public void The_order_of_rows_changes_nothing()
    {
        int[] rows = Shuffled(Rows);
        Same(Measured.Value, Measure([.. rows.SelectMany(row => Row(Logits, row))], [.. rows.Select(row => Labels[row])]), Folds);
    }

    [Fact]
    public void The_order_of_confidences_and_outcomes_changes_nothing()
    {
        // Twenty confidences of fifteen rows each: ties lie across every edge of 7 or 11 bins of equal mass.
        var random = new SeededRandom(5);
        double[] confidences = [.. Enumerable.Range(0, Rows).Select(i => (i % 20 / 20.0) + 0.03)];
        bool[] correct = [.. confidences.Select(c => random.NextDouble() < c)];
        int[] rows = Shuffled(Rows);
        foreach (int bins in new[] { 7, 11, 15 })
        {
            Same(
                Measure(ConfidenceOrder.From(confidences, correct), bins),
                Measure(ConfidenceOrder.From([.. rows.Select(row => confidences[row])], [.. rows.Select(row => correct[row])]), bins));
        }
    }

    [Fact]
    public void The_numbering_of_classes_changes_nothing()
    {
        int[] classes = Shuffled(Classes);
        double[] renamed = [.. Enumerable.Range(0, Rows).SelectMany(row => classes.Select(k => Logits[(row * Classes) + k]))];
        Same(Measure(Untied(Logits), Labels), Measure(Untied(renamed, classes), [.. Labels.Select(label => Array.IndexOf(classes, label))]), Folds);
    }

    [Fact]
    public void A_constant_added_to_the_logits_of_a_row_changes_nothing_but_the_maximum_logit()
    {
        var random = new SeededRandom(6);
        double[] constants = [.. Enumerable.Range(0, Rows).Select(_ => (double)random.NextInt(200) - 100)];
        Same(Measured.Value, Measure([.. Logits.Select((z, i) => z + constants[i / Classes])], Labels), "-max-logit");
    }

    [Fact]
    public void Rows_counted_twice_change_only_what_depends_on_their_number()
    {
        string[] changed =
        [
            // Folds of other rows.
            .. Folds,

            // A bin's noise is that of its number of rows.
            "debiased",

            // Ranges of rows above a threshold, whose number 15 does not divide.
            "tace",

            // A row is not compared with itself, but with its copy.
            "skce", "ece-kde",

            // Mean over prefixes of 1, 2, 3, … rows.
            "aurc",

            // Statistics that grow with the number of rows.
            "spiegelhalter", "hosmer-lemeshow", "ks", "kuiper", "t-cal",
        ];
        Same(Measured.Value, Measure([.. Logits, .. Logits], [.. Labels, .. Labels]), changed);
    }

    private static double[] Row(double[] logits, int row) => logits[(row * Classes)..((row + 1) * Classes)];

    /// <summary>Logits without ties in a row: each class has a fraction of its own.</summary>
    private static double[] Untied(double[] logits, int[]? classes = null) =>
        [.. logits.Select((z, i) => z + ((classes?[i % Classes] ?? (i % Classes)) / 1024.0))];

    private static int[] Shuffled(int count)
    {
        int[] places = [.. Enumerable.Range(0, count)];
        new SeededRandom(4).Shuffle<int>(places);
        return places;
    }

    private static Evaluation Measure(double[] logits, int[] labels)
    {
        var scores = ScoreMatrix.From(ScoreKind.Logits, logits, Classes);
        return All(15).Compute(scores, RowScaling.None, StatisticsPass.Run(scores, labels, RowScaling.None, 15));
    }

    private static Evaluation Measure(ConfidenceOrder order, int bins) => All(bins).Compute(order);

    private static MetricSet All(int bins) => new(bins) { Keys = [.. MetricCatalog.All(bins).Select(info => info.Key)] };

    /// <summary>Values agree within 1e-12, but for those of keys with one of the parts; of these, one at least differs.</summary>
    private static void Same(Evaluation expected, Evaluation actual, params string[] changed)
    {
        var different = expected.Metrics
            .Select(metric => (metric.Info.Key, Before: metric.Measurement.Value, After: actual[metric.Info.Key].Value))
            .Where(metric => double.IsNaN(metric.Before) ? !double.IsNaN(metric.After) : !(Math.Abs(metric.After - metric.Before) <= 1e-12 * Math.Max(1, Math.Abs(metric.Before))))
            .ToList();
        Assert.All(different, metric => Assert.Contains(changed, part => metric.Key.Contains(part, StringComparison.Ordinal)));
        Assert.All(changed, part => Assert.Contains(different, metric => metric.Key.Contains(part, StringComparison.Ordinal)));
    }
}
