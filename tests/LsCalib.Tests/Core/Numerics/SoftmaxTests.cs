using LsCalib.Core.Numerics;

namespace LsCalib.Tests.Core.Numerics;

public sealed class SoftmaxTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(1000)]
    public void Probabilities_are_those_of_the_definition(int classCount)
    {
        var random = new SeededRandom(classCount);
        foreach (double factor in new[] { 0.01, 1, 3.7, 40 })
        {
            var logits = Enumerable.Range(0, classCount).Select(_ => 10 * random.NextGaussian()).ToArray();
            var expected = logits.Select(z => Math.Exp((z - logits.Max()) * factor)).ToArray();
            double sum = expected.Sum();
            Softmax.InPlace(logits, factor);
            Assert.Equal(1, logits.Sum(), 1e-13);
            for (int k = 0; k < classCount; k++)
            {
                // What is below the smallest exponential is exactly 0.
                double p = expected[k] / sum;
                Assert.True(p < 1e-300 ? logits[k] is >= 0 and < 1e-299 : Math.Abs((logits[k] / p) - 1) < 1e-12, $"{logits[k]}, not {p}");
            }
        }
    }

    [Fact]
    public void Far_logits_are_certain()
    {
        double[] logits = [1e300, -1e300, 0, -5, 7, 8, 9, 10, 11];
        Softmax.InPlace(logits);
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, 0], logits);
        double[] equal = [-7, -7, -7, -7];
        Softmax.InPlace(equal);
        Assert.Equal([0.25, 0.25, 0.25, 0.25], equal);
    }
}
