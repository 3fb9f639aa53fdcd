using LsCalib.Core.Calibrators;
using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Comparison;

/// <summary>Differences with temperatures scatter as they do where both are refitted on rows drawn again.</summary>
public sealed class TemperatureNoiseTests
{
    private const int N = 600;
    private const int K = 4;
    private static readonly string[] Keys = ["nll", "brier", "ece-15", "aurc", "smooth-ece"];

    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (string key in Keys)
            {
                cases.Add(key, true);
                cases.Add(key, false);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_scatter_is_that_of_full_refits(string key, bool crossFitted)
    {
        var one = new Model(0, crossFitted);
        var two = new Model(1, crossFitted);
        var paired = new PairedRows(one.Rows, two.Rows, new() { ResampleCount = 1000, Threads = 1 }) { Temperatures = new(one.Noise, two.Noise) };
        paired.Prepare([key]);
        var worsening = paired.Compare(key);
        double deviation = 1 / Math.Abs(worsening.Excess(0) - worsening.Excess(1));

        var random = new SeededRandom(5);
        var differences = new double[key == "smooth-ece" ? 150 : 300];
        for (int b = 0; b < differences.Length; b++)
        {
            int[] tested = Drawn(random);
            int[] fitted = crossFitted ? tested : Drawn(random);
            differences[b] = two.Redrawn(key, tested, fitted) - one.Redrawn(key, tested, fitted);
        }

        double mean = differences.Average();
        double expected = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (differences.Length - 1));

        // The SmoothECE is least near the temperature of the fit, where a straight line through either side says too much.
        Assert.InRange(deviation / expected, 0.87, key == "smooth-ece" ? 1.3 : 1.15);
    }

