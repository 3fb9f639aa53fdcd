using System.Collections.Immutable;
using System.Globalization;
using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Catalog;

/// <summary>Which metrics are measured, and how.</summary>
/// <param name="BinCount">M of the diagram and of binned metrics asked for without a number, 1 to 1000.</param>
/// <param name="Binning">Bins of the diagram, and so of MCE and RMSCE in the default set.</param>
/// <param name="Seed">Seed of everything random.</param>
public sealed record MetricSet(int BinCount = 15, Binning Binning = Binning.EqualWidth, long Seed = 0)
{
    /// <summary>Keys of the metrics wanted, in the order of tables; null: the default set.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>Resamples of the bootstrap; 0: none, and intervals only where they are known without.</summary>
    public int ResampleCount { get; init; }

    /// <summary>Whether classwise errors are resampled too: it takes much longer than all else.</summary>
    public bool ResampleClasses { get; init; }

    /// <summary>Confidence level of intervals, between 0 and 1.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Threads of the bootstrap; the result does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Rows that are resampled together, or null: rows are independent. Intervals that would take them as independent are
    /// left out; noise floors and p-values still do, and say so.
    /// </summary>
    public RowGroups? Groups { get; init; }

    /// <summary>How much each row counts, or null: all the same. Metrics that are not known for weighted rows are left out.</summary>
    public RowWeights? Weights { get; init; }

    /// <summary>Key of the ECE that belongs to the diagram.</summary>
    public string DiagramEceKey => $"ece-{Bins}{Suffix}";

    /// <summary>The metrics measured where nothing else is asked for.</summary>
    public IReadOnlyList<string> DefaultKeys =>
    [
        "accuracy", "top5-accuracy", "nll", "brier", $"ece-{Bins}", $"ece-{Bins}-mass", $"mce-{Bins}{Suffix}", $"rmsce-{Bins}{Suffix}",
        $"l2-debiased-{Bins}", $"classwise-ece-{Bins}", "aurc", "auroc-correctness", "mean-confidence", "gap",
    ];

    /// <summary>Whether rows are drawn by their number, so that several predictions of the same rows are drawn alike.</summary>
    internal bool DrawsByRow { get; init; }

    /// <summary>The same; of a single group, which does not tell how groups scatter, nothing is drawn.</summary>
    internal MetricSet Drawn => IsOneGroup ? this with { ResampleCount = 0 } : this;

    private bool IsOneGroup => Groups is { Count: 1 };

    private string Bins => BinCount.ToString(CultureInfo.InvariantCulture);

    private string Suffix => Binning == Binning.EqualWidth ? "" : "-mass";

    /// <summary>Measures predictions with scores of all classes.</summary>
    /// <param name="scores">The scores that the statistics were made of.</param>
    /// <param name="scaling">The scaling that they were made with.</param>
    /// <param name="statistics">Row results and cell sums.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">A key names no metric.</exception>
    public Evaluation Compute(ScoreMatrix scores, RowScaling scaling, PredictionStatistics statistics, CancellationToken cancel = default)
    {
        var (context, has) = Context(scores, scaling, statistics, cancel);
        return Measure(context, has);
    }

    /// <summary>Measures predictions of which only the confidence and the outcome are known.</summary>
    /// <param name="order">Predictions by confidence.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>The metrics that need no more than that.</returns>
    /// <exception cref="ArgumentException">A key names no metric.</exception>
    public Evaluation Compute(ConfidenceOrder order, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        return Measure(new(Drawn, order, null, null, RowScaling.None, cancel), MetricNeeds.TopLabel);
    }

    /// <summary>What metrics of predictions with scores of all classes are measured on, and what those allow.</summary>
    internal (MetricContext Context, MetricNeeds Has) Context(ScoreMatrix scores, RowScaling scaling, PredictionStatistics statistics, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(statistics);
        var correct = new bool[statistics.RowCount];
        for (int i = 0; i < correct.Length; i++)
        {
            correct[i] = statistics.IsCorrect(i);
        }

        var order = ConfidenceOrder.From(statistics.Confidence, correct);
        return (new(Drawn, order, statistics, scores, scaling, cancel), Has(statistics.ClassCount));
    }

    /// <summary>What scores of so many classes allow.</summary>
    internal static MetricNeeds Has(int classCount) => classCount > 5 ? MetricNeeds.SixClasses : MetricNeeds.Scores;

