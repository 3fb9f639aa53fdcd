using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>Sums over rows that a fit of weights and biases needs. Points hold w, then b, each padded to whole vectors.</summary>
internal abstract class VectorKernel
{
    /// <summary>Where the gradient of w is in the sums of a run; the one of b follows.</summary>
    public const int FirstSum = ILanes<Lanes128>.Count;

    /// <summary>The kernel of a matrix.</summary>
    /// <param name="logits">Logits [N,K].</param>
    /// <param name="labels">True classes [N].</param>
    /// <param name="floor">Logits below this count as it.</param>
    /// <param name="path">Vector width.</param>
    public static VectorKernel Of(ScoreMatrix logits, int[] labels, double floor, VectorPath path) => logits switch
    {
        ScoreMatrix<float> floats => Of(floats, labels, floor, path),
        ScoreMatrix<double> doubles => Of(doubles, labels, floor, path),
        _ => throw new ArgumentException("Unknown score type.", nameof(logits)),
    };

    /// <summary>NLL [1, padded], then gradients of w and b, and the curvatures w·w, w·b and b·b of each class, summed over rows.</summary>
    public abstract double[] Gradient(int first, int end, double[] point);

    /// <summary>The Hessian at a point times a direction, summed over rows.</summary>
    public abstract double[] Product(int first, int end, double[] point, double[] direction);

    private static VectorKernel Of<T>(ScoreMatrix<T> logits, int[] labels, double floor, VectorPath path)
        where T : unmanaged => path switch
        {
            VectorPath.Avx512 => new VectorKernel<Lanes512, T>(logits, labels, floor),
            VectorPath.Avx2 => new VectorKernel<Lanes256, T>(logits, labels, floor),
            _ => new VectorKernel<Lanes128, T>(logits, labels, floor),
        };
}

