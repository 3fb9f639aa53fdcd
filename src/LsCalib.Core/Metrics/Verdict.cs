namespace LsCalib.Core.Metrics;

/// <summary>What an evaluation says of a model's confidence as a whole.</summary>
public enum Verdict
{
    /// <summary>Mean confidence is above accuracy, beyond chance.</summary>
    Overconfident,

    /// <summary>Mean confidence is below accuracy, beyond chance.</summary>
    Underconfident,

    /// <summary>The gap is within chance, but the ECE is above its noise floor: errors of both signs.</summary>
    Miscalibrated,

    /// <summary>Neither gap nor ECE is beyond chance with these rows; that is no proof of calibration.</summary>
    NotToldFromCalibrated,
}

/// <summary>Draws the verdict from an evaluation.</summary>
public static class Verdicts
{
    /// <summary>
    /// A gap counts when its interval, at the level that was chosen (95 % unless another is), excludes 0 and Wilson's
    /// interval of the accuracy excludes the mean confidence: the first alone says too much where nearly all rows are right,
    /// and says nothing where rows are so alike that the gap has no interval. An ECE counts above the 95 % point of its floor,
    /// which takes rows as independent; where they are grouped, it counts when its own interval excludes 0.
    /// </summary>
    /// <param name="evaluation">Needs the metrics gap, accuracy and mean-confidence.</param>
    /// <param name="eceKey">Key of the ECE to judge by.</param>
    /// <exception cref="KeyNotFoundException">A metric is missing.</exception>
    public static Verdict Of(Evaluation evaluation, string eceKey)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        var gap = evaluation["gap"];
        var accuracy = evaluation["accuracy"].Interval;
        double confidence = evaluation["mean-confidence"].Value;
        var ece = evaluation[eceKey];
        return gap.Value < 0 && gap.Interval is not { Upper: >= 0 } && confidence > accuracy?.Upper ? Verdict.Overconfident
            : gap.Value > 0 && gap.Interval is not { Lower: <= 0 } && confidence < accuracy?.Lower ? Verdict.Underconfident
            : evaluation.GroupCount is null && ece.NoiseFloor is { } floor && ece.Value > floor.Q95 ? Verdict.Miscalibrated
            : evaluation.GroupCount is not null && ece.Interval is { Lower: > 0 } ? Verdict.Miscalibrated
            : Verdict.NotToldFromCalibrated;
    }
}
