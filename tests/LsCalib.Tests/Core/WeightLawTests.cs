using LsCalib.Core.Numerics;
using LsCalib.Core.Statistics;

namespace LsCalib.Tests.Core;

public sealed class WeightLawTests
{
    [Theory]
    [InlineData(1000, 0.9999)]
    [InlineData(5000, 0.9999)]
    [InlineData(3000, 0.99)]
    [InlineData(400, 0.3)]
    [InlineData(40, 0.7)]
    public void Equal_weights_have_the_law_of_the_count(int rows, double confidence)
    {
        var confidences = Enumerable.Repeat(confidence, rows).ToArray();
        var exact = new CountLaw(confidences);
        var law = new WeightLaw(confidences, Enumerable.Repeat(1.0, rows).ToArray());
        foreach (double level in new[] { 0.05, 0.5, 0.95 })
        {
            // A quantile of draws can be one row off where the law has a step near the level.
            Assert.InRange(law.Quantile(level), exact.Quantile(level) - 1.01, exact.Quantile(level) + 1.01);
        }

        var random = new SeededRandom(1);
        var draws = Enumerable.Range(0, 20_000).Select(_ => law.Draw(random) - (rows * confidence)).ToArray();
        double variance = rows * confidence * (1 - confidence);
        Assert.Equal(0, draws.Average(), 5 * Math.Sqrt(variance / 20_000));
        Assert.InRange(draws.Average(d => d * d), variance * 0.93, variance * 1.07);
        double spread = Enumerable.Range(0, 20_000).Select(_ => Math.Abs(exact.Draw(random) - (rows * confidence))).Average();
        Assert.InRange(draws.Average(Math.Abs), spread * 0.96, spread * 1.04);
    }
}
