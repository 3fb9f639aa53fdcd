using System.Runtime.InteropServices;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>
/// Passes over blocks of rows. Blocks are dealt to a fixed number of runs, each summed in order and the runs after each other,
/// so that no bits depend on threads.
/// </summary>
internal sealed unsafe class MatrixPass : IDisposable
{
    private const int MostRuns = 8;
    private const int BlocksOfRun = 4;
    private const int BlockRows = 64;

    // Below so many multiplications a thread costs more to start than it takes over.
    private const long FewestForThreads = 5_000_000;

    private readonly MatrixRows _rows;
    private readonly (int Start, int Count)[] _blocks;
    private readonly MatrixKernel _kernel;
    private readonly CancellationToken _cancel;
    private readonly double[][] _sums;
    private readonly double*[] _scratch;
    private readonly AlignedDoubles _panels;
    private readonly int _threads;

    /// <param name="rows">The rows.</param>
    /// <param name="blocks">Those that are read.</param>
    /// <param name="kernel">The inner loops.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancel">Stops between runs of blocks.</param>
    public MatrixPass(MatrixRows rows, (int Start, int Count)[] blocks, MatrixKernel kernel, int threads, CancellationToken cancel)
    {
        (_rows, _blocks, _kernel, _cancel) = (rows, blocks, kernel, cancel);
        RowCount = blocks.Sum(block => block.Count);
        Classes = MatrixKernel.Padded(rows.ClassCount);
        _threads = (long)RowCount * Classes * rows.Stride < FewestForThreads ? 1 : threads;
        int runs = Math.Clamp(blocks.Length / BlocksOfRun, 1, MostRuns);
        _sums = new double[runs][];
        _scratch = new double*[runs];
        for (int run = 0; run < runs; run++)
        {
            _sums[run] = new double[rows.Stride * rows.Stride];
            _scratch[run] = (double*)NativeMemory.AlignedAlloc((nuint)(BlockRows * rows.Stride * sizeof(double)), 64);
        }

        _panels = new(Classes * (rows.ClassCount + 1));
    }

    ~MatrixPass() => Free();

    /// <summary>Rows of a block as they are handed to a run.</summary>
    /// <param name="x">Features [rows, stride].</param>
    /// <param name="products">Products of the features with the point [rows, classes].</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <returns>What is summed besides.</returns>
    public delegate double Visit(double* x, double* products, int first, int count);

    /// <summary>Rows that are read.</summary>
    public int RowCount { get; }

    /// <summary>K, rounded up to whole panels.</summary>
    public int Classes { get; }

    /// <summary>Blocks that are read.</summary>
    public ReadOnlySpan<(int Start, int Count)> Blocks => _blocks;

    /// <summary>Computes the products of every row with a point, lets them be changed, and sums their outer products with the features.</summary>
    /// <param name="point">[Classes, Stride].</param>
    /// <param name="visit">Changes the products of a block.</param>
    /// <param name="sums">Receives the sums [Classes, Stride]; null: none are made.</param>
    public double Run(double[] point, Visit visit, double[]? sums)
    {
        int features = _rows.ClassCount + 1;
        MatrixKernel.Pack(point, Classes, features, _rows.Stride, _panels.Span);
        return Over(Classes, sums, (double* x, double* u, int first, int count) =>
        {
            _kernel.Products(x, _rows.Stride, count, features, _panels.Pointer, Classes / MatrixKernel.PanelWidth, u, Classes);
            return visit(x, u, first, count);
        });
    }

    /// <summary>Sums outer products of the features with multiples of themselves.</summary>
    /// <param name="factors">Factor of each row [N].</param>
    /// <param name="sums">Receives the sums [Stride, Stride].</param>
    public void Gram(double[] factors, double[] sums) => Over(_rows.Stride, sums, (double* x, double* u, int first, int count) =>
    {
        for (int i = 0; i < count; i++)
        {
            long at = (long)i * _rows.Stride;
            _kernel.Scale(x + at, factors[first + i], u + at, _rows.Stride);
        }

        return 0;
    });

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private double Over(int left, double[]? sums, Visit visit)
    {
        int length = left * _rows.Stride;
        var values = RowRuns.Compute(_sums.Length, _sums.Length, _threads, (run, _) => OneRun(run, left, length, sums is not null, visit), _cancel);
        if (sums is not null)
        {
            _sums[0].AsSpan(0, length).CopyTo(sums);
            foreach (var more in _sums.AsSpan(1))
            {
                for (int i = 0; i < length; i++)
                {
                    sums[i] += more[i];
                }
            }
        }

        double total = 0;
        foreach (double value in values)
        {
            total += value;
        }

        return total;
    }

    private double OneRun(int run, int left, int length, bool adds, Visit visit)
    {
        double value = 0;
        int end = (int)((long)_blocks.Length * (run + 1) / _sums.Length);
        _sums[run].AsSpan(0, length).Clear();
        fixed (double* sums = _sums[run])
        {
            for (int block = (int)((long)_blocks.Length * run / _sums.Length); block < end; block++)
            {
                var (first, count) = _blocks[block];
                double* x = _rows.Features.Pointer + ((long)first * _rows.Stride);
                double* u = _scratch[run];
                value += visit(x, u, first, count);
                if (adds)
                {
                    _kernel.AddOuter(u, left, left, x, _rows.Stride, count, sums);
                }
            }
        }

        return value;
    }

    private void Free()
    {
        // Null where the constructor did not come so far.
        for (int run = 0; run < (_scratch?.Length ?? 0); run++)
        {
            NativeMemory.AlignedFree(_scratch![run]);
            _scratch[run] = null;
        }
    }
}
