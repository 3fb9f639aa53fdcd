using System.Globalization;
using System.Text;
using LsCalib.Core.Numerics;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.PositionSamples;

namespace LsCalib.Tests.Cli;

/// <summary>Predictions of every shape and type: what is written out in full gives the same numbers.</summary>
public sealed class ShapeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("prob")]
    [InlineData("logit")]
    [InlineData("prob_1")]
    [InlineData("logit_1")]
    public void One_column_of_a_csv_is_class_1(string column)
    {
        bool isLogit = column.StartsWith("logit", StringComparison.Ordinal);
        var one = new StringBuilder($"{column},label\n");
        var two = new StringBuilder(isLogit ? "logit_0,logit_1,label\n" : "prob_0,prob_1,label\n");
        for (int i = 0; i < 100; i++)
        {
            double p = (i + 1) / 128.0;
            double value = isLogit ? Math.Log(p / (1 - p)) : p;
            one.Append(CultureInfo.InvariantCulture, $"{value:R},{i * 7 % 3 % 2}\n");
            two.Append(CultureInfo.InvariantCulture, $"{(isLogit ? 0 : 1 - p):R},{value:R},{i * 7 % 3 % 2}\n");
        }

        var run = PredictionRuns.Evaluate("--predictions", _folder.Write("one.csv", one.ToString()));
        Assert.Equal(PredictionRuns.Evaluate("--predictions", _folder.Write("two.csv", two.ToString())).GetProperty("metrics").GetRawText(), run.GetProperty("metrics").GetRawText());
        Assert.Contains("one column: class 1 of two", run.GetProperty("scores").GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("logits", 1)]
    [InlineData("logits", 2)]
    [InlineData("logits", 3)]
    [InlineData("probabilities", 1)]
    public void One_column_of_an_array_is_class_1(string name, int rank)
    {
        var values = Enumerable.Range(1, 60).Select(i => i / 64f).ToArray();
        var labels = Enumerable.Range(1, 60).Select(i => i * 5 % 3 % 2).ToArray();
        var both = values.SelectMany(value => new[] { name == "logits" ? 0 : 1 - value, value }).ToArray();
        var two = PredictionRuns.Evaluate("--predictions", _folder.Npz("two.npz", (name, both, rank == 3 ? [20, 3, 2] : [60, 2]), ("labels", labels, rank == 3 ? [20, 3] : null)), "--class-axis", "last");
        var run = PredictionRuns.Evaluate("--predictions", _folder.Npz("one.npz", (name, values, rank switch { 1 => [60], 2 => [60, 1], _ => [20, 1, 3] }), ("labels", labels, rank == 3 ? [20, 3] : null)));
        Assert.Equal(two.GetProperty("metrics").GetRawText(), run.GetProperty("metrics").GetRawText());
        Assert.Equal(2, run.GetProperty("classCount").GetInt32());
    }

    [Fact]
    public void Half_precision_is_read_exactly()
    {
        var halves = Rows.Select(value => (Half)value).ToArray();
        var bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(halves.AsSpan()).ToArray();
        var single = PredictionRuns.Evaluate("--predictions", _folder.Npz("f.npz", ("logits", halves.Select(half => (float)half).ToArray(), [SampleCount * Positions, Classes]), ("labels", Labels, null)));
        string half = _folder.HalfNpz(bytes, $"({SampleCount * Positions}, {Classes})", Labels);
        Assert.Equal(single.GetProperty("metrics").GetRawText(), PredictionRuns.Evaluate("--predictions", half).GetProperty("metrics").GetRawText());
        BitConverter.TryWriteBytes(bytes.AsSpan(2 * ((7 * Classes) + 2)), Half.PositiveInfinity);
        PredictionRuns.Refused("row 7: the score of class 2 is Infinity", _folder.HalfNpz(bytes, $"({SampleCount * Positions}, {Classes})", Labels));
        BitConverter.TryWriteBytes(bytes.AsSpan(2 * ((7 * Classes) + 2)), Half.NaN);
        PredictionRuns.Refused("row 7: the score of class 2 is NaN", _folder.HalfNpz(bytes, $"({SampleCount * Positions}, {Classes})", Labels));
    }

    [Fact]
    public void Two_hundred_thousand_classes_work()
    {
        const int Many = 200_000;
        const int Rows = 50;
        var random = new SeededRandom(2);
        var logits = new float[Rows * Many];
        var labels = new int[Rows];
        for (int i = 0; i < Rows; i++)
        {
            for (int k = 0; k < Many; k++)
            {
                logits[(i * Many) + k] = (float)random.NextDouble();
            }

            labels[i] = random.NextInt(Many);
            logits[(i * Many) + (i % 2 == 0 ? labels[i] : 5)] = 14;
        }

        var run = PredictionRuns.Run("--predictions", _folder.Npz("k.npz", ("logits", logits, [Rows, Many]), ("labels", labels, null)), "--no-output", "--bins", "3", "--metrics", "accuracy,nll,aurc").Json;
        Assert.Equal(Many, run.GetProperty("classCount").GetInt32());
        Assert.Equal(0.5, run.GetProperty("metrics").GetProperty("accuracy").GetProperty("value").GetDouble());
    }
}
