namespace LsCalib.Core.Recalibration.Linear;

/// <summary>
/// An inverse of the Hessian in which classes do not touch each other: class k has mean p·(1−p) times one weighted Gram matrix
/// of the features, plus the penalty. Classes whose spreads p·(1−p) are within a factor share an inverse; the diagonal
/// weight's own penalty enters by a change of rank one (Sherman and Morrison). Features need no scaling with it.
/// </summary>
internal sealed unsafe class MatrixPreconditioner
{
    // Spreads are rounded to powers of this.
    private const double Ratio = 4;

    // Spreads below this share of the largest count as it.
    private const double LeastSpread = 1e-9;
    private const double LeastCurvature = 1e-13;

    private readonly MatrixKernel _kernel;
    private readonly int _classCount;
    private readonly int _stride;
    private readonly double[] _corrections;
    private readonly SortedDictionary<int, Shared> _groups = [];
    private Shared[] _ofClass = [];

    /// <param name="classCount">K.</param>
    /// <param name="stride">From one class to the next in points.</param>
    /// <param name="kernel">The inner loops.</param>
    public MatrixPreconditioner(int classCount, int stride, MatrixKernel kernel)
    {
        (_classCount, _stride, _kernel) = (classCount, stride, kernel);
        Gram = new double[stride * stride];
        _corrections = new double[classCount];
    }

    /// <summary>Gram matrix of the features and the 1 behind them, each row weighted by its Σ p·(1−p), summed over rows [stride, stride].</summary>
    public double[] Gram { get; }

    /// <summary>Inverts.</summary>
    /// <param name="spreads">Sum of p·(1−p) over the rows of each class.</param>
    /// <param name="rowCount">Rows summed over.</param>
    /// <param name="penalty">The penalty.</param>
    public void Prepare(double[] spreads, int rowCount, PenaltyTerms penalty)
    {
        double total = spreads.Sum();
        double most = Math.Max(spreads.Max(), double.Epsilon);
        _groups.Clear();
        _ofClass = new Shared[_classCount];
        for (int k = 0; k < _classCount; k++)
        {
            double share = Math.Max(spreads[k] / most, LeastSpread);
            int group = (int)Math.Round(Math.Log(share) / Math.Log(Ratio));
            if (!_groups.TryGetValue(group, out var shared))
            {
                // Σ spreads is Σ weights of the Gram matrix: its part for one class is the class's share of them.
                double factor = total > 0 ? most * Math.Pow(Ratio, group) / (total * rowCount) : 0;
                _groups.Add(group, shared = Invert(factor, penalty));
            }

            _ofClass[k] = shared;
            double change = 2 * (penalty.Diagonal[k] - penalty.OffDiagonal);
            double own = shared.Inverse[(k * _stride) + k];
            _corrections[k] = change / Math.Max(1 + (change * own), 1e-12);
        }
    }

    /// <summary>Applies the inverse.</summary>
    /// <param name="residual">[K, stride].</param>
    /// <param name="target">Receives [K, stride].</param>
    public void Apply(double[] residual, double[] target)
    {
        int features = _classCount + 1;
        fixed (double* from = residual, to = target)
        {
            for (int k = 0; k < _classCount; k++)
            {
                long at = (long)k * _stride;
                fixed (double* panels = _ofClass[k].Panels, own = &_ofClass[k].Inverse[at])
                {
                    _kernel.Products(from + at, _stride, 1, features, panels, _stride / MatrixKernel.PanelWidth, to + at, _stride);
                    double correction = _corrections[k] * to[at + k];
                    for (int j = 0; j < features; j++)
                    {
                        to[at + j] -= correction * own[j];
                    }
                }
            }
        }
    }

    private Shared Invert(double factor, PenaltyTerms penalty)
    {
        int features = _classCount + 1;
        var inverse = new double[_stride * _stride];
        double trace = 0;
        for (int j = 0; j < features; j++)
        {
            trace = Math.Max(trace, factor * Gram[(j * _stride) + j]);
        }

        for (int i = 0; i < features; i++)
        {
            for (int j = 0; j < features; j++)
            {
                inverse[(i * _stride) + j] = factor * Gram[(i * _stride) + j];
            }

            inverse[(i * _stride) + i] += (2 * (i < _classCount ? penalty.OffDiagonal : penalty.Bias)) + (LeastCurvature * trace) + double.Epsilon;
        }

        var panels = new double[_stride * features];
        fixed (double* matrix = inverse)
        {
            _kernel.Invert(matrix, features, _stride);
        }

        // Symmetric but for rounding: the mean of both halves is exactly so.
        for (int i = 0; i < features; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double mean = 0.5 * (inverse[(i * _stride) + j] + inverse[(j * _stride) + i]);
                inverse[(i * _stride) + j] = mean;
                inverse[(j * _stride) + i] = mean;
            }
        }

        MatrixKernel.Pack(inverse, _stride, features, _stride, panels);
        return new(inverse, panels);
    }

    private sealed record Shared(double[] Inverse, double[] Panels);
}
