using System.Globalization;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison.Changes;

/// <summary>Explains what changed from one model to the next, on the same rows.</summary>
public static class ChangeExplainer
{
    /// <summary>Share of a worsening that may be left of one that counts as repaired: a model that is as good as the old one never is for sure.</summary>
    public const double Remainder = 0.1;

    /// <summary>Explains a change.</summary>
    /// <param name="before">Scores of the old model [N,K].</param>
    /// <param name="after">Scores of the new one [N,K], of the same rows.</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="options">Level, seed, resamples, threads, groups and bins; keys are not used.</param>
    /// <param name="slices">Columns by which rows are looked at apart.</param>
    /// <param name="classNames">Names of the classes, or null: their numbers.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">The scores are not of the same rows and classes.</exception>
    public static ChangeExplanation Explain(
        ScoreMatrix before, ScoreMatrix after, int[] labels, MetricSet options, IReadOnlyList<SliceColumn> slices, IReadOnlyList<string>? classNames, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(slices);
        if (before.RowCount != after.RowCount || before.ClassCount != after.ClassCount || labels.Length != after.RowCount)
        {
            throw new ArgumentException("The scores are not of the same rows and classes.", nameof(after));
        }

        var fitting = new TemperatureOptions { Seed = options.Seed, Threads = options.Threads, Groups = options.Groups };
        var old = ComparedScores.Of(before, labels, fitting, options.BinCount, cancel);
        var now = ComparedScores.Of(after, labels, fitting, options.BinCount, cancel);
        var rows = new PairedRows(RowResults.From(old.Statistics), RowResults.From(now.Statistics), options, cancel);
        rows.Prepare([options.DiagramEceKey]);
        ScoreChange Of(double[] left, double[] right) => new(left.Average(), right.Average(), PairedMean.Of(right, left, options.Groups));
        var repaired = now.Scaled is { } scaled ? Of(old.Statistics.Nll, scaled.Nll) : null;
        var nll = Split(old, now, statistics => statistics.Nll, options.Groups);
        return new()
        {
            RowCount = labels.Length,
            Nll = nll,
            Brier = Split(old, now, statistics => statistics.Brier, options.Groups),
            Accuracy = Of(old.Statistics.Outcomes(), now.Statistics.Outcomes()),
            Confidence = Of(old.Statistics.Confidence, now.Statistics.Confidence),
            Gap = Of(old.Statistics.Residuals(), now.Statistics.Residuals()),
            Ece = rows.Compare(options.DiagramEceKey),
            Moved = [.. MovedRows.Of(rows, options, slices, classNames ?? [.. Enumerable.Range(0, before.ClassCount).Select(k => k.ToString(CultureInfo.InvariantCulture))])],
            Temperature = now.Temperature,
            Repaired = repaired,
            Repair = RepairOf(nll.Total, repaired, options.Level),
        };
    }

    private static SplitChange Split(ComparedScores old, ComparedScores now, Func<PredictionStatistics, double[]> score, RowGroups? groups)
    {
        ScoreChange Of(double[] left, double[] right) => new(left.Average(), right.Average(), PairedMean.Of(right, left, groups));
        double[] Less(double[] all, double[] part) => [.. all.Zip(part, (a, b) => a - b)];
        var total = Of(score(old.Statistics), score(now.Statistics));
        return old.Scaled is null || now.Scaled is null ? new(total, null, null) : new(
            total,
            Of(Less(score(old.Statistics), score(old.Scaled)), Less(score(now.Statistics), score(now.Scaled))),
            Of(score(old.Scaled), score(now.Scaled)));
    }

    private static TemperatureRepair RepairOf(ScoreChange change, ScoreChange? repaired, double level)
    {
        // What chance alone would show is nothing to repair, and most of it would be "repaired" by chance as well.
        if (!(change.Change.At(level) is { Lower: > 0 }))
        {
            return TemperatureRepair.NotNeeded;
        }

        return repaired?.Change.At(level) is not { } left ? TemperatureRepair.Unknown
            : left.Upper <= Remainder * change.Change.Value ? TemperatureRepair.Repairs
            : left.Lower > Remainder * change.Change.Value ? TemperatureRepair.DoesNot
            : TemperatureRepair.Unknown;
    }
}
