using LsCalib.Core.Numerics;
using LsCalib.Core.Statistics;

namespace LsCalib.Tests.Core.Statistics;

public sealed class CountLawTests
{
    [Theory]
    [InlineData(30, 0)]
    [InlineData(30, 3)]
    [InlineData(30, 30)]
    [InlineData(10, 9)]
    public void Tails_of_equal_probabilities_are_those_of_the_binomial_law(int rows, int count)
    {
        const double P = 0.9;
        double[] mass = [.. Enumerable.Range(0, rows + 1).Select(k => Choose(rows, k) * Math.Pow(P, k) * Math.Pow(1 - P, rows - k))];
        var (atMost, atLeast) = new CountLaw([.. Enumerable.Repeat(P, rows)]).Tails(count);
        Assert.Equal(1, atMost / mass[..(count + 1)].Sum(), count == 0 ? 0.1 : 1e-10);
        Assert.Equal(1, atLeast / mass[count..].Reverse().Sum(), 1e-10);
    }

    [Fact]
    public void Far_tails_of_many_rows_are_those_of_the_exact_law()
    {
        // Variance about 300: taken as normal above 100, and exact up to 400.
        var random = new SeededRandom(6);
        double[] c = [.. Enumerable.Range(0, 2000).Select(_ => 0.5 + (0.5 * random.NextDouble()))];
        int mean = (int)c.Sum();
        var exact = new CountLaw(c, CountLaw.ExactVariance);
        var normal = new CountLaw(c);
        foreach (int off in new[] { 20, 45, 60, 90, 130, 180 })
        {
            Assert.InRange(normal.Tails(mean - off).AtMost / exact.Tails(mean - off).AtMost, 0.99, 1.01);
            Assert.InRange(normal.Tails(mean + off).AtLeast / exact.Tails(mean + off).AtLeast, 0.99, 1.01);
        }

        // Farther still both are of the saddlepoint, and no p-value is 0.
        Assert.InRange(exact.Tails(mean - 600).AtMost, 1e-300, 1e-100);
    }

    [Fact]
    public void What_cannot_be_has_no_probability()
    {
        Assert.Equal((0, 1), new CountLaw([1, 1, 1]).Tails(2));
        Assert.Equal((1, 0), new CountLaw([0, 0, 0]).Tails(1));
        Assert.Equal((1, 1), new CountLaw([1, 1, 1]).Tails(3));
        Assert.Equal((0, 1), new CountLaw([1, 1, 0.5]).Tails(1));
    }

    private static double Choose(int n, int k) => k == 0 ? 1 : Choose(n - 1, k - 1) * n / k;
}
