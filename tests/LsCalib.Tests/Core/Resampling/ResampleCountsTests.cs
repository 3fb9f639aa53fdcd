using LsCalib.Core.Resampling;

namespace LsCalib.Tests.Core.Resampling;

public sealed unsafe class ResampleCountsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(5000)]
    public void Every_resample_draws_as_many_units_as_there_are(int units)
    {
        var counts = Draw(units, 5, 3);
        for (int lane = 0; lane < ResampleCounts.Lanes; lane++)
        {
            int total = 0;
            for (int unit = 0; unit < units; unit++)
            {
                total += counts[(unit * ResampleCounts.Lanes) + lane];
            }

            Assert.Equal(units, total);
        }
    }

    [Theory]
    [InlineData(500)]
    [InlineData(4000)]
    public void Counts_follow_the_multinomial_law(int units)
    {
        // One unit's count is binomial(N, 1/N): nearly Poisson(1), 1/e each for 0 and 1. Two units' counts: covariance −1/N.
        const int Blocks = 20;
        var seen = new double[16];
        double together = 0;
        for (int block = 0; block < Blocks; block++)
        {
            var counts = Draw(units, 1, block);
            for (int lane = 0; lane < ResampleCounts.Lanes; lane++)
            {
                double halfSum = 0;
                for (int unit = 0; unit < units; unit++)
                {
                    int count = counts[(unit * ResampleCounts.Lanes) + lane];
                    seen[count]++;
                    halfSum += unit < units / 2 ? count : 0;
                }

                together += (halfSum - (units / 2.0)) * (halfSum - (units / 2.0));
            }
        }

        double draws = (double)Blocks * ResampleCounts.Lanes;
        double all = draws * units;
        double p = Math.Pow(1 - (1.0 / units), units);
        Assert.Equal(p, seen[0] / all, 5 * Math.Sqrt(p * (1 - p) / all));
        Assert.Equal(p * units / (units - 1), seen[1] / all, 5 * Math.Sqrt(p * (1 - p) / all));

        // The number drawn from one half is binomial(N, 1/2), variance N/4; its sampling error here is √(2/640).
        Assert.Equal(units / 4.0, together / draws, units / 4.0 * 5 * Math.Sqrt(2 / draws));
    }

    [Fact]
    public void Seeds_and_blocks_differ_and_repeat()
    {
        Assert.Equal(Draw(3000, 1, 2), Draw(3000, 1, 2));
        Assert.NotEqual(Draw(3000, 1, 2), Draw(3000, 1, 3));
        Assert.NotEqual(Draw(3000, 1, 2), Draw(3000, 2, 2));
    }

    private static byte[] Draw(int units, long seed, int block)
    {
        var counts = new byte[units * ResampleCounts.Lanes];
        fixed (byte* target = counts)
        {
            ResampleCounts.Draw(target, units, seed, block);
        }

        return counts;
    }
}
