using System.Collections.Immutable;
using System.Globalization;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Metrics;

/// <summary>The one list of metrics: their keys, definitions and computation.</summary>
/// <param name="BinCount">M of every binned metric, 1 to 1000.</param>
/// <param name="Binning">Bins of the diagram, and so of MCE and RMSCE.</param>
/// <param name="Seed">Seed of the noise floors.</param>
public sealed record MetricSet(int BinCount = 15, Binning Binning = Binning.EqualWidth, long Seed = 0)
{
    private string Suffix => Binning == Binning.EqualWidth ? "" : "-mass";

    private string DiagramBins => $"{Bins} equal-{(Binning == Binning.EqualWidth ? "width" : "mass")} bins";

    private string Bins => BinCount.ToString(CultureInfo.InvariantCulture);

    /// <summary>Key of the ECE that belongs to the diagram.</summary>
    public string DiagramEceKey => $"ece-{Bins}{Suffix}";

    /// <summary>The metrics computed for K classes, in the order of tables.</summary>
    public ImmutableArray<MetricInfo> For(int classCount)
    {
        const string Fraction = "fraction";
        MetricInfo?[] all =
        [
            new("accuracy", "accuracy", Fraction, Better.Higher,
                "fraction of rows whose largest score is that of the label; the lowest index wins a tie"),
            classCount <= 5 ? null : new("top5-accuracy", "top-5 accuracy", Fraction, Better.Higher,
                "fraction of rows whose label is among the five largest scores; lower indices come first in a tie"),
            new("nll", "NLL", "nats", Better.Lower,
                "mean of −ln p(label), by log-sum-exp of the logits without clipping; a true-class probability of exactly 0 read from a file of probabilities is replaced by the epsilon of its type and counted"),
            new("brier", "Brier", "score 0–2", Better.Lower, "mean over rows of the sum over classes of (p − 1[label])²"),
            new($"ece-{Bins}", $"ECE, {Bins} equal-width", Fraction, Better.Lower,
                $"Σ n_m/N |accuracy_m − mean confidence_m| over {Bins} equal-width bins (lower, upper] of the top-label confidence"),
            new($"ece-{Bins}-mass", $"ECE, {Bins} equal-mass", Fraction, Better.Lower,
                $"the same over {Bins} bins of equal mass: sorted confidences cut in runs as equal as can be, edges midway, equal edges merged, so tied rows share a bin"),
            new($"mce-{Bins}{Suffix}", $"MCE, {Bins} {Width}", Fraction, Better.Lower,
                $"largest |accuracy − mean confidence| of a non-empty bin, {DiagramBins}"),
            new($"rmsce-{Bins}{Suffix}", $"RMSCE, {Bins} {Width}", Fraction, Better.Lower,
                $"square root of Σ n_m/N (accuracy_m − mean confidence_m)², {DiagramBins}"),
            new($"classwise-ece-{Bins}", $"classwise ECE, {Bins}", Fraction, Better.Lower,
                $"mean over classes k of Σ n_kb/N |mean p_k − frequency of k| over {Bins} equal-width bins of p_k, every row in every class"),
            new("mean-confidence", "mean confidence", Fraction, Better.None, "mean probability of the predicted class"),
            new("gap", "gap", Fraction, Better.Zero, "accuracy − mean confidence; negative is over-confident"),
        ];
        return [.. all.OfType<MetricInfo>()];
    }

    private string Width => Binning == Binning.EqualWidth ? "equal-width" : "equal-mass";

    /// <summary>Computes every metric.</summary>
    /// <param name="scores">The scores that the statistics were made of.</param>
    /// <param name="scaling">The scaling that they were made with.</param>
    /// <param name="statistics">Row results and cell sums.</param>
    /// <param name="cancel">Stops the work.</param>
    public Evaluation Compute(ScoreMatrix scores, RowScaling scaling, PredictionStatistics statistics, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(statistics);
        var width = ReliabilityTable.From(statistics, Binning.EqualWidth, BinCount);
        var mass = ReliabilityTable.From(statistics, Binning.EqualMass, BinCount);
        var widthFloors = NoiseFloors.OfTable(width, statistics.Confidence, Seed);
        var massFloors = NoiseFloors.OfTable(mass, statistics.Confidence, Seed);
        var (diagram, floors) = Binning == Binning.EqualWidth ? (width, widthFloors) : (mass, massFloors);
        int n = statistics.RowCount;

        Measurement Measure(string key) => key switch
        {
            "accuracy" => Proportion(statistics.CorrectCount, n),
            "top5-accuracy" => Proportion(statistics.TopFiveCount, n),
            "nll" => Intervals.OfMean(statistics.Nll),
            "brier" => Intervals.OfMean(statistics.Brier),
            "mean-confidence" => Intervals.OfMean(statistics.Confidence),
            "gap" => Gap(statistics),
            _ when key == $"ece-{Bins}" => new(CalibrationError.Expected(width), null, widthFloors.Expected),
            _ when key == $"ece-{Bins}-mass" => new(CalibrationError.Expected(mass), null, massFloors.Expected),
            _ when key.StartsWith("mce", StringComparison.Ordinal) => new(CalibrationError.Maximum(diagram), null, floors.Maximum),
            _ when key.StartsWith("rmsce", StringComparison.Ordinal) => new(CalibrationError.RootMeanSquare(diagram), null, floors.RootMeanSquare),
            _ => new(CalibrationError.Classwise(statistics.Classwise, n), null, NoiseFloors.OfClasswise(scores, scaling, statistics.Classwise, Seed, cancel)),
        };

        return new(
            [.. For(statistics.ClassCount).Select(info => new MetricResult(info, Measure(info.Key)))],
            diagram,
            ClassSummary.From(statistics));
    }

    private static Measurement Proportion(int successes, int count) =>
        new((double)successes / count, Intervals.Wilson(successes, count));

    private static Measurement Gap(PredictionStatistics statistics)
    {
        var gaps = new double[statistics.RowCount];
        for (int i = 0; i < gaps.Length; i++)
        {
            gaps[i] = (statistics.IsCorrect(i) ? 1 : 0) - statistics.Confidence[i];
        }

        return Intervals.OfMean(gaps);
    }
}