    /// <summary>Why a metric cannot be measured, or null.</summary>
    internal static string? Obstacle(MetricFamily family, MetricNeeds has, bool isWeighted) =>
        family.Needs > has && has == MetricNeeds.TopLabel ? "it needs the scores of all classes, and only confidence and outcome are known"
        : family.Needs > has ? "it needs more than five classes"
        : isWeighted && !family.TakesWeights ? "it is not known for weighted rows"
        : null;

    private Evaluation Measure(MetricContext context, MetricNeeds has)
    {
        if (Groups is not null && Groups.OfRow.Length != context.RowCount)
        {
            throw new InvalidOperationException($"Groups of {Groups.OfRow.Length} rows, for {context.RowCount} rows.");
        }

        var wanted = Select(Keys ?? DefaultKeys, has);
        var basis = Select(["accuracy", "mean-confidence", "gap", "nll", DiagramEceKey], has);
        foreach (var (family, parameter) in wanted.Concat(basis))
        {
            if (context.Options.ResampleCount > 0 && family.Bins is { } bins)
            {
                context.AddBins(bins(context, parameter));
            }
        }

        var results = new Dictionary<string, MetricResult>();
        ImmutableArray<MetricResult> Results(IEnumerable<(MetricFamily Family, int Parameter)> metrics) =>
        [
            .. metrics.Select(metric =>
            {
                var info = metric.Family.Info(metric.Parameter);
                if (!results.TryGetValue(info.Key, out var result))
                {
                    context.Cancel.ThrowIfCancellationRequested();
                    result = new(info, Reported(metric.Family, metric.Family.Measure(context, metric.Parameter)));
                    results.Add(info.Key, result);
                }

                return result;
            }),
        ];
        var table = context.Table(Binning, BinCount);
        var cells = has == MetricNeeds.TopLabel ? null : context.Cells(BinCount);
        return new(Results(wanted), table, cells is null ? [] : ClassSummary.From(context.Statistics, cells, Weights))
        {
            Order = context.Order,
            ConsistencyBars = ConsistencyBars.Of(table, context.Order),
            Classwise = cells,
            Basis = Results(basis),
            GroupCount = Groups?.Count,
            Omitted = [.. Omitted(has)],
        };
    }

    /// <summary>Metrics asked for that cannot be measured; of the default set, not those that only more classes would bring back.</summary>
    private IEnumerable<(MetricInfo Info, string Reason)> Omitted(MetricNeeds has)
    {
        foreach (string key in Keys ?? DefaultKeys)
        {
            var (family, parameter) = MetricCatalog.Family(key);
            bool isTacit = Keys is null && has == MetricNeeds.Scores && family.Needs > has;
            if (!isTacit && Obstacle(family, has, Weights is not null) is { } reason)
            {
                yield return (family.Info(parameter), reason);
            }
        }
    }

    /// <summary>A measurement as it is told: what these rows leave of it.</summary>
    internal Measurement Reported(MetricFamily family, Measurement measured) => Grouped(family, measured.Reported());

    /// <summary>What is left of a measurement where rows are grouped, and what else takes them as independent.</summary>
    private Measurement Grouped(MetricFamily family, Measurement measured)
    {
        if (Groups is null)
        {
            return measured;
        }

        var notes = new List<string>();
        if (measured.Note.Length > 0)
        {
            notes.Add(measured.Note);
        }

        bool isResampled = family.Bins is not null || family.IsResampled;
        if (IsOneGroup && isResampled)
        {
            notes.Add("no interval: all rows are of one group");
        }
        else if (measured.Interval is not null && !isResampled)
        {
            notes.Add("no interval: none is known for grouped rows");
        }

        measured = IsOneGroup || !isResampled ? measured with { Interval = null } : measured;

        if (measured.NoiseFloor is not null)
        {
            notes.Add("the noise floor takes rows as independent, though they are grouped");
        }

        if (measured.PValue is not null)
        {
            notes.Add("the p-value takes rows as independent, though they are grouped");
        }

        return measured with { Note = string.Join("; ", notes) };
    }

    private List<(MetricFamily Family, int Parameter)> Select(IEnumerable<string> keys, MetricNeeds has) =>
        [.. keys.Select(MetricCatalog.Family).Where(metric => Obstacle(metric.Family, has, Weights is not null) is null)];
}
