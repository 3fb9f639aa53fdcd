using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Binless;

/// <summary>
/// Gaps of a kernel-density error at some rows, each estimated from all other rows, and what rows do to sums of them: by its
/// outcome a row moves the estimate at each neighbour.
/// </summary>
internal sealed class DensityGaps
{
    private readonly int[] _rows;
    private readonly bool[] _correct;
    private readonly double[][] _kernels;
    private readonly int _rowCount;

    /// <param name="order">Predictions; few enough for all to take part.</param>
    /// <param name="rows">Rows at which accuracy is estimated [E].</param>
    /// <param name="bandwidth">h of the kernels.</param>
    /// <param name="path">Vector width; results do not depend on it.</param>
    /// <param name="cancel">Stops between rows.</param>
    public DensityGaps(ConfidenceOrder order, int[] rows, double bandwidth, VectorPath path, CancellationToken cancel)
    {
        _rows = rows;
        _rowCount = order.RowCount;
        bool[] correct = order.CorrectByRow();
        var place = new int[_rowCount];
        for (int i = 0; i < place.Length; i++)
        {
            place[order.Row[i]] = i;
        }

        var blocks = ConfidenceBlocks.Sample(order, _rowCount, new SeededRandom(0));
        int[] block = Array.ConvertAll(rows, row => blocks.Confidence.BinarySearch(order.Confidence[place[row]]));
        _correct = Array.ConvertAll(rows, row => correct[row]);
        _kernels = new double[rows.Length][];
        Values = new double[rows.Length];
        var kernel = blocks.ToKernel();
        kernel.SetBandwidth(bandwidth);
        var buffer = new double[kernel.RowLength];
        for (int i = 0; i < rows.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            double own = kernel.Row(block[i], path, buffer).Own;
            double all = -own;
            double hits = _correct[i] ? -own : 0;
            buffer[block[i]] = own;
            for (int b = 0; b < blocks.Confidence.Count; b++)
            {
                all += buffer[b] * blocks.Counts[b];
                hits += buffer[b] * blocks.Hits[b];
            }

            // A row that no kernel reaches has no estimate, and the error leaves it out.
            double accuracy = all > 0 ? hits / all : double.NaN;
            Values[i] = all > 0 ? accuracy - blocks.Confidence[block[i]] : 0;
            _kernels[i] = new double[rows.Length];
            for (int j = 0; j < rows.Length; j++)
            {
                _kernels[i][j] = j == i || !(all > 0) ? 0 : buffer[block[j]] / all * ((_correct[j] ? 1 : 0) - accuracy);
            }
        }
    }

    /// <summary>Estimated accuracy less confidence [E]; 0 without an estimate.</summary>
    public double[] Values { get; }

    /// <summary>What each row does to the mean of direction·gap by its outcome, times the number of rows, added to what stands there [E].</summary>
    /// <param name="direction">Of each row [E].</param>
    /// <param name="sign">1 or −1.</param>
    /// <param name="target">Receives the sums.</param>
    public void AddInfluence(double[] direction, int sign, double[] target)
    {
        double share = sign * (double)_rowCount / _rows.Length;
        for (int i = 0; i < _rows.Length; i++)
        {
            for (int j = 0; j < _rows.Length; j++)
            {
                target[j] += share * direction[i] * _kernels[i][j];
            }
        }
    }
}
