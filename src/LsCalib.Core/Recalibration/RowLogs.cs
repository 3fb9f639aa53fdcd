using System.Runtime.CompilerServices;

namespace LsCalib.Core.Recalibration;

/// <summary>What ln p and ln(1−p) of a row's classes are computed from, so that neither a row nor a class needs memory.</summary>
internal readonly struct RowLogs
{
    private readonly int _top;
    private readonly double _largest;
    private readonly double _all;
    private readonly double _shift;
    private readonly double _topComplement;

    /// <param name="logits">Logits [K].</param>
    public RowLogs(ReadOnlySpan<double> logits)
    {
        for (int k = 1; k < logits.Length; k++)
        {
            _top = logits[k] > logits[_top] ? k : _top;
        }

        _largest = logits[_top];
        double others = 0;
        for (int k = 0; k < logits.Length; k++)
        {
            others += k == _top ? 0 : Math.Exp(logits[k] - _largest);
        }

        _all = 1 + others;
        _shift = Math.Log(_all);
        _topComplement = Math.Log(others) - _shift;
    }

    /// <summary>ln p, raised to <see cref="Calibrator.LogFloor"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Log(double logit) => Math.Max(logit - _largest - _shift, Calibrator.LogFloor);

    /// <summary>ln(1−p), raised to <see cref="Calibrator.LogFloor"/>; exact near p = 1 too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double LogComplement(int k, double logit)
    {
        // Only the largest p can be so near 1 that 1 − p would cancel.
        double complement = k == _top ? _topComplement : Math.Log(_all - Math.Exp(logit - _largest)) - _shift;
        return Math.Max(complement, Calibrator.LogFloor);
    }
}
