using LsCalib.Core.HypothesisTests;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Tests.Core.HypothesisTests;

/// <summary>How often tests reject a model that is calibrated.</summary>
public sealed class LevelTests
{
    [Theory]
    [InlineData("Spiegelhalter", 0.027)]
    [InlineData("Hosmer-Lemeshow", 0.027)]
    [InlineData("Kolmogorov-Smirnov", 0.018)]
    [InlineData("Kuiper", 0.018)]
    public void Five_in_a_hundred_calibrated_models_are_rejected_at_the_five_percent_level(string name, double lowest)
    {
        // Three standard errors of 800 trials are 0.023; walks of few steps reject less often than their limit.
        int rejected = Enumerable.Range(0, 800)
            .Count(i => CalibrationTestsTests.Run(name, CalibrationTestsTests.Model(500, gap: 0, seed: 1000 + i), seed: i).PValue <= 0.05);
        Assert.InRange(rejected / 800.0, lowest, 0.073);
    }

    [Theory]
    [InlineData("Spiegelhalter")]
    [InlineData("Kolmogorov-Smirnov")]
    [InlineData("Kuiper")]
    public void So_they_are_where_rows_are_weighted(string name)
    {
        int rejected = Enumerable.Range(0, 800).Count(i =>
        {
            var random = new SeededRandom(i);
            var weights = Enumerable.Range(0, 500).Select(_ => Math.Exp(0.7 * random.NextGaussian())).ToArray();
            var order = CalibrationTestsTests.Model(500, gap: 0, seed: 9000 + i).Weighted(RowWeights.From("w", weights));
            return CalibrationTestsTests.Run(name, order, seed: i).PValue <= 0.05;
        });
        Assert.InRange(rejected / 800.0, 0.018, 0.073);
    }

    [Theory]
    [InlineData(0.05, 0.01, 0.09)]
    [InlineData(0.5, 0.41, 0.59)]
    public void T_cal_rejects_calibrated_models_as_often_as_its_level_says(double level, double lowest, double highest)
    {
        // Three standard errors of 300 trials: 0.038 and 0.087.
        int rejected = Enumerable.Range(0, 300)
            .Count(i => TCal.Test(CalibrationTestsTests.Model(400, gap: 0, seed: 5000 + i), seed: i, drawCount: 99).PValue <= level);
        Assert.InRange(rejected / 300.0, lowest, highest);
    }
}
