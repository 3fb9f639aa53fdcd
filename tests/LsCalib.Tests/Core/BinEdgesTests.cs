using FsCheck;
using FsCheck.Fluent;
using LsCalib.Core.Metrics;
using LsCalib.Core.Statistics;

namespace LsCalib.Tests.Core;

public sealed class BinEdgesTests
{
    [Theory]
    [InlineData(0.0, 0)]
    [InlineData(0.01, 0)]
    [InlineData(0.07, 6)]
    [InlineData(0.29, 28)]
    [InlineData(0.57, 56)]
    [InlineData(1.0, 99)]
    public void A_value_on_an_edge_belongs_to_the_bin_below(double value, int bin)
    {
        // 0.07 x 100 > 7, 0.29 x 100 < 29 and 0.57 x 100 < 57 in binary: the edge itself decides.
        var edges = BinEdges.EqualWidth(100);
        Assert.Equal(bin, BinEdges.IndexOf(edges, value));
        Assert.Equal(bin, BinEdges.EqualWidthIndex(edges, value));
    }

    [Fact]
    public void Both_ways_to_find_a_bin_agree()
    {
        foreach (int bins in new[] { 1, 2, 3, 7, 10, 15, 99, 1000 })
        {
            var edges = BinEdges.EqualWidth(bins);
            foreach (double edge in edges)
            {
                foreach (double value in new[] { edge, Math.BitIncrement(edge), Math.Max(0, Math.BitDecrement(edge)) })
                {
                    Assert.Equal(BinEdges.IndexOf(edges, value), BinEdges.EqualWidthIndex(edges, value));
                }
            }
        }
    }

    [Fact]
    public void Equal_mass_edges_lie_midway_and_the_first_bins_hold_one_more()
    {
        // Seven values in three runs: 3, 2, 2. Edges between the 3rd and 4th, and between the 5th and 6th.
        var edges = BinEdges.EqualMass([0.7, 0.1, 0.2, 0.3, 0.6, 0.4, 0.5], 3);
        Assert.Equal(4, edges.Length);
        Assert.Equal(0.35, edges[1], 1e-15);
        Assert.Equal(0.55, edges[2], 1e-15);
    }

    [Fact]
    public void Tied_values_share_a_bin_and_fewer_bins_are_left()
    {
        // Cuts after the 1st, 2nd and 3rd value fall among equals: one edge at .5; after the 4th: nothing lies between .5 and midway to .9.
        var edges = BinEdges.EqualMass([0.5, 0.5, 0.5, 0.5, 0.9], 5);
        Assert.Equal([0, 0.5, 1], edges);
        Assert.Equal(2, BinEdges.EqualMass([1, 1, 1], 15).Length);
        Assert.Equal(2, BinEdges.EqualMass([], 15).Length);
    }

    [Fact]
    public void No_bin_of_equal_mass_is_empty()
    {
        // Cuts after the 1st and 2nd value: edges .2, and .3 midway to .4, above which no other value lies up to .3.
        Assert.Equal([0, 0.2, 1], BinEdges.EqualMass([0.2, 0.2, 0.4], 3));

        // Neighbours: midway rounds to one of them.
        double next = Math.BitIncrement(0.1);
        foreach (int bins in new[] { 2, 3, 5, 15 })
        {
            double[] values = [.. Enumerable.Repeat(0.1, 7), .. Enumerable.Repeat(next, 8), .. Enumerable.Repeat(0.3, 3), 0.9];
            var table = ReliabilityTable.From(values, new bool[values.Length], Binning.EqualMass, bins);
            Assert.All(table.Bins, bin => Assert.NotEqual(0, bin.Count));
        }

        var rows = Gen.Choose(0, 12).Select(i => i / 12.0).ArrayOf().Where(values => values.Length > 0).ToArbitrary();
        Prop.ForAll(rows, values => ReliabilityTable.From(values, new bool[values.Length], Binning.EqualMass, 5).Bins.All(bin => bin.Count > 0)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Row_order_never_matters()
    {
        var rows = Gen.Choose(0, 20).Select(i => i / 20.0).ArrayOf().Where(values => values.Length > 0).ToArbitrary();
        Prop.ForAll(rows, values =>
        {
            var reversed = Enumerable.Reverse(values).ToArray();
            var correct = values.Select(value => value > 0.5).ToArray();
            var table = ReliabilityTable.From(values, correct, Binning.EqualMass, 4);
            var other = ReliabilityTable.From(reversed, [.. Enumerable.Reverse(correct)], Binning.EqualMass, 4);
            return table.Bins.Select(bin => (bin.Lower, bin.Upper, bin.Count)).SequenceEqual(other.Bins.Select(bin => (bin.Lower, bin.Upper, bin.Count)))
                && Math.Abs(CalibrationError.Expected(table) - CalibrationError.Expected(other)) < 1e-12;
        }).QuickCheckThrowOnFailure();
    }
}
