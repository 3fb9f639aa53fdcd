namespace LsCalib.Core.Recalibration.Linear;

/// <summary>Mean NLL of softmax(W·x + b) plus a penalty. A point holds W and b as [K, stride], both padded with zeros.</summary>
internal sealed unsafe class MatrixObjective : IConvexObjective, IDisposable
{
    private readonly MatrixRows _rows;
    private readonly MatrixKernel _kernel;
    private readonly MatrixPass _pass;
    private readonly MatrixPreconditioner _preconditioner;
    private readonly double[] _probabilities;
    private readonly double[] _uncertainty;
    private readonly PenaltyTerms _penalty;

    /// <param name="rows">The rows.</param>
    /// <param name="blocks">Those that are fitted on.</param>
    /// <param name="penalty">The penalty.</param>
    /// <param name="probabilities">Room for the probabilities of all rows, used by one fit at a time.</param>
    /// <param name="kernel">The inner loops.</param>
    /// <param name="threads">Threads to use; results do not depend on it.</param>
    /// <param name="cancel">Stops between runs of blocks.</param>
    public MatrixObjective(
        MatrixRows rows, (int Start, int Count)[] blocks, PenaltyTerms penalty, double[] probabilities, MatrixKernel kernel, int threads, CancellationToken cancel)
    {
        (_rows, _kernel, _penalty, _probabilities) = (rows, kernel, penalty, probabilities);
        _pass = new(rows, blocks, kernel, threads, cancel);
        _uncertainty = new double[rows.Labels.Length];
        _preconditioner = new(rows.ClassCount, rows.Stride, kernel);
    }

    public int Length => _pass.Classes * _rows.Stride;

    /// <summary>Rows that are fitted on.</summary>
    public int RowCount => _pass.RowCount;

    /// <summary>Room for the probabilities of all rows.</summary>
    public static double[] Probabilities(MatrixRows rows) => new double[rows.Labels.Length * MatrixKernel.Padded(rows.ClassCount)];

    /// <summary>W = slope·I, b = 0.</summary>
    public static double[] Start(MatrixRows rows, double slope)
    {
        var point = new double[MatrixKernel.Padded(rows.ClassCount) * rows.Stride];
        for (int k = 0; k < rows.ClassCount; k++)
        {
            point[(k * rows.Stride) + k] = slope;
        }

        return point;
    }

    /// <summary>Sum of NLL over blocks, without a penalty.</summary>
    public static double Nll(MatrixRows rows, (int Start, int Count)[] blocks, MatrixKernel kernel, double[] point, int threads, CancellationToken cancel)
    {
        using var pass = new MatrixPass(rows, blocks, kernel, threads, cancel);
        int classes = pass.Classes;
        return pass.Run(point, (_, u, first, count) => NllOf(rows, kernel, classes, u, first, count), null);
    }

    public double Evaluate(double[] point, double[] gradient)
    {
        int classes = _pass.Classes;
        double nll = _pass.Run(
            point,
            (_, u, first, count) =>
            {
                double sum = NllOf(_rows, _kernel, classes, u, first, count);
                for (int i = 0; i < count; i++)
                {
                    double* p = u + ((long)i * classes);
                    new ReadOnlySpan<double>(p, classes).CopyTo(_probabilities.AsSpan((first + i) * classes, classes));
                    p[_rows.Labels[first + i]]--;
                }

                return sum;
            },
            gradient);
        Divide(gradient);
        return (nll / RowCount) + _penalty.AddSlope(point, _rows.Stride, gradient);
    }

    public void Prepare()
    {
        int classes = _pass.Classes;
        var spread = new double[classes];
        foreach (var (first, count) in _pass.Blocks)
        {
            for (int row = first; row < first + count; row++)
            {
                var p = _probabilities.AsSpan(row * classes, _rows.ClassCount);
                double sum = 0;
                for (int k = 0; k < p.Length; k++)
                {
                    double variance = p[k] * (1 - p[k]);
                    spread[k] += variance;
                    sum += variance;
                }

                _uncertainty[row] = sum;
            }
        }

        _pass.Gram(_uncertainty, _preconditioner.Gram);
        _preconditioner.Prepare(spread, RowCount, _penalty);
    }

    public void Multiply(double[] direction, double[] product)
    {
        int classes = _pass.Classes;
        _pass.Run(
            direction,
            (_, u, first, count) =>
            {
                fixed (double* p = &_probabilities[first * classes])
                {
                    for (int i = 0; i < count; i++)
                    {
                        _kernel.SoftmaxChange(p + ((long)i * classes), u + ((long)i * classes), classes);
                    }
                }

                return 0;
            },
            product);
        Divide(product);
        _penalty.AddCurvature(direction, _rows.Stride, product);
    }

    public void Precondition(double[] residual, double[] target) => _preconditioner.Apply(residual, target);

    public void Dispose() => _pass.Dispose();

    private static double NllOf(MatrixRows rows, MatrixKernel kernel, int classes, double* u, int first, int count)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            double* row = u + ((long)i * classes);
            double own = row[rows.Labels[first + i]];
            sum += kernel.Softmax(row, rows.ClassCount, classes) - own;
        }

        return sum;
    }

    private void Divide(double[] sums)
    {
        fixed (double* all = sums)
        {
            _kernel.Scale(all, 1.0 / RowCount, all, sums.Length);
        }
    }
}
