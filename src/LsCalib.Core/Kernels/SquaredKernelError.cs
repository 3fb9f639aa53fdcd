namespace LsCalib.Core.Kernels;

/// <summary>
/// A squared kernel calibration error (Widmann, Lindsten and Zachariah 2019): 0 for a calibrated model. The
/// unbiased estimate scatters about it to both sides, so it can be negative.
/// </summary>
/// <param name="Unbiased">Mean of h_ij over pairs i &lt; j, or of the means of blocks; NaN below two rows.</param>
/// <param name="Biased">Mean of h_ij over all i and j, (1 − 1/N)·unbiased + mean h_ii/N; never negative over one block. NaN without rows.</param>
/// <param name="StandardError">Standard error of the unbiased estimate; NaN below three rows.</param>
/// <param name="Lower">Lower end of the interval of the squared error, not below 0.</param>
/// <param name="Upper">Upper end of the interval, not below 0.</param>
/// <param name="Level">Nominal coverage of the interval, between 0 and 1.</param>
/// <param name="Bandwidth">γ of the kernel.</param>
/// <param name="RowsUsed">Rows that took part.</param>
/// <param name="BlockCount">Blocks that pairs were formed within; 1 where all pairs took part.</param>
/// <param name="Estimator">What was computed, in words.</param>
public sealed record SquaredKernelError(
    double Unbiased,
    double Biased,
    double StandardError,
    double Lower,
    double Upper,
    double Level,
    double Bandwidth,
    int RowsUsed,
    int BlockCount,
    string Estimator);
