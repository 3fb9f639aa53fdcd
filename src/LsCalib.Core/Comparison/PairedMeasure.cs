using LsCalib.Core.Binless;
using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>How a metric of two models on the same rows is compared.</summary>
internal abstract record PairedMeasure
{
    /// <summary>Bins that only the comparison needs; null: those of the metric's own interval.</summary>
    public virtual Func<MetricContext, int, ReliabilityTable>? Bins => null;

    /// <summary>Whether it needs the probabilities of all classes.</summary>
    public virtual bool NeedsProbabilities => false;

    /// <summary>Whether it is known of grouped rows.</summary>
    public virtual bool TakesGroups => true;

    /// <summary>By how much the candidate is worse.</summary>
    /// <param name="rows">Both predictions.</param>
    /// <param name="family">The metric.</param>
    /// <param name="parameter">Its parameter.</param>
    public abstract Worsening Compare(PairedRows rows, MetricFamily family, int parameter);

    /// <summary>1 where less is better, −1 where more is.</summary>
    protected static int Sign(MetricFamily family) => family.Better == Better.Higher ? -1 : 1;
}

/// <summary>A mean over rows.</summary>
/// <param name="Value">Of a row.</param>
internal sealed record PairedMeanMeasure(Func<RowResults, int, double> Value) : PairedMeasure
{
    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter)
    {
        double[] Of(RowResults results) => [.. Enumerable.Range(0, results.RowCount).Select(row => Value(results, row))];
        var (before, after) = (Of(rows.Baseline), Of(rows.Candidate));
        var shift = rows.Temperatures?.Shift(noise => noise.Slope(Value));
        return shift is null ? new MeanWorsening(before, after, rows.Groups, Sign(family))
            : new MeanWorsening(shift.OnBaseline(before), shift.OnCandidate(after), rows.Groups, Sign(family), shift.Variance) { Baseline = before.Average(), Candidate = after.Average() };
    }
}

/// <summary>An error over the bins of the family.</summary>
/// <param name="Norm">How gaps become an error.</param>
/// <param name="Error">The error of a table.</param>
/// <param name="FewestRows">Bins of fewer rows are left out.</param>
internal sealed record PairedBinsMeasure(ErrorNorm Norm, Func<ReliabilityTable, double> Error, int FewestRows = 1) : PairedMeasure
{
    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter)
    {
        var (baseline, candidate) = (rows.BaselineContext, rows.CandidateContext);
        var before = family.Bins!(baseline, parameter);
        var after = family.Bins(candidate, parameter);
        var floor = candidate.Floor(after, Error);
        double floorBefore = baseline.Floor(before, Error).Mean;
        if (baseline.Bootstrap is not { } sumsBefore || candidate.Bootstrap is not { } sumsAfter)
        {
            return new ErrorWorsening(Error(before), Error(after), double.NaN, floorBefore, floor.Mean, null) { Floor = floor };
        }

        var b = new ResampledBins(before, baseline.Edges, sumsBefore, FewestRows);
        var c = new ResampledBins(after, candidate.Edges, sumsAfter, FewestRows);
        var shift = rows.Temperatures?.Shift(noise => noise.Slope(context => Error(family.Bins!(context, parameter))));
        return new ErrorWorsening(
            Error(before),
            Error(after),
            PairedShift.Deviation(shift, c.Errors(Norm), b.Errors(Norm)),
            Bias(before, b, floorBefore),
            Bias(after, c, floor.Mean),
            Movement.Of(rows, b, c, context => family.Bins!(context, parameter), Norm))
        {
            Floor = floor,
        };
    }

    /// <summary>What noise can have added to the error.</summary>
    private double Bias(ReliabilityTable table, ResampledBins bins, double floor) => Norm switch
    {
        ErrorNorm.Maximum => floor,
        ErrorNorm.RootMeanSquare => BiasBound.OfRootMeanSquare(table, bins),
        _ => BiasBound.OfAbsolute(table, bins, Norm),
    };
}

