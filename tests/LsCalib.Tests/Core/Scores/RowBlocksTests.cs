using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;

namespace LsCalib.Tests.Core.Scores;

public sealed class RowBlocksTests
{
    [Theory]
    [InlineData(3, 5, false, null)]
    [InlineData(3, 37, false, 1)]
    [InlineData(70, 33, false, 2)]
    [InlineData(3, 37, true, 0)]
    [InlineData(4, 1, false, 3)]
    public void Positions_become_rows(int classes, int positions, bool last, int? ignored)
    {
        const int Samples = 6;
        var random = new SeededRandom(classes + positions);
        var values = Enumerable.Range(0, Samples * classes * positions).Select(i => (float)i).ToArray();
        var labels = Enumerable.Range(0, Samples * positions).Select(_ => random.NextInt(4)).ToArray();
        var blocks = new RowBlocks<float>(classes);
        var shape = new ScoreShape(classes, positions, last);
        int cut = 2 * positions;
        blocks.AddSamples(values.AsSpan(0, cut * classes), shape, labels.AsSpan(0, cut), ignored);
        blocks.AddSamples(values.AsSpan(cut * classes), shape, labels.AsSpan(cut), ignored);
        var matrix = blocks.ToMatrix(ScoreKind.Logits);
        var row = new double[classes];
        int kept = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == ignored)
            {
                continue;
            }

            matrix.CopyRow(kept++, row);
            for (int k = 0; k < classes; k++)
            {
                int at = last ? (i * classes) + k : ((i / positions * classes) + k) * positions + (i % positions);
                Assert.Equal(at, row[k]);
            }
        }

        Assert.Equal(kept, matrix.RowCount);
    }

    [Fact]
    public void Many_rows_lie_in_many_blocks()
    {
        var blocks = new RowBlocks<double>(3);
        var values = Enumerable.Range(0, 900_000).Select(i => (double)i).ToArray();
        blocks.Add(values);
        blocks.Add([1, 2, 3]);
        var matrix = blocks.ToMatrix(ScoreKind.Logits);
        Assert.Equal(300_001, matrix.RowCount);
        Assert.True(values.AsSpan().SequenceEqual(matrix.Blocks.SelectMany(block => block.ToArray()).SkipLast(3).ToArray()));
    }

    [Fact]
    public void One_column_is_class_1()
    {
        var blocks = new RowBlocks<float>(1);
        blocks.Add([0.25f, 1, 0]);
        Assert.Equal([0.75f, 0.25f, 0, 1, 1, 0], blocks.ToMatrix(ScoreKind.Probabilities).Rows(0, 3).ToArray());
        Assert.Equal([0, 0.25f, 0, 1, 0, 0], blocks.ToMatrix(ScoreKind.Logits).Rows(0, 3).ToArray());
    }

    [Theory]
    [InlineData("4,3", "4", ClassAxis.Second, "3,1")]
    [InlineData("4", "4", ClassAxis.Second, "1,1")]
    [InlineData("4,1", "4,1", ClassAxis.Second, "1,1")]
    [InlineData("4,3", "4,3", ClassAxis.Second, null)]
    [InlineData("4,3,8,9", "4,8,9", ClassAxis.Second, "3,72")]
    [InlineData("4,3,8,9", "4,9,8", ClassAxis.Second, null)]
    [InlineData("4,3,8,9", "4", ClassAxis.Second, null)]
    [InlineData("4,5,7", "4,5", ClassAxis.Second, null)]
    [InlineData("4,5,7", "4,5", ClassAxis.Last, "7,5")]
    [InlineData("4,1,8,9", "4,8,9", ClassAxis.Second, "1,72")]
    [InlineData("4,1,9", "4,9", ClassAxis.Second, "1,9")]
    [InlineData("4,1,9", "4", ClassAxis.Second, "9,1")]
    [InlineData("4,9,1,1", "4", ClassAxis.Second, "9,1")]
    [InlineData("4,9,1,1", "4,1,1", ClassAxis.Second, "9,1")]
    [InlineData("4,0,8", "4,8", ClassAxis.Second, "0,8")]
    public void Shapes_fit_labels_or_do_not(string scores, string labels, ClassAxis axis, string? expected)
    {
        var shape = ScoreShape.Fit(Numbers(scores), Numbers(labels), axis);
        Assert.Equal(expected, shape is null ? null : FormattableString.Invariant($"{shape.ClassCount},{shape.PositionCount}"));
    }

    [Fact]
    public void Kept_rows_are_found_again()
    {
        var random = new SeededRandom(3);
        var kept = new KeptRows();
        var original = new List<int>();
        for (int row = 0; row < 1000; row++)
        {
            bool keep = row is < 200 or > 400 && random.NextDouble() < 0.3;
            kept.Add(keep);
            if (keep)
            {
                original.Add(row);
            }
        }

        Assert.Equal(original.Select(row => (long)row), Enumerable.Range(0, kept.Count).Select(row => kept.Original(row)));
        Assert.Equal(original, kept.Select(Enumerable.Range(0, 1000).ToArray()));
        Assert.Equal(1000 - original.Count, kept.Dropped);
        Assert.Throws<ArgumentOutOfRangeException>(() => kept.Original(kept.Count));
    }

    private static long[] Numbers(string text) => [.. text.Split(',').Select(part => long.Parse(part, System.Globalization.CultureInfo.InvariantCulture))];
}
