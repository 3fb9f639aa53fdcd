using LsCalib.Core.Binless;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data.Csv;
using LsCalib.Data.Rows;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Binless;

/// <summary>
/// Bin-free estimates of real predictions. SmoothECE: numpy in double, cosine series of the rows themselves, 2^18 points.
/// CORP: scikit-learn's isotonic regression of the accuracies of distinct confidences. Kernel errors: scipy's betaln and
/// logsumexp, row by row, at bandwidth 0.005.
/// </summary>
public sealed class SharedBinlessTests
{
    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10", 1, 0.11926353370304835)]
    [InlineData("lenet-5-cifar-10", 1.373583823900854, 0.022778727839570)]
    [InlineData("wideresnet-16-4-cifar-10", 1, 0.05517312926894544)]
    [InlineData("wideresnet-16-4-cifar-10", 2.059224214476581, 0.010394634517076)]
    public void Smooth_ece_is_that_of_the_cosine_series(string name, double temperature, double expected)
    {
        Assert.Equal(expected, SmoothEce.Compute(Read(name, temperature)).Value, 1e-8);
    }

    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10", 1, 0.11729812663390453, 0.12575712173638734)]
    [InlineData("lenet-5-cifar-10", 1.373583823900854, 0.02247784133958134, 0.02672248235069182)]
    [InlineData("wideresnet-16-4-cifar-10", 1, 0.040693224720906626, 0.0805781816001768)]
    [InlineData("wideresnet-16-4-cifar-10", 2.059224214476581, 0.004121242450014489, 0.00751722304412370)]
    public void Kernel_errors_are_those_of_scipy(string name, double temperature, double expected, double rootMeanSquare)
    {
        // Near 1 the last bit of a confidence, which depends on who computed it, is seen in ln(1 − c).
        var result = KernelDensityEce.Compute(Read(name, temperature), 0, 0.005);
        Assert.Equal(expected, result.Expected, 1e-8);
        Assert.Equal(rootMeanSquare, result.RootMeanSquare, 1e-8);
    }

    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10", 1, 0.2217624356527976, 0.0176233242655372, 0.0453680486127396, 0.24950716)]
    [InlineData("lenet-5-cifar-10", 1.373583823900854, 0.20570425845997642, 0.0021022852665904534, 0.04590518680661404, 0.24950716)]
    [InlineData("wideresnet-16-4-cifar-10", 1, 0.06593545247598667, 0.010013488990185393, 0.024992596514198717, 0.08091456)]
    [InlineData("wideresnet-16-4-cifar-10", 2.059224214476581, 0.05695766190730832, 0.0008574178176062319, 0.02481431591029791, 0.08091456)]
    public void Brier_decomposition_is_that_of_scikit_learn(string name, double temperature, double score, double mcb, double dsc, double unc)
    {
        var order = Read(name, temperature);
        Near(new(score, mcb, dsc, unc), CorpDecomposition.Brier(order, IsotonicRegression.Fit(order)));
    }

    [SharedDataTheory]
    [InlineData("lenet-5-cifar-10", 1, 0.6380738789990152, 0.04809404915306337, 0.10218134660332867, 0.6921611764492805)]
    [InlineData("lenet-5-cifar-10", 1.373583823900854, 0.5945772737001214, 0.005455389495970131, 0.10303929224512931, 0.6921611764492805)]
    [InlineData("wideresnet-16-4-cifar-10", 1, 0.2820455414541604, 0.09932785368574848, 0.11703494675832721, 0.2997526345267391)]
    [InlineData("wideresnet-16-4-cifar-10", 2.059224214476581, 0.18895531653056818, 0.004798831220488409, 0.11559614921665934, 0.2997526345267391)]
    public void Log_decomposition_is_that_of_scikit_learn(string name, double temperature, double score, double mcb, double dsc, double unc)
    {
        var order = Read(name, temperature);
        Near(new(score, mcb, dsc, unc), CorpDecomposition.Log(order, IsotonicRegression.Fit(order)));
    }

    private static void Near(CorpDecomposition expected, CorpDecomposition actual)
    {
        const double Tolerance = 1e-9;
        Assert.Equal(expected.Score, actual.Score, Tolerance);
        Assert.Equal(expected.Miscalibration, actual.Miscalibration, Tolerance);
        Assert.Equal(expected.Discrimination, actual.Discrimination, Tolerance);
        Assert.Equal(expected.Uncertainty, actual.Uncertainty, Tolerance);
    }

    private static ConfidenceOrder Read(string name, double temperature)
    {
        using var test = PredictionFile.Read(SharedData.Path("golden", $"{name}-test.npz"), null, new CsvOptions(), null);
        var statistics = StatisticsPass.Run(test.Scores, test.Labels, RowScaling.ByTemperature(temperature), 15);
        return ConfidenceOrder.From(statistics.Confidence, Enumerable.Range(0, statistics.RowCount).Select(statistics.IsCorrect).ToArray());
    }
}
