using LsCalib.Core.Numerics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;

namespace LsCalib.Tests.Core.Recalibration;

public sealed class LogProbabilitiesTests
{
    [Fact]
    public void A_complement_is_exact_where_one_minus_p_would_cancel()
    {
        // Two classes: 1 − p of one is p of the other, e^−30/(1 + e^−30).
        var (log, complement) = Of(30, 0);
        Assert.Equal(-double.Exp(-30), log[0], 1e-15);
        Assert.Equal(-30, log[1], 1e-12);
        Assert.Equal(-30, complement[0], 1e-12);
        Assert.Equal(-double.Exp(-30), complement[1], 1e-15);
    }

    [Fact]
    public void Logarithms_stop_at_the_floor()
    {
        var (log, complement) = Of(0, ScoreMatrix.LogOfZero, -50);
        Assert.Equal([0, Calibrator.LogFloor, Calibrator.LogFloor], log);
        Assert.Equal([Calibrator.LogFloor, 0, 0], complement);
        Assert.Equal(Calibrator.LogFloor, Math.Log(Math.Pow(2, -52)), 1e-13);
    }

    [Fact]
    public void They_are_the_logarithms_of_a_softmax_and_may_overwrite_the_logits()
    {
        double[] logits = [1.5, -2, 0.25, 1.5, -7];
        double[] p = [.. logits];
        Softmax.InPlace(p);
        var (log, complement) = Of(logits);
        double[] alone = [.. logits];
        LogProbabilities.InPlace(alone);
        for (int k = 0; k < p.Length; k++)
        {
            Assert.Equal(Math.Log(p[k]), log[k], 1e-13);
            Assert.Equal(Math.Log(p[k]), alone[k], 1e-13);
            Assert.Equal(Math.Log(1 - p[k]), complement[k], 1e-13);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(21)]
    public void Part_of_a_softmax_has_the_bits_of_the_whole(int classes)
    {
        var random = new SeededRandom(3);
        double[] logits = [.. Enumerable.Range(0, classes).Select(_ => 12 * random.NextGaussian())];
        logits[1] = ScoreMatrix.LogOfZero;
        double[] whole = [.. logits];
        Softmax.InPlace(whole);
        double largest = logits.Max();
        for (int first = 0; first < classes; first++)
        {
            double[] part = logits[first..];
            Softmax.PartInPlace(part, largest, whole[Array.IndexOf(logits, largest)]);
            Assert.Equal(whole[first..], part);
        }
    }

    private static (double[] Log, double[] Complement) Of(params double[] logits)
    {
        var logs = new RowLogs(logits);
        var log = new double[logits.Length];
        var complement = new double[logits.Length];
        for (int k = 0; k < logits.Length; k++)
        {
            log[k] = logs.Log(logits[k]);
            complement[k] = logs.LogComplement(k, logits[k]);
        }

        return (log, complement);
    }
}
