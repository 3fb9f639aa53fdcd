using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison.Changes;
using LsCalib.Core.Numerics;
using LsCalib.Core.Slices;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Comparison;

public sealed class ChangeExplainerTests
{
    private const int N = 3000;
    private const int K = 4;

    [Fact]
    public void Sharper_logits_change_calibration_alone_and_a_temperature_repairs_them()
    {
        var (logits, labels) = Samples.Calibrated(N, K, 1.2, 2, 3);
        var change = Explain(logits, [.. logits.Select(z => 2 * z)], labels);
        Assert.Equal(0, change.Accuracy.Change.Value);
        Assert.True(change.Nll.Total.Change.At(0.95)!.Lower > 0);

        // The same logits but for their scale have the same refinement.
        Assert.Equal(0, change.Nll.Refinement!.Change.Value, 1e-9);
        Assert.Equal(change.Nll.Total.Change.Value, change.Nll.Calibration!.Change.Value, 1e-9);
        Assert.True(change.Gap.Change.At(0.95)!.Upper < 0);
        Assert.Equal(TemperatureRepair.Repairs, change.Repair);
        Assert.Equal(2.4, change.Temperature.Temperature, 0.15);
        Assert.Equal(change.Ece.Candidate - change.Ece.Baseline, change.Ece.Value, 1e-15);
    }

    [Fact]
    public void A_worsening_that_rows_do_not_tell_is_nothing_to_repair()
    {
        var (logits, labels) = Samples.Calibrated(N, K, 1.2, 2, 3);
        var random = new SeededRandom(5);
        var change = Enumerable.Range(0, 20).Select(_ => Explain(logits, [.. logits.Select(z => z + (float)(1e-4 * random.NextGaussian()))], labels)).First(each => each.Nll.Total.Change.Value > 0);
        Assert.True(change.Nll.Total.Change.At(0.95)!.Lower < 0);
        Assert.Equal(TemperatureRepair.NotNeeded, change.Repair);
        Assert.Empty(change.WorseCalibration(0.95));
    }

    [Fact]
    public void Noise_in_the_logits_changes_refinement_and_no_temperature_repairs_it()
    {
        var (logits, labels) = Samples.Calibrated(N, K, 1, 2, 4);
        var random = new SeededRandom(5);
        var change = Explain(logits, [.. logits.Select(z => z + (float)(2 * random.NextGaussian()))], labels);
        Assert.True(change.Nll.Refinement!.Change.At(0.95)!.Lower > 0);
        Assert.True(change.Accuracy.Change.At(0.95)!.Upper < 0);
        Assert.Equal(TemperatureRepair.DoesNot, change.Repair);
        Assert.Equal(TemperatureRepair.NotNeeded, Explain([.. logits.Select(z => 2 * z)], logits, labels).Repair);
    }

    [Fact]
    public void Parts_add_up_to_the_gap_and_the_error()
    {
        var (logits, labels) = Samples.Calibrated(N, K, 1, 2, 6);
        var change = Explain(logits, [.. logits.Select(z => 1.5f * z)], labels);
        Assert.Equal(["bin", "class", "site"], change.Moved.Select(kind => kind.Kind));
        foreach (var kind in change.Moved)
        {
            Assert.Equal(N, kind.Parts.Sum(part => part.CountBefore));
            Assert.Equal(N, kind.Parts.Sum(part => part.CountAfter));
            Assert.Equal(change.Gap.Change.Value, kind.Parts.Sum(part => part.Moved.Value), 1e-12);
            Assert.Equal(change.Gap.After, kind.Parts.Sum(part => part.CountAfter == 0 ? 0 : part.GapAfter * part.CountAfter / N), 1e-12);
        }

        Assert.Equal(change.Ece.Baseline, change.Moved[0].Parts.Sum(part => part.ErrorBefore), 1e-12);
        Assert.Equal(change.Ece.Candidate, change.Moved[0].Parts.Sum(part => part.ErrorAfter), 1e-12);
    }

    [Fact]
    public void Only_the_slice_that_moved_is_named()
    {
        // The new model doubles the logits of one site.
        var (logits, labels) = Samples.Calibrated(N, K, 1, 2, 7);
        float[] after = [.. logits.Select((z, i) => i / K % 3 == 1 ? 2 * z : z)];
        var sites = Explain(logits, after, labels).Moved[2].Parts;
        Assert.Equal("1", sites[0].Name);
        Assert.True(sites[0].AdjustedPValue < 1e-6);
        Assert.All(sites.Skip(1), part => Assert.True(double.IsNaN(part.AdjustedPValue) && part.Moved.Value == 0));
    }

    [Fact]
    public void The_same_predictions_changed_nothing()
    {
        var (logits, labels) = Samples.Calibrated(300, K, 1, 2, 8);
        var change = Explain(logits, logits, labels);
        Assert.Equal((0, 0), (change.Nll.Total.Change.Value, change.Ece.Value));
        Assert.All(change.Moved.SelectMany(kind => kind.Parts), part => Assert.Equal(0, part.Moved.Value));
    }

    [Fact]
    public void Without_a_temperature_the_scores_are_not_cut_and_it_is_said_why()
    {
        float[] right = [.. Enumerable.Range(0, 60).SelectMany(i => i % 2 == 0 ? new float[] { 2, 0 } : [0, 2])];
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 2)];
        var change = ChangeExplainer.Explain(Samples.Logits(right, 2), Samples.Logits(right, 2), labels, new MetricSet { ResampleCount = 100 }, [], null);
        Assert.Null(change.Nll.Calibration);
        Assert.Null(change.Repaired);
        Assert.Equal(FitStatus.Separable, change.Temperature.Status);
    }

    private static ChangeExplanation Explain(float[] before, float[] after, int[] labels)
    {
        var site = new SliceColumn("site", ["0", "1", "2"], [.. Enumerable.Range(0, labels.Length).Select(row => row % 3)]);
        return ChangeExplainer.Explain(Samples.Logits(before, K), Samples.Logits(after, K), labels, new MetricSet { ResampleCount = 200 }, [site], null);
    }
}
