using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>W·x + b.</summary>
internal static unsafe class LinearMap
{
    /// <summary>Values of a row that are kept on the stack.</summary>
    public const int MostOnStack = 1024;

    /// <summary>Whether the logits are logarithms of probabilities, which are floored.</summary>
    public static bool FloorsLogits(ScoreMatrix logits) => logits.AreLogarithms;

    /// <summary>Raises values below <see cref="Calibrator.LogFloor"/> to it.</summary>
    public static void Floor(Span<double> values)
    {
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = Math.Max(values[k], Calibrator.LogFloor);
        }
    }

    /// <summary>target = W·x + b; the same on every machine.</summary>
    /// <param name="weights">W [K,K], row-major.</param>
    /// <param name="biases">b [K].</param>
    /// <param name="input">x [K].</param>
    /// <param name="target">Receives K values; not the memory of x.</param>
    public static void Apply(double[] weights, double[] biases, ReadOnlySpan<double> input, Span<double> target)
    {
        switch (VectorPaths.Best)
        {
            case VectorPath.Avx512:
                Apply<Lanes512>(weights, biases, input, target);
                break;
            case VectorPath.Avx2:
                Apply<Lanes256>(weights, biases, input, target);
                break;
            default:
                Apply<Lanes128>(weights, biases, input, target);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Apply<T>(double[] weights, double[] biases, ReadOnlySpan<double> input, Span<double> target)
        where T : struct, ILanes<T>
    {
        int count = input.Length;
        int whole = count / ILanes<T>.Count * ILanes<T>.Count;
        fixed (double* all = weights, x = input)
        {
            for (int k = 0; k < biases.Length; k++)
            {
                double* row = all + ((long)k * count);
                var sums = T.Broadcast(0);
                for (int j = 0; j < whole; j += ILanes<T>.Count)
                {
                    sums = T.MultiplyAdd(T.Load(row + j), T.Load(x + j), sums);
                }

                double sum = biases[k] + T.Sum(sums);
                for (int j = whole; j < count; j++)
                {
                    sum += row[j] * x[j];
                }

                target[k] = sum;
            }
        }
    }
}
