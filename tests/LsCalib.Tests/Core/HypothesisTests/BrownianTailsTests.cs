using LsCalib.Core.HypothesisTests;
using LsCalib.Core.Numerics;

namespace LsCalib.Tests.Core.HypothesisTests;

/// <summary>Tails of the extremes of Brownian motion.</summary>
public sealed class BrownianTailsTests
{
    [Theory]
    [InlineData(0.5, 0.99084300971023924, 0.99999991222227752)]
    [InlineData(1, 0.62922257020047609, 0.93663541207954943)]
    [InlineData(1.4999, 0.26726700611352192, 0.5130303049905938)]
    [InlineData(1.5001, 0.26716343039776211, 0.5128512106580404)]
    [InlineData(2, 0.091000523846366249, 0.18149433939418731)]
    [InlineData(3, 0.0053995921265203777, 0.010799168467638438)]
    [InlineData(5, 1.1466062875167756e-6, 2.2932125750335512e-6)]
    [InlineData(8, 2.4883842297087136e-15, 4.9767684594174273e-15)]
    public void Brownian_tails_are_exact_on_both_sides(double x, double ofMaximum, double ofRange)
    {
        // One series summed with 40 digits by mpmath.
        Assert.InRange(BrownianTails.OfMaximum(x) / ofMaximum, 1 - 1e-12, 1 + 1e-12);
        Assert.InRange(BrownianTails.OfRange(x) / ofRange, 1 - 1e-12, 1 + 1e-12);
    }

    [Fact]
    public void Brownian_tails_fall_from_one_to_zero()
    {
        Assert.Equal(1, BrownianTails.OfMaximum(0));
        Assert.Equal(1, BrownianTails.OfRange(0));
        Assert.Equal(1, BrownianTails.OfRange(1e-200));
        Assert.Equal(0, BrownianTails.OfMaximum(100));
        Assert.Equal(0, BrownianTails.OfRange(100));
        for (double x = 0.01; x < 6; x += 0.01)
        {
            Assert.True(BrownianTails.OfMaximum(x) <= BrownianTails.OfMaximum(x - 0.01));
            Assert.True(BrownianTails.OfRange(x) <= BrownianTails.OfRange(x - 0.01));
        }
    }

    [Fact]
    public void Brownian_tails_are_those_of_a_long_walk()
    {
        // A walk of 2,000 Gaussian steps misses its continuous extremes by some 0.58/√2000 = 0.013 on each side.
        var random = new SeededRandom(17);
        int aboveMaximum = 0;
        int aboveRange = 0;
        const int Walks = 2000;
        for (int walk = 0; walk < Walks; walk++)
        {
            double position = 0;
            double lowest = 0;
            double highest = 0;
            for (int i = 0; i < 2000; i++)
            {
                position += random.NextGaussian() / Math.Sqrt(2000);
                lowest = Math.Min(lowest, position);
                highest = Math.Max(highest, position);
            }

            aboveMaximum += Math.Max(highest, -lowest) > 1.3 - 0.013 ? 1 : 0;
            aboveRange += highest - lowest > 1.6 - 0.026 ? 1 : 0;
        }

        // Four standard errors of a proportion are 0.045 at most.
        Assert.Equal(BrownianTails.OfMaximum(1.3), aboveMaximum / (double)Walks, 0.045);
        Assert.Equal(BrownianTails.OfRange(1.6), aboveRange / (double)Walks, 0.045);
    }
}
