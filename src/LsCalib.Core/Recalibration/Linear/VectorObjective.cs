using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>
/// Mean NLL of softmax(w·z + b), and if asked for a normal prior: each bias of deviation 1 about 0, each weight about 1/T such
/// that its effect at the deviation of the class's logits is of deviation 1. The prior weighs as much as one row.
/// </summary>
internal sealed class VectorObjective : IConvexObjective
{
    private const int SmallestRun = 256;
    private const int MostRuns = 16;

    // Curvatures below this share of the largest are those of parameters that change nothing.
    private const double LeastCurvature = 1e-14;

    private readonly VectorKernel _kernel;
    private readonly int _rowCount;
    private readonly int _classCount;
    private readonly int _padded;
    private readonly int _threads;
    private readonly CancellationToken _cancel;
    private readonly double _start;
    private readonly double[] _deviations;
    private readonly double _prior;
    private readonly double[] _point;
    private readonly double[] _blocks;

    /// <param name="kernel">Sums over rows.</param>
    /// <param name="logits">Logits [N,K].</param>
    /// <param name="start">1/T, where weights start and what the prior holds them to.</param>
    /// <param name="deviations">Deviation of each class's logits [K], for the prior; null: there is none.</param>
    /// <param name="threads">Threads to use; results do not depend on it.</param>
    /// <param name="cancel">Stops between runs of rows.</param>
    public VectorObjective(VectorKernel kernel, ScoreMatrix logits, double start, double[]? deviations, int threads, CancellationToken cancel)
    {
        (_kernel, _start, _threads, _cancel) = (kernel, start, threads, cancel);
        (_rowCount, _classCount) = (logits.RowCount, logits.ClassCount);
        _padded = PaddedRow.Length(_classCount, ILanes<Lanes128>.Count);
        _deviations = deviations ?? [];
        _prior = deviations is null ? 0 : 1.0 / _rowCount;
        _point = new double[2 * _padded];
        _blocks = new double[3 * _padded];
    }

    public int Length => 2 * _padded;

    private int RunCount => Math.Clamp(_rowCount / SmallestRun, 1, MostRuns);

    /// <summary>w = 1/T, b = 0.</summary>
    public double[] Start()
    {
        var point = new double[Length];
        point.AsSpan(0, _classCount).Fill(_start);
        return point;
    }

    /// <summary>How much a step changes the logit of a class at most, a deviation of its logits off their mean.</summary>
    public double Effect(double[] step, double[] means, double[] deviations)
    {
        double most = 0;
        for (int k = 0; k < _classCount; k++)
        {
            most = Math.Max(most, Math.Abs(step[k] * deviations[k]));
            most = Math.Max(most, Math.Abs((step[k] * means[k]) + step[_padded + k]));
        }

        return most;
    }

    public double Evaluate(double[] point, double[] gradient)
    {
        point.CopyTo(_point, 0);
        var sums = Sum((first, end) => _kernel.Gradient(first, end, _point), VectorKernel.FirstSum + (5 * _padded));
        double value = sums[0] / _rowCount;
        Array.Clear(gradient);
        for (int k = 0; k < _classCount; k++)
        {
            int at = VectorKernel.FirstSum + k;
            gradient[k] = sums[at] / _rowCount;
            gradient[_padded + k] = sums[at + _padded] / _rowCount;
            for (int part = 0; part < 3; part++)
            {
                _blocks[(part * _padded) + k] = sums[at + ((2 + part) * _padded)] / _rowCount;
            }

            if (_prior > 0)
            {
                double square = _prior * _deviations[k] * _deviations[k];
                double off = point[k] - _start;
                double bias = point[_padded + k];
                value += 0.5 * ((square * off * off) + (_prior * bias * bias));
                gradient[k] += square * off;
                gradient[_padded + k] += _prior * bias;
                _blocks[k] += square;
                _blocks[(2 * _padded) + k] += _prior;
            }
        }

        return value;
    }

    /// <summary>Nothing: the curvatures come with the gradient.</summary>
    public void Prepare()
    {
    }

    public void Multiply(double[] direction, double[] product)
    {
        var sums = Sum((first, end) => _kernel.Product(first, end, _point, direction), Length);
        Array.Clear(product);
        for (int k = 0; k < _classCount; k++)
        {
            double square = _prior > 0 ? _prior * _deviations[k] * _deviations[k] : 0;
            product[k] = (sums[k] / _rowCount) + (square * direction[k]);
            product[_padded + k] = (sums[_padded + k] / _rowCount) + (_prior * direction[_padded + k]);
        }
    }

    /// <summary>Solves the two equations of each class, without the others.</summary>
    public void Precondition(double[] residual, double[] target)
    {
        double most = double.Epsilon;
        for (int k = 0; k < _classCount; k++)
        {
            most = Math.Max(most, _blocks[(2 * _padded) + k]);
        }

        Array.Clear(target);
        for (int k = 0; k < _classCount; k++)
        {
            double bias = Math.Max(_blocks[(2 * _padded) + k], LeastCurvature * most);
            double mixed = _blocks[_padded + k];
            double mean = mixed / bias;

            // What is left of a weight's curvature once its bias has followed.
            double weight = Math.Max(_blocks[k] - (mixed * mean), LeastCurvature * ((_blocks[k] * 1e4) + most));
            double w = (residual[k] - (mean * residual[_padded + k])) / weight;
            target[k] = w;
            target[_padded + k] = (residual[_padded + k] / bias) - (mean * w);
        }
    }

    private double[] Sum(Func<int, int, double[]> kernel, int length)
    {
        var total = new double[length];
        foreach (var run in RowRuns.Compute(_rowCount, RunCount, _threads, kernel, _cancel))
        {
            for (int i = 0; i < length; i++)
            {
                total[i] += run[i];
            }
        }

        return total;
    }
}
