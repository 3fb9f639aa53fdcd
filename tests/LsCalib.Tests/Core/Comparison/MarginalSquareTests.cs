using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;
using LsCalib.Core.Scores;

namespace LsCalib.Tests.Core.Comparison;

public sealed class MarginalSquareTests
{
    [Fact]
    public void The_square_is_that_of_the_metric_and_scatters_as_its_rows_influence_says()
    {
        var (results, _) = Pairs.Of(1500, 8, 2.5);
        double square = Square(results);
        Assert.Equal(MarginalErrors.Compute(results.Probabilities!, results.Labels, RowScaling.None, 15).SquaredL2, square, 1e-14);
        double jackknife = 0;
        int[] all = [.. Enumerable.Range(0, 1500)];
        for (int block = 0; block < 100; block++)
        {
            double off = Square(results.Take([.. all.Where(row => row % 100 != block)])) - square;
            jackknife += off * off;
        }

        Assert.InRange(Of(results).Influence.Variance / (jackknife * 99 / 100), 0.6, 1.6);
    }

    [Theory]
    [InlineData(2, 1.3)]
    [InlineData(5, 1.5)]
    public void A_calibrated_model_scatters_no_more_than_said(int classes, double most)
    {
        var squares = new double[300];
        double variance = 0;
        for (int seed = 0; seed < squares.Length; seed++)
        {
            var of = Of(Pairs.Of(400, seed, classes: classes).Baseline);
            squares[seed] = of.Value;
            variance += of.Influence.Variance / squares.Length;
        }

        Assert.InRange(squares.Average() / Spread.Of(squares), -0.2, 0.2);

        // The influence of rows is noise then and adds to the variance said; two classes mirror each other.
        double degenerate = variance / Math.Pow(Spread.Of(squares), 2);
        Assert.InRange(degenerate, 1, 3 * most);
    }

    private static double Square(RowResults results) => Of(results).Value;

    private static MarginalSquare Of(RowResults results)
    {
        var cells = ProbabilityCells.EqualMass(results, 15, 1);
        return MarginalSquare.Of(cells, new(cells, null));
    }
}
