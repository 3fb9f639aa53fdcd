using LsCalib.Core.Numerics;

namespace LsCalib.Core.Kernels;

/// <summary>A test of calibration, and what its p-value rests on.</summary>
/// <param name="Test">The test.</param>
/// <param name="Calibrated">The statistic of every set of labels drawn from the probabilities, in the order of drawing; none below two rows.</param>
internal sealed record ConsistencyDraws(KernelCalibrationTest Test, double[] Calibrated)
{
    /// <summary>
    /// Unbiased squared errors of a calibrated model for other numbers of rows and blocks than the test's: under
    /// calibration n times the mean over the pairs of n rows has nearly the same law for all n, and blocks are independent.
    /// </summary>
    /// <param name="rowCount">Rows in all.</param>
    /// <param name="blockCount">Blocks that pairs are formed within.</param>
    /// <param name="seed">Seed by which blocks are put together.</param>
    public double[] CalibratedErrors(int rowCount, int blockCount, long seed)
    {
        if (blockCount == 1 && rowCount == Test.RowsUsed)
        {
            return [.. Calibrated];
        }

        double length = (double)rowCount / blockCount;
        double scale = Math.Sqrt(Test.RowsUsed * (Test.RowsUsed - 1.0) / (length * (length - 1))) / blockCount;
        var random = new SeededRandom(seed, stream: 33);
        var draws = new double[Calibrated.Length];
        for (int draw = 0; draw < draws.Length; draw++)
        {
            for (int block = 0; block < blockCount; block++)
            {
                draws[draw] += scale * Calibrated[blockCount == 1 ? draw : random.NextIndex(Calibrated.Length)];
            }
        }

        return draws;
    }
}
