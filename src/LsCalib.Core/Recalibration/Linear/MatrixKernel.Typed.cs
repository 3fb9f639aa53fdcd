using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;

namespace LsCalib.Core.Recalibration.Linear;

/// <inheritdoc/>
internal sealed unsafe class MatrixKernel<T> : MatrixKernel
    where T : struct, ILanes<T>
{
    private const int Half = PanelWidth / 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Products(double* x, int stride, int rows, int features, double* panels, int panelCount, double* u, int target)
    {
        for (int panel = 0; panel < panelCount; panel++)
        {
            double* w = panels + ((long)panel * features * PanelWidth);
            double* to = u + (panel * PanelWidth);
            int i = 0;
            for (; i + 4 <= rows; i += 4)
            {
                FourRows(x + ((long)i * stride), stride, features, w, to + ((long)i * target), target);
            }

            for (; i < rows; i++)
            {
                OneRow(x + ((long)i * stride), features, w, to + ((long)i * target));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddOuter(double* r, int leftStride, int left, double* x, int stride, int rows, double* sums)
    {
        for (int j = 0; j < stride; j += PanelWidth)
        {
            for (int k = 0; k < left; k += 4)
            {
                AddTile(r + k, leftStride, x + j, stride, rows, sums + ((long)k * stride) + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override double Softmax(double* u, int count, int padded)
    {
        for (int k = count; k < padded; k++)
        {
            u[k] = double.MinValue;
        }

        var largest = T.Broadcast(double.MinValue);
        for (int k = 0; k < padded; k += Half)
        {
            largest = T.Max(largest, T.Load(u + k));
        }

        double shift = T.MaxAcross(largest);
        var shifts = T.Broadcast(shift);
        var exponential = new Exponential<T>(1);
        var sums = T.Broadcast(0);
        for (int k = 0; k < padded; k += Half)
        {
            var e = exponential.Of(exponential.Clamp(T.Load(u + k) - shifts));
            T.Store(e, u + k);
            sums += e;
        }

        double sum = T.Sum(sums);
        Scale(u, 1 / sum, u, padded);
        for (int k = count; k < padded; k++)
        {
            u[k] = 0;
        }

        return shift + Math.Log(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SoftmaxChange(double* p, double* u, int padded)
    {
        var sums = T.Broadcast(0);
        for (int k = 0; k < padded; k += Half)
        {
            sums = T.MultiplyAdd(T.Load(p + k), T.Load(u + k), sums);
        }

        var mean = T.Broadcast(T.Sum(sums));
        for (int k = 0; k < padded; k += Half)
        {
            T.Store(T.Load(p + k) * (T.Load(u + k) - mean), u + k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Scale(double* source, double factor, double* target, int count)
    {
        var factors = T.Broadcast(factor);
        for (int k = 0; k < count; k += Half)
        {
            T.Store(T.Load(source + k) * factors, target + k);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Invert(double* matrix, int size, int stride)
    {
        for (int pivot = 0; pivot < size; pivot++)
        {
            double* own = matrix + ((long)pivot * stride);
            double inverse = 1 / own[pivot];
            own[pivot] = 1;
            Scale(own, inverse, own, stride);
            for (int row = 0; row < size; row++)
            {
                double* other = matrix + ((long)row * stride);
                if (row == pivot)
                {
                    continue;
                }

                double factor = -other[pivot];
                other[pivot] = 0;
                var factors = T.Broadcast(factor);
                for (int j = 0; j < stride; j += Half)
                {
                    T.Store(T.MultiplyAdd(factors, T.Load(own + j), T.Load(other + j)), other + j);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(double* x, int stride, int features, double* w, double* u, int target)
    {
        double* y = x + stride;
        double* z = y + stride;
        double* v = z + stride;
        var a0 = T.Broadcast(0);
        var (a1, b0, b1, c0, c1, d0, d1) = (a0, a0, a0, a0, a0, a0, a0);
        for (int j = 0; j < features; j++, w += PanelWidth)
        {
            var first = T.Load(w);
            var second = T.Load(w + Half);
            var a = T.Broadcast(x[j]);
            a0 = T.MultiplyAdd(first, a, a0);
            a1 = T.MultiplyAdd(second, a, a1);
            var b = T.Broadcast(y[j]);
            b0 = T.MultiplyAdd(first, b, b0);
            b1 = T.MultiplyAdd(second, b, b1);
            var c = T.Broadcast(z[j]);
            c0 = T.MultiplyAdd(first, c, c0);
            c1 = T.MultiplyAdd(second, c, c1);
            var d = T.Broadcast(v[j]);
            d0 = T.MultiplyAdd(first, d, d0);
            d1 = T.MultiplyAdd(second, d, d1);
        }

        T.Store(a0, u);
        T.Store(a1, u + Half);
        T.Store(b0, u + target);
        T.Store(b1, u + target + Half);
        T.Store(c0, u + (2 * target));
        T.Store(c1, u + (2 * target) + Half);
        T.Store(d0, u + (3 * target));
        T.Store(d1, u + (3 * target) + Half);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow(double* x, int features, double* w, double* u)
    {
        var first = T.Broadcast(0);
        var second = first;
        for (int j = 0; j < features; j++, w += PanelWidth)
        {
            var a = T.Broadcast(x[j]);
            first = T.MultiplyAdd(T.Load(w), a, first);
            second = T.MultiplyAdd(T.Load(w + Half), a, second);
        }

        T.Store(first, u);
        T.Store(second, u + Half);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile(double* r, int leftStride, double* x, int stride, int rows, double* sums)
    {
        double* b = sums + stride;
        double* c = b + stride;
        double* d = c + stride;
        var a0 = T.Load(sums);
        var a1 = T.Load(sums + Half);
        var b0 = T.Load(b);
        var b1 = T.Load(b + Half);
        var c0 = T.Load(c);
        var c1 = T.Load(c + Half);
        var d0 = T.Load(d);
        var d1 = T.Load(d + Half);
        for (int i = 0; i < rows; i++, r += leftStride, x += stride)
        {
            var first = T.Load(x);
            var second = T.Load(x + Half);
            var p = T.Broadcast(r[0]);
            a0 = T.MultiplyAdd(first, p, a0);
            a1 = T.MultiplyAdd(second, p, a1);
            var q = T.Broadcast(r[1]);
            b0 = T.MultiplyAdd(first, q, b0);
            b1 = T.MultiplyAdd(second, q, b1);
            var s = T.Broadcast(r[2]);
            c0 = T.MultiplyAdd(first, s, c0);
            c1 = T.MultiplyAdd(second, s, c1);
            var t = T.Broadcast(r[3]);
            d0 = T.MultiplyAdd(first, t, d0);
            d1 = T.MultiplyAdd(second, t, d1);
        }

        T.Store(a0, sums);
        T.Store(a1, sums + Half);
        T.Store(b0, b);
        T.Store(b1, b + Half);
        T.Store(c0, c);
        T.Store(c1, c + Half);
        T.Store(d0, d);
        T.Store(d1, d + Half);
    }
}
