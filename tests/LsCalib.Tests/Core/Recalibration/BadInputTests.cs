using LsCalib.Core.Calibrators;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Recalibration;

public sealed class BadInputTests
{
    private static readonly string[] Keys =
        ["temperature", "ts-mix", "unsmooth", "platt", "beta", "scaling-binning", "histogram", "isotonic"];

    private static readonly string[] Cases =
    [
        "all right", "all wrong", "constant", "one class", "few rows", "unseen class", "zeros", "one row", "no rows", "true class zero", "huge", "anti",
    ];

    public static TheoryData<string, string> All
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string key in Keys)
            {
                foreach (string name in Cases)
                {
                    data.Add(key, name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_fit_is_finite_or_says_why_there_is_none(string key, string name)
    {
        var (scores, labels) = Rows(name);
        var fit = CalibrationMethods.Fit(CalibrationMethods.Find(key)!, scores, labels, new());
        if (fit.Status != FitStatus.Converged)
        {
            Assert.Null(fit.Calibrator);
            Assert.NotEmpty(fit.Reason);
            Assert.True(key is "temperature" or "ts-mix" or "scaling-binning" || name == "no rows");
            return;
        }

        Assert.NotEqual("no rows", name);
        var calibrator = fit.Calibrator!;
        Assert.Equal(key, calibrator.Method);
        Assert.True(calibrator.ParameterCount > 0);
        Assert.DoesNotContain("NaN", Fits.Text(calibrator), StringComparison.Ordinal);
        var row = new double[scores.ClassCount];
        double[] extreme = [.. row];
        extreme[0] = ScoreMatrix.LogOfZero;
        var logits = scores.ToLogits();
        foreach (double[] values in Enumerable.Range(0, labels.Length).Select(i => Copy(logits, i)).Append(extreme))
        {
            double[] mapped = Fits.Map(calibrator, values);
            Assert.InRange(mapped.Sum(), 1 - 1e-9, 1 + 1e-9);
            Assert.All(mapped, q => Assert.InRange(q, key == "temperature" ? 0 : double.Epsilon, 1));
        }

        Assert.True(key == "temperature" || double.IsFinite(Fits.Nll(calibrator, scores, labels)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_score_that_is_not_finite_is_refused(float value)
    {
        var (logits, labels) = Samples.Calibrated(100, 3, 1, 2, 5);
        logits[(70 * 3) + 1] = value;
        logits[99 * 3] = value;
        foreach (var method in CalibrationMethods.All)
        {
            ScoreMatrix[] both = [Samples.Logits(logits, 3), ScoreMatrix.From(ScoreKind.Logits, Array.ConvertAll(logits, z => (double)z), 3)];
            foreach (var scores in both)
            {
                var error = Assert.Throws<NonFiniteScoreException>(() => CalibrationMethods.Fit(method, scores, labels, new() { Threads = 3 }));
                Assert.Equal((70, 1), (error.Row, error.Column));
            }
        }
    }

    private static double[] Copy(ScoreMatrix logits, int i)
    {
        var row = new double[logits.ClassCount];
        logits.CopyRow(i, row);
        return row;
    }

    private static (ScoreMatrix Scores, int[] Labels) Rows(string name)
    {
        var (logits, labels) = Samples.Calibrated(60, 4, 1.5, 2, 9);
        int Extreme(int i, float sign) => Enumerable.Range(0, 4).MaxBy(k => sign * logits[(i * 4) + k]);
        int[] rows = [.. Enumerable.Range(0, 60)];
        return name switch
        {
            "all right" => (Samples.Logits(logits, 4), Array.ConvertAll(rows, i => Extreme(i, 1))),
            "all wrong" => (Samples.Logits(logits, 4), Array.ConvertAll(rows, i => Extreme(i, -1))),
            "constant" => (Samples.Logits(new float[240], 4), labels),
            "one class" => (Samples.Logits(logits, 4), new int[60]),
            "few rows" => (Samples.Logits(logits[..12], 4), labels[..3]),
            "unseen class" => (Samples.Logits(logits, 4), Array.ConvertAll(labels, label => label == 2 ? 1 : label)),
            "zeros" => (Samples.Probabilities([.. rows.SelectMany(i => (double[])[.. Enumerable.Range(0, 4).Select(k => k == i % 4 ? 1.0 : 0)])], 4), Array.ConvertAll(rows, i => i % 5 == 0 ? 3 - (i % 4) : i % 4)),
            "true class zero" => (Samples.Probabilities([.. rows.SelectMany(_ => new[] { 0, 0.5, 0.5, 0 })], 4), Array.ConvertAll(rows, i => i % 2 == 0 ? 0 : 1)),
            "one row" => (Samples.Logits(logits[..4], 4), labels[..1]),
            "no rows" => (Samples.Logits([], 4), []),
            "huge" => (Samples.Logits(Array.ConvertAll(logits, z => z * 1e30f), 4), labels),
            _ => (Samples.Logits(Array.ConvertAll(logits, z => -z), 4), labels),
        };
    }
}
