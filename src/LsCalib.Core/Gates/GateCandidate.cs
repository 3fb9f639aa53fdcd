using System.Globalization;
using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Gates;

/// <summary>The predictions that a gate looks at.</summary>
public sealed class GateCandidate
{
    private readonly ScoreMatrix? _scores;
    private readonly PredictionStatistics? _statistics;
    private readonly RowScaling _scaling;
    private readonly ConfidenceOrder _order;
    private RowResults? _withProbabilities;

    /// <summary>Predictions with scores of all classes.</summary>
    /// <param name="scores">Scores [N,K].</param>
    /// <param name="statistics">Their row results.</param>
    /// <param name="scaling">The scaling that those were made with.</param>
    public GateCandidate(ScoreMatrix scores, PredictionStatistics statistics, RowScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentNullException.ThrowIfNull(scaling);
        _scores = scores;
        _statistics = statistics;
        _scaling = scaling;
        Results = RowResults.From(statistics);
        _order = Results.ToOrder();
    }

    /// <summary>Predictions of which only confidence and outcome are known: for rules without baseline.</summary>
    /// <param name="order">Predictions by confidence.</param>
    public GateCandidate(ConfidenceOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        _order = order;
        _scaling = RowScaling.None;
    }

    /// <summary>n.</summary>
    public int RowCount => _order.RowCount;

    /// <summary>Row results, null where only confidence and outcome are known.</summary>
    public RowResults? Results { get; }

    /// <summary>Row results with the probabilities of all classes, as a baseline keeps them; null where only confidence and outcome are known.</summary>
    internal RowResults? WithProbabilities => _scores is null ? null : _withProbabilities ??= Results!.With(ScoreProbabilities.Of(_scores, _scaling));

    /// <summary>The scores, null where only confidence and outcome are known.</summary>
    public ScoreMatrix? Scores => _scores;

    /// <summary>Columns that rules may select rows by.</summary>
    public IReadOnlyList<SliceColumn> Slices { get; init; } = [];

    /// <summary>Names of the classes, or null: their numbers.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Rows that are not independent, or null: all are.</summary>
    public RowGroups? Groups { get; init; }

    /// <summary>The same predictions recalibrated.</summary>
    /// <param name="scaling">What logits are multiplied by.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancel">Stops between runs of rows.</param>
    internal GateCandidate Scaled(RowScaling scaling, int threads, CancellationToken cancel)
    {
        var logits = _scores!.ToLogits();
        return new(logits, StatisticsPass.Run(logits, _statistics!.Labels, scaling, MetricCatalog.DefaultBinCount, threads, cancel), scaling)
        {
            Slices = Slices,
            ClassNames = ClassNames,
            Groups = Groups,
        };
    }

    /// <summary>Rows that a rule is about, ascending; null: all.</summary>
    /// <param name="selection">Which.</param>
    /// <param name="baseline">
    /// Where there is one, rows of a class are those that it predicts as such: the same rows for both models, and chosen before the
    /// candidate was known.
    /// </param>
    /// <exception cref="RuleException">There is no such column, value or class, or no such row.</exception>
    internal int[]? Select(RowSelection? selection, RowResults? baseline)
    {
        if (selection is null)
        {
            return null;
        }

        int[] rows = selection.Column is { } name ? OfSlice(selection, name) : OfClass(selection, (baseline ?? Results)?.Predicted);
        return rows.Length > 0 ? rows : throw new RuleException($"{selection}: there is no such row");
    }

    /// <summary>Groups of some rows, numbered anew.</summary>
    internal RowGroups? GroupsOf(int[]? rows) =>
        Groups is null || rows is null ? Groups : RowGroups.From(Groups.Name, Array.ConvertAll(rows, row => Groups.OfRow[row]));

    /// <summary>Measures metrics on all rows.</summary>
    /// <param name="options">Which, and how.</param>
    /// <param name="cancel">Stops the work.</param>
    public Evaluation MeasureAll(MetricSet options, CancellationToken cancel) => Measure(options, null, cancel);

    /// <summary>Measures metrics on some rows.</summary>
    internal Evaluation Measure(MetricSet options, int[]? rows, CancellationToken cancel)
    {
        options = options with { Groups = GroupsOf(rows) };
        if (_scores is null)
        {
            return options.Compute(rows is null ? _order : Part(rows), cancel);
        }

        if (rows is null)
        {
            return options.Compute(_scores, _scaling, _statistics!, cancel);
        }

        var part = ScoreRows.Take(_scores, rows);
        var scaling = _scaling.Take(rows);
        var statistics = StatisticsPass.Run(part, Array.ConvertAll(rows, row => _statistics!.Labels[row]), scaling, options.BinCount, options.Threads, cancel);
        return options.Compute(part, scaling, statistics, cancel);
    }

    private ConfidenceOrder Part(int[] rows)
    {
        var place = new int[RowCount];
        for (int i = 0; i < place.Length; i++)
        {
            place[_order.Row[i]] = i;
        }

        return ConfidenceOrder.From(Array.ConvertAll(rows, row => _order.Confidence[place[row]]), Array.ConvertAll(rows, row => _order.Correct[place[row]]));
    }

    private int[] OfSlice(RowSelection selection, string name)
    {
        var column = Slices.FirstOrDefault(slice => slice.Name == name)
            ?? throw new RuleException($"{selection}: no column \"{name}\" was read to slice by{(Slices.Count == 0 ? "" : "; the columns are: " + string.Join(", ", Slices.Select(slice => slice.Name)))}; --slice-column reads one");
        int value = column.Values.IndexOf(selection.Value);
        return value < 0
            ? throw new RuleException($"{selection}: no row has this value{Nearest(selection.Value, column.Values)}")
            : [.. Enumerable.Range(0, RowCount).Where(row => column.OfRow[row] == value)];
    }

    private int[] OfClass(RowSelection selection, int[]? predicted)
    {
        if (predicted is null)
        {
            throw new RuleException($"{selection}: only confidence and outcome are known, not the class predicted");
        }

        int classCount = Results!.ClassCount;
        int index = ClassNames is null ? -1 : ClassNames.ToList().IndexOf(selection.Value);
        if (index < 0 && (!int.TryParse(selection.Value, NumberStyles.None, CultureInfo.InvariantCulture, out index) || index >= classCount))
        {
            throw new RuleException($"{selection}: there is no such class{Nearest(selection.Value, ClassNames ?? [])}; classes are {(ClassNames is null ? "" : "those of --class-names, or ")}0 to {classCount - 1}");
        }

        return [.. Enumerable.Range(0, RowCount).Where(row => predicted[row] == index)];
    }

    private static string Nearest(string value, IReadOnlyList<string> among) =>
        among.Count == 0 ? "" : $"; nearest: \"{Spelling.Nearest(value, among)}\"";
}
