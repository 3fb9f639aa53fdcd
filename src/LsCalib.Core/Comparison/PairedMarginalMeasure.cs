using LsCalib.Core.Catalog;

namespace LsCalib.Core.Comparison;

/// <summary>The debiased L2 error of the probabilities of all classes, as <see cref="PairedDebiasedMeasure"/> compares that of the top label.</summary>
internal sealed record PairedMarginalMeasure : PairedMeasure
{
    public override bool NeedsProbabilities => true;

    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter)
    {
        // A model that several are compared with is looked at once.
        string key = family.KeyOf(parameter);
        var b = rows.BaselineContext.Once($"{key}, sides", () => Side.Of(rows.Baseline, parameter, rows));
        var c = Side.Of(rows.Candidate, parameter, rows);
        double[] Both(RowResults results)
        {
            var side = Side.Of(results, parameter, rows);
            return [side.Square.Value, side.Parts.Root];
        }

        var ofSquares = rows.Temperatures?.Shift(noise => noise.Slopes(key, Both)[0]);
        var ofRoots = rows.Temperatures?.Shift(noise => noise.Slopes(key, Both)[1]);
        var (before, after) = ofSquares is { IsOfSameRows: true }
            ? (b.Square.Influence.With(ofSquares.OnBaseline(new double[rows.RowCount])), c.Square.Influence.With(ofSquares.OnCandidate(new double[rows.RowCount])))
            : (b.Square.Influence, c.Square.Influence);

        // Of grouped rows the law of the squares is not known.
        double known = rows.Groups is null ? 1 : double.NaN;
        return new DebiasedWorsening(
            new(b.Square.Value, known * (before.Variance + (ofSquares?.BaselineVariance ?? 0))),
            new(c.Square.Value, known * (after.Variance + (ofSquares?.CandidateVariance ?? 0))),
            before.CovarianceWith(after) + (ofSquares?.Covariance ?? 0),
            CellMovement.OfRoot(b.Parts, c.Parts, rows.Groups).With(ofRoots, rows))
        {
            Measured = new(() => family.Measure(rows.CandidateScores, parameter)),
        };
    }

    /// <summary>What is taken of one model.</summary>
    private sealed record Side(MarginalSquare Square, CellParts Parts)
    {
        public static Side Of(RowResults results, int parameter, PairedRows rows)
        {
            var cells = ProbabilityCells.EqualMass(results, parameter, rows.BaselineContext.Options.Threads);
            double factor = 1 / Math.Sqrt(results.ClassCount);
            var sums = new CellNoiseSums(cells, null);
            return new(
                MarginalSquare.Of(cells, sums),
                CellParts.Of(cells, rows.Groups is null ? sums : new CellNoiseSums(cells, rows.Groups), CellScale.RootOfShare, _ => factor));
        }
    }
}
