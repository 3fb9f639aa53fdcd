using LsCalib.Core.Recalibration.Linear;
using LsCalib.Core.Recalibration.OneVsRest;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration;

/// <summary>Whether a calibrator that was read from a file can be one.</summary>
public static class CalibratorChecks
{
    /// <summary>What is wrong with its parameters, in words; null where nothing is.</summary>
    /// <param name="calibrator">The map.</param>
    public static string? Problem(Calibrator calibrator)
    {
        ArgumentNullException.ThrowIfNull(calibrator);
        int k = calibrator.ClassCount;
        if (k < 2 || calibrator.RowCount < 1)
        {
            return "it needs at least 2 classes and 1 row";
        }

        return calibrator switch
        {
            TemperatureMap map => Temperature(map.Temperature),
            MixedTemperature map => Temperature(map.Temperature) ?? Share("mixWeight", map.MixWeight),
            Unsmoothing map => Share("alpha", map.Alpha) ?? Share("mixWeight", map.MixWeight),
            VectorScaling map => Numbers("weights", map.Weights, k) ?? Numbers("biases", map.Biases, k),
            MatrixScaling map => Matrix(map.Weights, k) ?? Numbers("biases", map.Biases, k),
            DirichletCalibration map => Matrix(map.Weights, k) ?? Numbers("biases", map.Biases, k),
            PlattScaling map => Numbers("slopes", map.Slopes, k) ?? Numbers("intercepts", map.Intercepts, k),
            BetaCalibration map => Numbers("a", map.A, k) ?? Numbers("b", map.B, k) ?? Numbers("m", map.M, k),
            HistogramBinning map => Steps(map.Classes, k) ?? Share("mixWeight", map.MixWeight),
            ScalingBinning map => Numbers("slopes", map.Slopes, k) ?? Numbers("intercepts", map.Intercepts, k) ?? Steps(map.Classes, k) ?? Share("mixWeight", map.MixWeight),
            IsotonicCalibration map => Curves(map.Classes, k) ?? Share("mixWeight", map.MixWeight),
            _ => "its method is not known",
        };
    }

    /// <summary>
    /// Why scores of a kind cannot be mapped, in words; null where they can. Maps of raw logits depend on what a softmax does
    /// not show, so they cannot take logarithms of probabilities for them, nor the other way round.
    /// </summary>
    /// <param name="calibrator">The map.</param>
    /// <param name="kind">Kind of the scores.</param>
    public static string? Mismatch(Calibrator calibrator, ScoreKind kind)
    {
        bool? fittedOnProbabilities = calibrator switch
        {
            VectorScaling map => map.FloorsLogits,
            MatrixScaling map => map.FloorsLogits,
            _ => null,
        };
        string Word(bool isProbabilities) => isProbabilities ? "probabilities" : "logits";
        return fittedOnProbabilities is { } fitted && fitted != (kind == ScoreKind.Probabilities)
            ? $"holds {Word(!fitted)}, but the {calibrator.Method} map was fitted on {Word(fitted)}; it maps no others"
            : null;
    }

    private static string? Temperature(double value) => value > 0 && double.IsFinite(value) ? null : "temperature is not positive and finite";

    private static string? Share(string name, double value) => value >= 0 && value < 1 ? null : $"{name} is not in [0,1)";

    private static string? Matrix(double[] values, int k) =>
        values is not null && values.LongLength == (long)k * k && Array.TrueForAll(values, double.IsFinite) ? null : $"weights are not {k} x {k} finite numbers";

    private static string? Numbers(string name, double[] values, int count) =>
        values is not null && values.Length == count && Array.TrueForAll(values, double.IsFinite) ? null : $"{name} are not {count} finite numbers";

    private static string? Steps(ClassSteps[] classes, int k)
    {
        bool isSound = classes is not null && classes.Length == k && Array.TrueForAll(classes, steps =>
            steps is { Edges: not null, Values: not null } && steps.Values.Length == steps.Edges.Length + 1 && IsRising(steps.Edges, strictly: false) && AreShares(steps.Values));
        return isSound ? null : $"classes are not {k} step functions, each with one value more than ascending edges, in [0,1]";
    }

    private static string? Curves(ClassCurve[] classes, int k)
    {
        bool isSound = classes is not null && classes.Length == k && Array.TrueForAll(classes, curve =>
            curve is { Knots: not null, Values: not null } && curve.Knots.Length > 0 && curve.Values.Length == curve.Knots.Length
            && IsRising(curve.Knots, strictly: true) && IsRising(curve.Values, strictly: false) && AreShares(curve.Values));
        return isSound ? null : $"classes are not {k} curves, each with ascending knots and as many non-decreasing values in [0,1]";
    }

    private static bool AreShares(double[] values) => Array.TrueForAll(values, value => value is >= 0 and <= 1);

    private static bool IsRising(double[] values, bool strictly)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]) || (i > 0 && (strictly ? values[i] <= values[i - 1] : values[i] < values[i - 1])))
            {
                return false;
            }
        }

        return true;
    }
}
