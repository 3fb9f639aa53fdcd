using LsCalib.Core.Binless;
using LsCalib.Core.Numerics;
using MathNet.Numerics.Distributions;

namespace LsCalib.Tests.Core.Binless;

public sealed class PoissonLawTests
{
    [Theory]
    [InlineData(0.02)]
    [InlineData(1)]
    [InlineData(11.9)]
    [InlineData(12)]
    [InlineData(40)]
    [InlineData(3000)]
    public void Draws_follow_the_distribution(double mean)
    {
        const int Draws = 40_000;
        var law = new PoissonLaw(mean);
        var random = new SeededRandom(1);
        var draws = Enumerable.Range(0, Draws).Select(_ => law.Draw(random)).Order().ToArray();

        // Kolmogorov's distance stays below 1.95/√n in all but one of a thousand samples.
        double distance = 0;
        for (int i = 0; i < Draws; i++)
        {
            if (i == Draws - 1 || draws[i + 1] != draws[i])
            {
                distance = Math.Max(distance, Math.Abs(((i + 1.0) / Draws) - Poisson.CDF(mean, draws[i])));
            }
        }

        Assert.InRange(distance, 0, 1.95 / Math.Sqrt(Draws));
    }

    [Fact]
    public void Nothing_comes_of_nothing() => Assert.Equal(0, new PoissonLaw(0).Draw(new SeededRandom(1)));
}