    [Theory]
    [InlineData("ece-15", true)]
    [InlineData("ece-15", false)]
    [InlineData("smooth-ece", true)]
    [InlineData("smooth-ece", false)]
    [InlineData("l2-debiased-15", true)]
    [InlineData("l2-debiased-15", false)]
    [InlineData("rmsce-15", true)]
    public void Models_that_differ_in_the_last_digits_or_in_scale_are_the_same_with_temperatures(string key, bool crossFitted)
    {
        var one = new Model(0, crossFitted);
        foreach (var (scale, noise, most) in new[] { (1f, 1e-6, 1e-4), (1.3f, 0, 1e-4) })
        {
            var other = new Model(0, crossFitted, scale: scale, noise: noise);
            var paired = new PairedRows(one.Rows, other.Rows, new() { ResampleCount = 400, Threads = 1 }) { Temperatures = new(one.Noise, other.Noise) };
            paired.Prepare([key]);
            var interval = paired.Compare(key).At(0.95)!;
            Assert.InRange(interval.Upper, 0, most);
            Assert.InRange(interval.Lower, -most, 0);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_temperatures_move_on_other_rows_lies_within_the_bound(bool crossFitted)
    {
        var one = new Model(0, crossFitted);
        var other = new Model(0, crossFitted, noise: 0.02);
        var paired = new PairedRows(one.Rows, other.Rows, new() { ResampleCount = 1000, Threads = 1 }) { Temperatures = new(one.Noise, other.Noise) };
        paired.Prepare(["ece-15"]);
        var interval = paired.Compare("ece-15").At(0.95)!;
        Assert.InRange(interval.Upper - interval.Lower, 0, 0.06);
        var random = new SeededRandom(6);
        int inside = 0;
        for (int b = 0; b < 200; b++)
        {
            int[] tested = Drawn(random);
            int[] fitted = crossFitted ? tested : Drawn(random);
            double difference = other.Redrawn("ece-15", tested, fitted) - one.Redrawn("ece-15", tested, fitted);
            inside += difference >= interval.Lower && difference <= interval.Upper ? 1 : 0;
        }

        Assert.InRange(inside, 185, 200);
    }

    [Fact]
    public void A_temperature_of_few_rows_makes_differences_unsure()
    {
        // Fitted on 60 rows, a temperature moves the ECE by more than the rows compared do.
        var one = new Model(0, crossFitted: false, fitted: 60);
        var two = new Model(1, crossFitted: false, fitted: 60);
        double Width(PairedTemperatures? temperatures)
        {
            var paired = new PairedRows(one.Rows, two.Rows, new() { ResampleCount = 200, Threads = 1 }) { Temperatures = temperatures };
            paired.Prepare(["nll"]);
            var interval = paired.Compare("nll").At(0.95)!;
            return interval.Upper - interval.Lower;
        }

        Assert.True(Width(new(one.Noise, two.Noise)) > 1.02 * Width(null));
    }

    private static int[] Drawn(SeededRandom random) => [.. Enumerable.Range(0, N).Select(_ => Math.Min(N - 1, (int)(random.NextDouble() * N)))];

    /// <summary>Over-confident logits of the same labels, with noise of the model's own; half of 2N rows are to fit on.</summary>
    private sealed class Model
    {
        private readonly bool _crossFitted;
        private readonly float[] _logits;
        private readonly int[] _labels;
        private readonly double[] _temperatures;
        private readonly byte[] _folds;
        private readonly double _estimate;

        public Model(int index, bool crossFitted, int fitted = N, float scale = 1, double noise = 0)
        {
            var (logits, labels) = Samples.Calibrated(2 * N, K, 1.6, 1.2, 11);
            var random = new SeededRandom(20 + index);
            _logits = [.. logits.Select(z => (float)((1 + (0.4 * index)) * (z + (0.6 * random.NextGaussian()))))];
            var further = new SeededRandom(30);
            _logits = [.. _logits.Select(z => (float)(scale * (z + (noise == 0 ? 0 : noise * further.NextGaussian()))))];
            _labels = labels;
            _crossFitted = crossFitted;
            int[] test = [.. Enumerable.Range(0, N)];
            var (scores, own) = Take(test, 0);
            if (crossFitted)
            {
                var cross = TemperatureScaling.CrossFit(scores, own, new TemperatureOptions { ResampleCount = 1000 });
                Assert.Null(cross.Failure);
                _temperatures = [.. cross.Folds.Select(fold => fold.Temperature)];
                _folds = cross.FoldOfRow;
                _estimate = cross.All.Temperature;
                Noise = TemperatureNoise.Of(cross, scores, own, null);
            }
            else
            {
                var (others, theirs) = Take([.. Enumerable.Range(0, fitted)], N);
                var fit = TemperatureScaling.Fit(others, theirs);
                _temperatures = [fit.Temperature];
                _folds = new byte[N];
                _estimate = fit.Temperature;
                Noise = TemperatureNoise.Of(fit, others, theirs, null, scores, own);
            }

            Rows = At(test, 1);
        }

        public RowResults Rows { get; }

        public TemperatureNoise Noise { get; }

        /// <summary>The metric of rows drawn again, its temperature refitted on rows drawn again.</summary>
        public double Redrawn(string key, int[] tested, int[] fitted)
        {
            var (scores, labels) = Take(fitted, _crossFitted ? 0 : N);
            var rows = At(tested, TemperatureScaling.Fit(scores, labels).Temperature / _estimate);
            return key switch
            {
                "nll" => Enumerable.Range(0, N).Average(rows.Nll),
                "brier" => rows.Brier.Average(),
                "aurc" => LsCalib.Core.Ranking.RiskCoverage.From(rows.ToOrder()).Aurc,
                "smooth-ece" => LsCalib.Core.Binless.SmoothEce.Compute(rows.ToOrder()).Value,
                _ => CalibrationError.Expected(ReliabilityTable.From(rows.ToOrder(), Binning.EqualWidth, 15)),
            };
        }

        private RowResults At(int[] rows, double factor)
        {
            var (scores, labels) = Take(rows, 0);
            var scaling = RowScaling.ByGroup(Array.ConvertAll(_temperatures, temperature => temperature * factor), Array.ConvertAll(rows, row => _folds[row]));
            return RowResults.From(StatisticsPass.Run(scores, labels, scaling, 1));
        }

        private (ScoreMatrix Scores, int[] Labels) Take(int[] rows, int from) => (
            Samples.Logits([.. rows.SelectMany(row => _logits[((from + row) * K)..((from + row + 1) * K)])], K),
            Array.ConvertAll(rows, row => _labels[from + row]));
    }
}
