using LsCalib.Core.Numerics;
using LsCalib.Core.Recalibration.Linear;

namespace LsCalib.Tests.Core.Recalibration.Linear;

public sealed unsafe class MatrixKernelTests
{
    [Fact]
    public void Products_and_outer_products_are_those_of_plain_loops()
    {
        const int Rows = 7;
        const int Features = 19;
        const int Stride = 32;
        var x = Random(Rows * Stride, 1);
        var theta = Random(Stride * Stride, 2);
        var panels = new double[Stride * Features];
        MatrixKernel.Pack(theta, Stride, Features, Stride, panels);
        var u = new double[Rows * Stride];
        var sums = new double[Stride * Stride];
        fixed (double* px = x, pp = panels, pu = u, ps = sums)
        {
            var kernel = MatrixKernel.Of(VectorPaths.Best);
            kernel.Products(px, Stride, Rows, Features, pp, 2, pu, Stride);
            kernel.AddOuter(pu, Stride, Stride, px, Stride, Rows, ps);
        }

        for (int k = 0; k < Stride; k++)
        {
            for (int i = 0; i < Rows; i++)
            {
                Assert.Equal(Enumerable.Range(0, Features).Sum(j => x[(i * Stride) + j] * theta[(k * Stride) + j]), u[(i * Stride) + k], 1e-12);
            }

            Assert.Equal(Enumerable.Range(0, Rows).Sum(i => u[(i * Stride) + k] * x[(i * Stride) + 5]), sums[(k * Stride) + 5], 1e-11);
        }
    }

    [Fact]
    public void Softmax_fills_up_with_zeros_and_gives_the_log_of_the_sum()
    {
        double[] u = [1, 2, -3, 800, 800, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7];
        double log;
        fixed (double* p = u)
        {
            log = MatrixKernel.Of(VectorPaths.Best).Softmax(p, 5, 16);
        }

        Assert.Equal(800 + Math.Log(2), log, 1e-12);
        Assert.Equal(0.5, u[3], 1e-15);
        Assert.All(u[5..], value => Assert.Equal(0, value));
    }

    [Fact]
    public void An_inverse_times_its_matrix_is_one()
    {
        const int Size = 13;
        const int Stride = 16;
        var factor = Random(Size * Size, 3);
        var matrix = new double[Size * Stride];
        for (int i = 0; i < Size * Size; i++)
        {
            (int row, int column) = (i / Size, i % Size);
            matrix[(row * Stride) + column] = (row == column ? 0.1 : 0)
                + Enumerable.Range(0, Size).Sum(j => factor[(row * Size) + j] * factor[(column * Size) + j]);
        }

        var inverse = (double[])matrix.Clone();
        fixed (double* p = inverse)
        {
            MatrixKernel.Of(VectorPaths.Best).Invert(p, Size, Stride);
        }

        for (int i = 0; i < Size * Size; i++)
        {
            (int row, int column) = (i / Size, i % Size);
            double product = Enumerable.Range(0, Size).Sum(j => matrix[(row * Stride) + j] * inverse[(j * Stride) + column]);
            Assert.Equal(row == column ? 1 : 0, product, 1e-10);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(33)]
    public void Maps_of_single_rows_have_the_same_bits_on_every_path(int classes)
    {
        var weights = Random(classes * classes, 4);
        var biases = Random(classes, 5);
        var x = Random(classes, 6);
        var (portable, best) = (new double[classes], new double[classes]);
        LinearMap.Apply<Lanes128>(weights, biases, x, portable);
        LinearMap.Apply(weights, biases, x, best);
        Assert.Equal(portable, best);
        var plain = LinearSamples.Map(weights, biases, x);
        for (int k = 0; k < classes; k++)
        {
            Assert.Equal(plain[k], best[k], 1e-12);
        }
    }

    private static double[] Random(int count, long seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
    }
}
