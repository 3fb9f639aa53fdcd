using LsCalib.Core.Binless;
using LsCalib.Core.Numerics;

namespace LsCalib.Tests.Core.Binless;

public sealed class SmoothDrawsTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(0.05)]
    [InlineData(0.003)]
    public void Draws_have_the_error_of_their_residuals(double scale)
    {
        const int Positions = 60;
        const int Count = 20;
        var random = new SeededRandom(3);
        var positions = Enumerable.Range(0, Positions).Select(i => i < 2 ? i : random.NextDouble()).ToArray();
        var pattern = Enumerable.Range(0, Positions).Select(i => scale * Math.Sin(9 * positions[i]) / Positions).ToArray();
        var noise = Enumerable.Range(0, Positions * Count).Select(_ => scale * random.NextGaussian() / Positions).ToArray();
        var draws = new SmoothDraws(positions, pattern, noise);
        for (int draw = 0; draw < Count; draw++)
        {
            foreach (double factor in new[] { 0, 0.5, 3 })
            {
                var residuals = Enumerable.Range(0, Positions).Select(i => (factor * pattern[i]) + noise[(draw * Positions) + i]).ToArray();
                double expected = SmoothEce.Solve(positions, residuals).Value;
                Assert.InRange(draws.Of(factor, draw), expected * 0.99, expected * 1.01);
            }
        }
    }

    [Fact]
    public void Residuals_of_one_sign_give_their_sum()
    {
        var draws = new SmoothDraws([0, 0.3, 1], [0.1, 0.1, 0.1], [0.01, 0.02, 0.03, -0.4, -0.2, -0.3]);
        Assert.Equal(0.06, draws.Of(0, 0), 12);
        Assert.Equal(0.36, draws.Of(1, 0), 12);
        Assert.Equal(0.9, draws.Of(0, 1), 12);
    }
}
