using LsCalib.Core.Catalog;
using LsCalib.Core.Kernels;

namespace LsCalib.Core.Comparison;

/// <summary>The unbiased squared kernel calibration error: without bias, and so compared by the U-statistic of its pairs alone.</summary>
internal sealed record PairedKernelMeasure : PairedMeasure
{
    public override bool NeedsProbabilities => true;

    public override bool TakesGroups => false;

    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter)
    {
        var scores = rows.CandidateScores;
        var measured = family.Measure(scores, parameter);
        return new KernelWorsening(PairedKernelError.Of(
            rows.Candidate.Probabilities!, rows.Baseline.Probabilities!, rows.Candidate.Labels, scores.Options.Seed, null, scores.Cancel))
        {
            Floor = measured.NoiseFloor,
            Note = measured.Note,
        };
    }
}
