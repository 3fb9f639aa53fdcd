using System.Collections.Immutable;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Calibrators;

/// <summary>What one temperature does to the predictions.</summary>
/// <param name="Temperature">T.</param>
/// <param name="Nll">Mean NLL of softmax(z/T), nats.</param>
/// <param name="Ece">ECE of its top labels, a fraction.</param>
/// <param name="Floor">Level of a calibrated model with the same confidences.</param>
public sealed record ProfilePoint(double Temperature, double Nll, double Ece, NoiseFloor Floor);

/// <summary>
/// NLL and ECE against the temperature (as figure 4 of Müller et al. 2019), with the temperature of least NLL. It is fitted
/// on the rows shown, so that NLL there is less than it would be on others; the ECE is a step function of many small
/// steps, whose least value on a grid is no fit of anything.
/// </summary>
/// <param name="Fit">The temperature of least NLL T*, of all rows.</param>
/// <param name="Interval">Its profile interval (<see cref="ProfileInterval"/>), null where there is none.</param>
/// <param name="Points">
/// By temperature, ascending, 1 among them and T* where there is one: 61, and down to 21 where rows and classes are many.
/// </param>
/// <param name="RowCount">Rows that the points rest on: all, or a seeded sample where they are too many for 21 points.</param>
/// <param name="ClassCount">K.</param>
public sealed record TemperatureProfile(TemperatureFit Fit, Interval? Interval, ImmutableArray<ProfilePoint> Points, int RowCount, int ClassCount)
{
    /// <summary>Stream of the sample of rows.</summary>
    private const int Stream = 91;

    /// <summary>Confidences kept at a time.</summary>
    private const int MostConfidences = 4_000_000;

    /// <summary>Rows given.</summary>
    public required int TotalRowCount { get; init; }

    /// <summary>The point of T*, null without one.</summary>
    public ProfilePoint? Optimum => Points.FirstOrDefault(point => point.Temperature == Fit.Temperature);

    /// <summary>The predictions as they are.</summary>
    public ProfilePoint Unscaled => Points.First(point => point.Temperature == 1);

    /// <summary>The point of least ECE, the first of them.</summary>
    public ProfilePoint LeastEce => Points.MinBy(point => point.Ece)!;

    /// <summary>Computes a profile.</summary>
    /// <param name="scores">Scores [N,K], finite; probabilities are scaled through their logarithms.</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Stops between passes over the rows.</param>
    /// <exception cref="ArgumentException">There are no rows; labels, groups or weights are of another number of rows; or a label is no class.</exception>
    public static TemperatureProfile Compute(ScoreMatrix scores, int[] labels, TemperatureProfileOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(options);
        var (points, rows) = TemperatureGrid.Sizes(Math.Max(1, scores.RowCount), scores.ClassCount);
        return Compute(scores, labels, options, points, rows, VectorPaths.Best, cancel);
    }

    internal static TemperatureProfile Compute(
        ScoreMatrix scores, int[] labels, TemperatureProfileOptions options, int points, int rowCount, VectorPath path, CancellationToken cancel)
    {
        var fitting = options.Temperature with { ResampleCount = 0 };
        TemperatureScaling.Check(scores, labels, fitting);
        ArgumentOutOfRangeException.ThrowIfLessThan(scores.RowCount, 1, nameof(scores));
        var logits = scores.ToLogits();
        var fit = TemperatureScaling.Fit(logits, labels, fitting, cancel);
        var interval = ProfileInterval.Compute(logits, labels, fit, fitting, options.Level, path, cancel);
        var rows = rowCount < logits.RowCount ? Sample(logits.RowCount, rowCount, fitting) : null;
        var curve = new NllCurve(logits, labels, fitting.Weights?.OfRow, rows, fitting.Threads, path, cancel);
        double[]? ofRow = fitting.Weights is not { } given ? null : rows is null ? given.OfRow : Array.ConvertAll(rows, row => given.OfRow[row]);
        var weights = ofRow is null ? null : RowWeights.From(fitting.Weights!.Name, ofRow);
        double total = ofRow?.Sum() ?? curve.RowCount;
        var made = ImmutableArray.CreateBuilder<ProfilePoint>(points);
        var grid = TemperatureGrid.Make(fit.Temperature, interval?.Lower ?? double.NaN, interval?.Upper ?? double.NaN, points);
        foreach (var temperatures in grid.Chunk(Math.Max(1, MostConfidences / curve.RowCount)))
        {
            var predictions = new CurvePredictions(temperatures.Length, curve.RowCount);
            var sums = curve.At(Array.ConvertAll(temperatures, temperature => 1 / temperature), predictions);
            for (int i = 0; i < temperatures.Length; i++)
            {
                cancel.ThrowIfCancellationRequested();
                var (ece, floor) = EceOf(ConfidenceOrder.From(predictions.Confidence[i], predictions.Correct).Weighted(weights), options);
                made.Add(new(temperatures[i], sums.Nll[i] / total, ece, floor));
            }
        }

        return new(fit, interval, made.MoveToImmutable(), curve.RowCount, logits.ClassCount) { TotalRowCount = logits.RowCount };
    }

    private static (double Ece, NoiseFloor Floor) EceOf(ConfidenceOrder order, TemperatureProfileOptions options)
    {
        var table = ReliabilityTable.From(order, options.Binning, options.BinCount);
        var floor = NoiseFloors.Of(NoiseFloors.Tables(table, order, options.Temperature.Seed), CalibrationError.Expected);
        return (CalibrationError.Expected(table), floor);
    }

    /// <summary>Rows drawn without replacement, in their order; rows of weight 0 would tell nothing.</summary>
    private static int[] Sample(int rowCount, int count, TemperatureOptions options)
    {
        int[] rows = [.. Enumerable.Range(0, rowCount).Where(row => options.Weights is not { } weights || weights.OfRow[row] > 0)];
        new SeededRandom(options.Seed, stream: Stream).Shuffle(rows.AsSpan());
        rows = rows[..Math.Min(count, rows.Length)];
        Array.Sort(rows);
        return rows;
    }
}
