using LsCalib.Core.Binless;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.ProperScores;
using LsCalib.Core.Ranking;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Catalog;

/// <summary>What metrics are measured on, with what several of them share computed once.</summary>
internal sealed class MetricContext
{
    private const long MostRedrawnRows = 10_000_000;

    private readonly Dictionary<(Binning, int), ReliabilityTable> _tables = [];
    private readonly Dictionary<ReliabilityTable, ReliabilityTable[]> _noise = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, Interval?> _classwiseIntervals = [];
    private readonly Dictionary<int, ClasswiseCells> _cells = [];
    private readonly Dictionary<int, MarginalErrors> _marginal = [];
    private readonly Dictionary<int, (ClasswiseCells, NoiseFloor)> _classwise = [];
    private readonly Lazy<BootstrapSums?> _bootstrap;
    private readonly Lazy<ReliabilityTable> _sweep;
    private readonly Lazy<IsotonicRegression> _isotonic;
    private readonly Lazy<ProperScoreSplits> _temperatureSplits;
    private readonly Lazy<ProperScoreSplits> _isotonicSplits;
    private readonly Dictionary<ConfidenceScore, RankedScore> _ranked = [];
    private readonly Dictionary<string, object> _once = [];
    private readonly Lazy<ConfidenceScores> _confidenceScores;
    private double[] _edges = [];

    public MetricContext(MetricSet options, ConfidenceOrder order, PredictionStatistics? statistics, ScoreMatrix? scores, RowScaling scaling, CancellationToken cancel)
    {
        Options = options;
        Order = order.Weighted(options.Weights);
        MaybeStatistics = statistics;
        MaybeScores = scores;
        Scaling = scaling;
        Cancel = cancel;
        _bootstrap = new(RunBootstrap);
        _sweep = new(() => SweepError.Table(Order));
        _isotonic = new(() => IsotonicRegression.Fit(Order));
        _temperatureSplits = new(() => ProperScoreSplits.ByTemperature(
            Scores, Statistics, TemperatureScaling.CrossFit(Scores, Statistics.Labels, Options.Seed, Options.Threads, Groups, Cancel), Options.Threads, Cancel));
        _isotonicSplits = new(() => ProperScoreSplits.ByIsotonic(
            Scores, Statistics, SplitFolds(), Cancel));
        _confidenceScores = new(() => ConfidenceScores.Compute(Scores, Scaling, threads: Options.Threads, cancel: Cancel));
    }

    public MetricSet Options { get; }

    /// <summary>The predictions by confidence.</summary>
    public ConfidenceOrder Order { get; }

    /// <summary>Row results and cell sums; there for metrics that need scores.</summary>
    public PredictionStatistics Statistics => MaybeStatistics ?? throw new InvalidOperationException("There are no scores.");

    /// <summary>Scores [N,K]; there for metrics that need them.</summary>
    public ScoreMatrix Scores => MaybeScores ?? throw new InvalidOperationException("There are no scores.");

    public RowScaling Scaling { get; }

    public CancellationToken Cancel { get; }

    public int RowCount => Order.RowCount;

    public double Level => Options.Level;

    /// <summary>Rows that are resampled together, or null.</summary>
    public RowGroups? Groups => Options.Groups;

    /// <summary>How much each row counts, or null: all the same.</summary>
    public RowWeights? Weights => Options.Weights;

    /// <summary>The bins of <see cref="SweepError"/>.</summary>
    public ReliabilityTable Sweep => _sweep.Value;

    /// <summary>Accuracy as a rising function of confidence.</summary>
    public IsotonicRegression Isotonic => _isotonic.Value;

    /// <summary>NLL and Brier score, split by a cross-fitted temperature.</summary>
    public ProperScoreSplits TemperatureSplits => _temperatureSplits.Value;

    /// <summary>The same, split by isotonic regression on the same folds.</summary>
    public ProperScoreSplits IsotonicSplits => _isotonicSplits.Value;

    /// <summary>The resamples, or null where none are wanted.</summary>
    public BootstrapSums? Bootstrap => _bootstrap.Value;

