namespace LsCalib.Core.Kernels;

/// <summary>Maximum mean calibration error of top-label confidences (Kumar, Sarawagi and Jain 2018), with the kernel exp(−|c − c'|/width).</summary>
/// <param name="Value">√(Σ_ij (c_i − a_i)(c_j − a_j) k(c_i, c_j))/N over all i and j, as published: biased upwards. 0 to 1; NaN without rows.</param>
/// <param name="UnbiasedSquare">The same mean over pairs i ≠ j, without the root: 0 on average for a calibrated model. NaN below two rows.</param>
/// <param name="StandardError">Standard error of the unbiased square; NaN below three rows.</param>
/// <param name="Lower">Lower end of the interval of the squared error, not below 0; its root is that of the error.</param>
/// <param name="Upper">Upper end of the interval of the squared error.</param>
/// <param name="Level">Nominal coverage of the interval, between 0 and 1.</param>
/// <param name="Width">Width of the kernel, in confidence.</param>
/// <param name="RowCount">N.</param>
public sealed record MaximumMeanCalibrationError(
    double Value,
    double UnbiasedSquare,
    double StandardError,
    double Lower,
    double Upper,
    double Level,
    double Width,
    int RowCount);