/// <summary>SmoothECE.</summary>
internal sealed record PairedSmoothMeasure : PairedMeasure
{
    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter)
    {
        var sides = new[] { rows.BaselineContext, rows.CandidateContext };
        bool isDrawn = sides[0].Bootstrap is not null && sides[1].Bootstrap is not null;
        var both = RowRuns.Compute(sides.Length, sides.Length, sides[0].Options.Threads, (side, _) => Side.Of(sides[side]));
        var (before, after) = (both[0], both[1]);

        // Smoothing takes no gap farther than the cells' gaps are, at any width, and so neither the width that equals the error.
        var moved = !isDrawn ? null : Movement.Of(
            rows,
            new(before.Cells, sides[0].Edges, sides[0].Bootstrap!, 1),
            new(after.Cells, sides[1].Edges, sides[1].Bootstrap!, 1),
            Side.CellsOf,
            ErrorNorm.Expected);
        return new ErrorWorsening(
            before.Value,
            after.Value,
            isDrawn ? PairedShift.Deviation(
                rows.Temperatures?.Shift(noise => noise.Slope(context => SmoothEce.Compute(context.Order).Value)), after.Draws, before.Draws) : double.NaN,
            before.Floor.Mean,
            after.Floor.Mean,
            moved)
        {
            RowsPower = 3,
            Floor = after.Floor,
        };
    }

    /// <summary>What is measured of one of the two: independent of the other, so that both are measured at once.</summary>
    private sealed record Side(ReliabilityTable Cells, double Value, NoiseFloor Floor, double[]? Draws)
    {
        public static ReliabilityTable CellsOf(MetricContext context) => context.Table(Binning.EqualWidth, SmoothResamples.CellCount);

        public static Side Of(MetricContext context)
        {
            var cells = CellsOf(context);
            return new(
                cells,
                SmoothEce.Compute(context.Order).Value,
                SmoothResamples.Floor(context.Noise(cells)),
                context.Bootstrap is { } sums ? SmoothResamples.Draws(cells, context.Edges, sums) : null);
        }
    }
}

/// <summary>A statistic that every resample leaves, without bias to speak of.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Draws">Its values in the resamples; null without.</param>
internal sealed record PairedResampledMeasure(Func<MetricContext, double> Value, Func<MetricContext, double[]?> Draws) : PairedMeasure
{
    /// <summary>Whether it is measured on the probabilities of all classes.</summary>
    public bool OfProbabilities { get; init; }

    public override bool NeedsProbabilities => OfProbabilities;

    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter)
    {
        var (before, after) = OfProbabilities ? (rows.BaselineScores, rows.CandidateScores) : (rows.BaselineContext, rows.CandidateContext);
        var (old, now) = (Draws(before), Draws(after));
        var shift = rows.Temperatures?.Shift(noise => OfProbabilities ? noise.SlopeOfScores(Value) : noise.Slope(Value));
        double deviation = PairedShift.Deviation(shift, now, old);

        // Resamples take neighbouring ranks as tied: what they do not see of the difference, such as two rows that change places, is
        // as likely chance as not, and counts as a deviation.
        double unseen = Value(after) - Value(before) - Spread.MeanOfDifference(now, old);
        deviation = double.IsNaN(unseen) ? deviation : Math.Sqrt((deviation * deviation) + (unseen * unseen));
        return new ErrorWorsening(Value(before), Value(after), deviation, 0, 0, null, Sign(family));
    }
}

/// <summary>The debiased L2 error over bins of equal mass.</summary>
internal sealed record PairedDebiasedMeasure : PairedMeasure
{
    public override Func<MetricContext, int, ReliabilityTable> Bins => (context, bins) => context.Table(Binning.EqualMass, bins);

    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter)
    {
        var before = rows.BaselineContext.Table(Binning.EqualMass, parameter);
        var after = rows.CandidateContext.Table(Binning.EqualMass, parameter);
        var b = SquaredInfluence.Of(before, rows.BaselineContext.Order);
        var c = SquaredInfluence.Of(after, rows.CandidateContext.Order);

        var shift = rows.Temperatures?.Shift(noise => noise.Slope(context => DebiasedError.SquaredL2(context.Table(Binning.EqualMass, parameter))));
        b = shift is { IsOfSameRows: true } ? b.With(shift.OnBaseline(new double[rows.RowCount])) : b;
        c = shift is { IsOfSameRows: true } ? c.With(shift.OnCandidate(new double[rows.RowCount])) : c;

        // Of grouped rows the law of the squares is not known.
        double known = rows.Groups is null ? 1 : double.NaN;
        var moved = rows.BaselineContext.Bootstrap is not { } sumsBefore || rows.CandidateContext.Bootstrap is not { } sumsAfter ? null : Movement.Of(
            rows,
            new(before, rows.BaselineContext.Edges, sumsBefore, 1),
            new(after, rows.CandidateContext.Edges, sumsAfter, 1),
            context => context.Table(Binning.EqualMass, parameter),
            ErrorNorm.RootMeanSquare);
        return new DebiasedWorsening(
            new(DebiasedError.SquaredL2(before), known * (b.Variance + (shift?.BaselineVariance ?? 0))),
            new(DebiasedError.SquaredL2(after), known * (c.Variance + (shift?.CandidateVariance ?? 0))),
            b.CovarianceWith(c) + (shift?.Covariance ?? 0),
            moved)
        {
            Floor = rows.CandidateContext.Floor(after, DebiasedError.L2),
        };
    }
}
