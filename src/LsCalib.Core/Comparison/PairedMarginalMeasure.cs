using LsCalib.Core.Catalog;

namespace LsCalib.Core.Comparison;

/// <summary>The debiased L2 error of the probabilities of all classes, as <see cref="PairedDebiasedMeasure"/> compares that of the top label.</summary>
internal sealed record PairedMarginalMeasure : PairedMeasure
{
    public override bool NeedsProbabilities => true;

    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter)
    {
        var before = ProbabilityCells.EqualMass(rows.Baseline, parameter);
        var after = ProbabilityCells.EqualMass(rows.Candidate, parameter);
        var b = MarginalSquare.Of(before);
        var c = MarginalSquare.Of(after);
        double factor = 1 / Math.Sqrt(rows.Baseline.ClassCount);
        CellParts Parts(ProbabilityCells cells) => CellParts.Of(cells, CellScale.RootOfShare, _ => factor, rows.Groups);

        // Of grouped rows the law of the squares is not known.
        double known = rows.Groups is null ? 1 : double.NaN;
        return new DebiasedWorsening(
            new(b.Value, known * b.Influence.Variance),
            new(c.Value, known * c.Influence.Variance),
            b.Influence.CovarianceWith(c.Influence),
            CellMovement.OfRoot(Parts(before), Parts(after), rows.Groups))
        {
            Floor = family.Measure(rows.CandidateScores, parameter).NoiseFloor,
        };
    }
}
