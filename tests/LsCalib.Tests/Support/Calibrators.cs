using LsCalib.Core.Numerics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.Linear;
using LsCalib.Core.Recalibration.OneVsRest;

namespace LsCalib.Tests.Support;

/// <summary>A calibrator of every method, with parameters drawn by a seed: maps, not fits.</summary>
internal static class Calibrators
{
    public static IReadOnlyList<string> Keys { get; } = [.. CalibrationMethods.All.Select(method => method.Key)];

    /// <param name="key">Key of the method.</param>
    /// <param name="classCount">K.</param>
    /// <param name="floors">Whether it is a map of log-probabilities.</param>
    public static Calibrator Of(string key, int classCount, bool floors = false)
    {
        const int Rows = 500;
        var random = new SeededRandom(classCount, 901);
        double[] Draw(double from, double to, int? count = null) => [.. Enumerable.Range(0, count ?? classCount).Select(_ => from + ((to - from) * random.NextDouble()))];
        double[] Sorted(double from, double to, int count) => [.. Draw(from, to, count).Order()];
        double[] Matrix() => [.. Enumerable.Range(0, classCount * classCount).Select(i => (i / classCount == i % classCount ? 0.8 : 0) + (0.2 * random.NextDouble()) - 0.1)];
        ClassSteps Steps(int k) => new(Sorted(0.01, 0.95, k % 4 == 0 ? 0 : 14), Sorted(0.01, 0.99, k % 4 == 0 ? 1 : 15));
        ClassCurve Curve(int k) => new(Sorted(0.001, 0.999, k % 3 == 0 ? 1 : 9 + k), Sorted(0, 1, k % 3 == 0 ? 1 : 9 + k));
        var penalty = new LinearPenalty("odir", 0.1, 0.1);
        double mix = 1.0 / (Rows + 1);
        return key switch
        {
            "temperature" => new TemperatureMap(classCount, Rows, 1.7),
            "ts-mix" => new MixedTemperature(classCount, Rows, 0.6, mix),
            "unsmooth" => new Unsmoothing(classCount, Rows, 0.08, mix),
            "vector" => new VectorScaling(classCount, Rows, Draw(0.5, 1.5), Draw(-1, 1), floors),
            "matrix" => new MatrixScaling(classCount, Rows, Matrix(), Draw(-1, 1), penalty, floors),
            "dirichlet" => new DirichletCalibration(classCount, Rows, Matrix(), Draw(-1, 1), penalty),
            "platt" => new PlattScaling(classCount, Rows, Draw(0.5, 3), Draw(-1, 1)),
            "beta" => new BetaCalibration(classCount, Rows, Draw(0, 2), Draw(0, 2), Draw(-1, 1)),
            "histogram" => new HistogramBinning(classCount, Rows, [.. Enumerable.Range(1, classCount).Select(Steps)], mix),
            "isotonic" => new IsotonicCalibration(classCount, Rows, [.. Enumerable.Range(1, classCount).Select(Curve)], mix),
            "scaling-binning" => new ScalingBinning(classCount, Rows, Draw(0.5, 2), Draw(-1, 1), [.. Enumerable.Range(1, classCount).Select(Steps)], mix),
            _ => throw new ArgumentException(key, nameof(key)),
        };
    }

    /// <summary>Logits [rows,columns] from tame to saturated, with constant rows and ties.</summary>
    public static float[] Logits(int rows, int columns)
    {
        var random = new SeededRandom(11, 900);
        var values = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            int row = i / columns;
            double size = row % 10 == 0 ? 60 : row % 10 == 1 ? 0 : 4;
            values[i] = (float)(size * ((2 * random.NextDouble()) - 1));
        }

        values[columns * 2] = values[(columns * 2) + columns - 1];
        return values;
    }
}