/// <summary>The kernel on one vector path; probabilities are computed anew in each pass, which costs less than keeping them.</summary>
internal sealed unsafe class VectorKernel<TLanes, TScore>(ScoreMatrix<TScore> logits, int[] labels, double floor) : VectorKernel
    where TLanes : struct, ILanes<TLanes>
    where TScore : unmanaged
{
    private readonly int _classCount = logits.ClassCount;
    private readonly int _padded = PaddedRow.Length(logits.ClassCount, ILanes<TLanes>.Count);
    private readonly double _floor = Math.Max(floor, double.MinValue);

    public override double[] Gradient(int first, int end, double[] point) => Run(first, end, point, point, FirstSum + (5 * _padded), isGradient: true);

    public override double[] Product(int first, int end, double[] point, double[] direction) =>
        Run(first, end, point, direction, 2 * _padded, isGradient: false);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double[] Run(int first, int end, double[] point, double[] direction, int length, bool isGradient)
    {
        var sums = new double[length];
        var x = (double*)NativeMemory.AlignedAlloc((nuint)(2 * _padded * sizeof(double)), 64);
        try
        {
            fixed (double* theta = point, delta = direction, sum = sums)
            {
                for (int row = first; row < end;)
                {
                    var rows = logits.Rows(row, end - row);
                    fixed (TScore* source = rows)
                    {
                        int count = rows.Length / _classCount;
                        for (int i = 0; i < count; i++, row++)
                        {
                            PaddedRow.Copy<TLanes, TScore>(source + ((long)i * _classCount), _classCount, x, 0, out _);
                            double shift = Softmax(x, x + _padded, theta, out double inverse);
                            if (isGradient)
                            {
                                int label = labels[row];
                                double own = Math.FusedMultiplyAdd(theta[label], x[label], theta[_padded + label]);
                                sum[0] += shift - own - Math.Log(inverse);
                                AddGradient(x, x + _padded, inverse, sum + FirstSum);
                                sum[FirstSum + label] -= x[label];
                                sum[FirstSum + _padded + label]--;
                            }
                            else
                            {
                                AddProduct(x, x + _padded, inverse, delta, sum);
                            }
                        }
                    }
                }
            }
        }
        finally
        {
            NativeMemory.AlignedFree(x);
        }

        return sums;
    }

    /// <summary>Raises x to the floor and writes exp(w·x + b − shift); returns the shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Softmax(double* x, double* p, double* theta, out double inverse)
    {
        var lowest = TLanes.Broadcast(_floor);
        var largest = TLanes.Broadcast(double.MinValue);
        for (int k = 0; k < _padded; k += ILanes<TLanes>.Count)
        {
            var z = TLanes.Max(TLanes.Load(x + k), lowest);
            var u = TLanes.MultiplyAdd(TLanes.Load(theta + k), z, TLanes.Load(theta + _padded + k));
            TLanes.Store(z, x + k);
            TLanes.Store(u, p + k);
            if (k + ILanes<TLanes>.Count <= _classCount)
            {
                largest = TLanes.Max(largest, u);
            }
        }

        double shift = TLanes.MaxAcross(largest);
        for (int k = _classCount / ILanes<TLanes>.Count * ILanes<TLanes>.Count; k < _padded; k++)
        {
            shift = k < _classCount ? Math.Max(shift, p[k]) : shift;
            p[k] = k < _classCount ? p[k] : double.MinValue;
        }

        var exponential = new Exponential<TLanes>(1);
        var shifts = TLanes.Broadcast(shift);
        var sums = TLanes.Broadcast(0);
        for (int k = 0; k < _padded; k += ILanes<TLanes>.Count)
        {
            var e = exponential.Of(exponential.Clamp(TLanes.Load(p + k) - shifts));
            TLanes.Store(e, p + k);
            sums += e;
        }

        // What the exponential leaves of the padding, 3e-308, is lost in rounding.
        inverse = 1 / TLanes.Sum(sums);
        return shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddGradient(double* x, double* p, double inverse, double* sums)
    {
        var scale = TLanes.Broadcast(inverse);
        var one = TLanes.Broadcast(1);
        double* biases = sums + _padded;
        double* both = biases + _padded;
        double* mixed = both + _padded;
        double* last = mixed + _padded;
        for (int k = 0; k < _padded; k += ILanes<TLanes>.Count)
        {
            var z = TLanes.Load(x + k);
            var q = TLanes.Load(p + k) * scale;
            var a = q * (one - q);
            var az = a * z;
            TLanes.Store(TLanes.MultiplyAdd(q, z, TLanes.Load(sums + k)), sums + k);
            TLanes.Store(TLanes.Load(biases + k) + q, biases + k);
            TLanes.Store(TLanes.MultiplyAdd(az, z, TLanes.Load(both + k)), both + k);
            TLanes.Store(TLanes.Load(mixed + k) + az, mixed + k);
            TLanes.Store(TLanes.Load(last + k) + a, last + k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddProduct(double* x, double* p, double inverse, double* direction, double* sums)
    {
        var scale = TLanes.Broadcast(inverse);
        var means = TLanes.Broadcast(0);
        for (int k = 0; k < _padded; k += ILanes<TLanes>.Count)
        {
            var q = TLanes.Load(p + k) * scale;
            TLanes.Store(q, p + k);
            means = TLanes.MultiplyAdd(q, TLanes.MultiplyAdd(TLanes.Load(direction + k), TLanes.Load(x + k), TLanes.Load(direction + _padded + k)), means);
        }

        var mean = TLanes.Broadcast(TLanes.Sum(means));
        for (int k = 0; k < _padded; k += ILanes<TLanes>.Count)
        {
            var z = TLanes.Load(x + k);
            var change = TLanes.MultiplyAdd(TLanes.Load(direction + k), z, TLanes.Load(direction + _padded + k)) - mean;
            var r = TLanes.Load(p + k) * change;
            TLanes.Store(TLanes.MultiplyAdd(r, z, TLanes.Load(sums + k)), sums + k);
            TLanes.Store(TLanes.Load(sums + _padded + k) + r, sums + _padded + k);
        }
    }
}
