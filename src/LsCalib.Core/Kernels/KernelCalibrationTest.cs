namespace LsCalib.Core.Kernels;

/// <summary>A test of the hypothesis that labels are drawn from the predicted probabilities.</summary>
/// <param name="PValue">Share of drawn sets of labels, the observed one among them, whose statistic is at least the observed; NaN below two rows.</param>
/// <param name="Statistic">Unbiased squared kernel calibration error of the rows used; NaN below two rows.</param>
/// <param name="Bandwidth">γ of the kernel.</param>
/// <param name="DrawCount">Sets of labels drawn; the smallest p-value is 1/(draws + 1).</param>
/// <param name="RowsUsed">Rows that took part.</param>
/// <param name="Method">How the p-value was computed, in words.</param>
public sealed record KernelCalibrationTest(
    double PValue, double Statistic, double Bandwidth, int DrawCount, int RowsUsed, string Method);
