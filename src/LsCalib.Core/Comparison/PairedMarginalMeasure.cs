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
        var ofSquares = rows.Temperatures?.Shift(noise => noise.Slope(
            family.KeyOf(parameter), results => MarginalSquare.Of(ProbabilityCells.EqualMass(results, parameter)).Value));
        var (ofBaseline, ofCandidate) = ofSquares is { IsOfSameRows: true }
            ? (b.Influence.With(ofSquares.OnBaseline(new double[rows.RowCount])), c.Influence.With(ofSquares.OnCandidate(new double[rows.RowCount])))
            : (b.Influence, c.Influence);
        double factor = 1 / Math.Sqrt(rows.Baseline.ClassCount);
        CellParts Parts(ProbabilityCells cells) => CellParts.Of(cells, CellScale.RootOfShare, _ => factor, rows.Groups);
        var ofRoots = rows.Temperatures?.Shift(noise => noise.Slope(
            $"{family.KeyOf(parameter)}, root", results => Parts(ProbabilityCells.EqualMass(results, parameter)).Root));

        // Of grouped rows the law of the squares is not known.
        double known = rows.Groups is null ? 1 : double.NaN;
        return new DebiasedWorsening(
            new(b.Value, known * (ofBaseline.Variance + (ofSquares?.BaselineVariance ?? 0))),
            new(c.Value, known * (ofCandidate.Variance + (ofSquares?.CandidateVariance ?? 0))),
            ofBaseline.CovarianceWith(ofCandidate) + (ofSquares?.Covariance ?? 0),
            CellMovement.OfRoot(Parts(before), Parts(after), rows.Groups).With(ofRoots, rows))
        {
            Floor = family.Measure(rows.CandidateScores, parameter).NoiseFloor,
        };
    }
}
