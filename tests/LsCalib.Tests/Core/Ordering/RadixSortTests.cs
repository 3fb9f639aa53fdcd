using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Tests.Core.Ordering;

public sealed class RadixSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5000)]
    public void Values_alone_are_sorted_as_a_comparison_sorts_them(int count)
    {
        var random = new SeededRandom(3);
        foreach (Func<double> value in new Func<double>[] { random.NextDouble, random.NextGaussian, () => (float)random.NextDouble(), () => 0.25, () => Math.Pow(10, -300 * random.NextDouble()) })
        {
            double[] values = [.. Enumerable.Range(0, count).Select(_ => value())];
            double[] expected = [.. values];
            Array.Sort(expected);
            RadixSort.InPlace(values, new ulong[count]);
            Assert.Equal(expected, values);
        }
    }
}
