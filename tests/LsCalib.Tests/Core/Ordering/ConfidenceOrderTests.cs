using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Tests.Core.Ordering;

public sealed class ConfidenceOrderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void The_order_is_that_of_a_stable_sort(int n)
    {
        var random = new SeededRandom(3);
        double[] special = [0, -0.0, 1, -1, double.Epsilon, -double.Epsilon, 1e300, -1e300, 0.5];
        var values = Enumerable.Range(0, n).Select(i => i % 3 == 0 ? special[random.NextInt(special.Length)] : random.NextGaussian()).ToArray();
        var correct = values.Select(value => value > 0).ToArray();
        var order = ConfidenceOrder.From(values, correct);
        var expected = Enumerable.Range(0, n).OrderBy(i => values[i] + 0.0).ToArray();
        Assert.Equal(expected, order.Row);
        Assert.Equal(expected.Select(i => values[i]), order.Confidence);
        Assert.Equal(expected.Select(i => correct[i]), order.Correct);
    }

    [Fact]
    public void Values_that_are_not_finite_are_refused() =>
        Assert.Throws<ArgumentException>(() => ConfidenceOrder.From([0.5, double.NaN], [true, false]));
}