    /// <summary>Upper edges of the cells of <see cref="Bootstrap"/>.</summary>
    public ReadOnlySpan<double> Edges => _edges;

    private PredictionStatistics? MaybeStatistics { get; }

    private ScoreMatrix? MaybeScores { get; }

    /// <summary>Places of the columns in <see cref="BootstrapSums.Means"/>.</summary>
    public const int NllColumn = 0;

    /// <inheritdoc cref="NllColumn"/>
    public const int BrierColumn = 1;

    /// <summary><inheritdoc cref="NllColumn"/> There where rows are grouped.</summary>
    public const int TopFiveColumn = 2;

    /// <summary>What several metrics share, made by the first that asks for it.</summary>
    public T Once<T>(string name, Func<T> make)
        where T : class
    {
        if (!_once.TryGetValue(name, out object? made))
        {
            made = make();
            _once.Add(name, made);
        }

        return (T)made;
    }

    /// <summary>The table of a number of bins.</summary>
    public ReliabilityTable Table(Binning binning, int bins)
    {
        if (!_tables.TryGetValue((binning, bins), out var table))
        {
            table = ReliabilityTable.From(Order, binning, bins);
            _tables.Add((binning, bins), table);
        }

        return table;
    }

    /// <summary>Level of an error of a table for a calibrated model.</summary>
    public NoiseFloor Floor(ReliabilityTable table, Func<ReliabilityTable, double> error) => NoiseFloors.Of(Noise(table), error);

    /// <summary>The table as a calibrated model would draw it, many times.</summary>
    public ReliabilityTable[] Noise(ReliabilityTable table)
    {
        if (!_noise.TryGetValue(table, out var tables))
        {
            tables = NoiseFloors.Tables(table, Order, Options.Seed);
            _noise.Add(table, tables);
        }

        return tables;
    }

    /// <summary>A metric of the predictions with outcomes drawn anew from their confidences, 200 times, fewer where rows are many.</summary>
    public double[] Redraw(Func<ConfidenceOrder, double> metric)
    {
        var random = new SeededRandom(Options.Seed, stream: 41);
        var draws = new double[(int)Math.Clamp(MostRedrawnRows / Math.Max(1, RowCount), 50, 200)];
        for (int draw = 0; draw < draws.Length; draw++)
        {
            Cancel.ThrowIfCancellationRequested();
            draws[draw] = metric(Order.Redrawn(random));
        }

        return draws;
    }

    /// <summary>Classwise cells of a number of bins, with the noise floor of their error.</summary>
    public (ClasswiseCells Cells, NoiseFloor Floor) Classwise(int bins)
    {
        if (!_classwise.TryGetValue(bins, out var found))
        {
            var cells = Cells(bins);
            found = (cells, NoiseFloors.OfClasswise(Scores, Scaling, cells, Options.Seed, Weights, Cancel));
            _classwise.Add(bins, found);
        }

        return found;
    }

    /// <summary>Classwise cells of a number of bins.</summary>
    public ClasswiseCells Cells(int bins)
    {
        if (!_cells.TryGetValue(bins, out var cells))
        {
            cells = Weights is not null ? WeightedCells.Compute(Scores, Scaling, Statistics.Labels, Weights, bins, Options.Threads, Cancel)
                : bins == Statistics.Classwise.BinCount ? Statistics.Classwise
                : StatisticsPass.Run(Scores, Statistics.Labels, Scaling, bins, Options.Threads, Cancel).Classwise;
            _cells.Add(bins, cells);
        }

        return cells;
    }

    /// <summary>Interval of the classwise ECE, or null where none is wanted, rows are weighted, or it would take too much memory.</summary>
    public Interval? ClasswiseInterval(int bins)
    {
        if (!Options.ResampleClasses || Options.ResampleCount == 0 || Weights is not null)
        {
            return null;
        }

        if (!_classwiseIntervals.TryGetValue(bins, out var interval))
        {
            var cells = Cells(bins);
            var noise = ClasswiseBootstrap.Noise(
                Scores, Scaling, Statistics.Labels, cells, Options.ResampleCount, Options.Seed, Options.Threads, Cancel);
            interval = noise is null ? null : Resampling.ClasswiseInterval.Of(cells, noise, RowCount, Options.ResampleCount, Level);
            _classwiseIntervals.Add(bins, interval);
        }

        return interval;
    }

    /// <summary>Errors of every class's probabilities over bins of equal mass.</summary>
    public MarginalErrors Marginal(int bins)
    {
        if (!_marginal.TryGetValue(bins, out var errors))
        {
            errors = MarginalErrors.Compute(Scores, Statistics.Labels, Scaling, bins, Options.Seed, Options.Threads, Cancel);
            _marginal.Add(bins, errors);
        }

        return errors;
    }

    /// <summary>Interval of an error of a table, or null without a bootstrap.</summary>
    public Interval? ErrorInterval(ReliabilityTable table, ErrorNorm norm, double estimate, int fewestRows = 1) =>
        Bootstrap is { } sums ? Resampling.ErrorInterval.Of(table, Edges, sums, norm, estimate, Level, fewestRows) : null;

    /// <summary>Risk and coverage by a confidence score, with its resamples.</summary>
    public RankedScore Ranked(ConfidenceScore score)
    {
        if (!_ranked.TryGetValue(score, out var ranked))
        {
            ranked = score == ConfidenceScore.MaximumProbability
                ? new(RiskCoverage.From(Order), Bootstrap, Order)
                : Rank(ConfidenceOrder.From(
                    score switch
                    {
                        ConfidenceScore.MaximumLogit => _confidenceScores.Value.MaximumLogit,
                        ConfidenceScore.Margin => _confidenceScores.Value.Margin,
                        _ => _confidenceScores.Value.NormalizedLogit,
                    },
                    Order.CorrectByRow()));
            _ranked.Add(score, ranked);
        }

        return ranked;
    }

    /// <summary>Adds the edges of a table to those that the bootstrap sums between; before the first use of it.</summary>
    public void AddBins(ReliabilityTable table)
    {
        var all = new SortedSet<double>(_edges);
        for (int m = 0; m < table.Bins.Length - 1; m++)
        {
            all.Add(table.Bins[m].Upper);
        }

        _edges = [.. all];
    }

    /// <summary>Whether anything is drawn: a single row would be drawn again and again.</summary>
    private bool Resamples => Options.ResampleCount > 0 && RowCount > 1;

    private BootstrapSums? RunBootstrap()
    {
        if (!Resamples)
        {
            return null;
        }

        var columns = new List<double[]>();
        if (MaybeStatistics is { } statistics)
        {
            columns.AddRange([statistics.Nll, statistics.Brier]);
            if (Groups is not null)
            {
                columns.Add(Array.ConvertAll(statistics.IsInTopFive, static inside => inside ? 1.0 : 0));
            }
        }

        return Resample(Plan(Order, _edges, columns));
    }

    private ResamplePlan Plan(ConfidenceOrder order, ReadOnlySpan<double> edges, IReadOnlyList<double[]> columns) =>
        ResamplePlan.From(order, edges, columns, Groups?.OfRow ?? (Options.DrawsByRow ? [.. Enumerable.Range(0, RowCount)] : null));

    /// <summary>Folds of the isotonic split.</summary>
    private byte[] SplitFolds() => Groups is null
        ? Folds.Stratified(Statistics.Labels, Statistics.ClassCount, TemperatureScaling.FoldCount, Options.Seed)
        : Folds.OfGroups(Groups, TemperatureScaling.FoldCount, Options.Seed);

    private RankedScore Rank(ConfidenceOrder order) =>
        new(RiskCoverage.From(order), Resamples ? Resample(Plan(order, [], [])) : null, order);

    private BootstrapSums Resample(ResamplePlan plan) =>
        BootstrapPass.Run(plan, Options.ResampleCount, Options.Seed, Options.Threads, Cancel);
}
