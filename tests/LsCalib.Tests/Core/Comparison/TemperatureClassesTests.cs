using LsCalib.Core.Calibrators;
using LsCalib.Core.Comparison;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Comparison;

/// <summary>Differences of metrics of all classes with temperatures, against models that are fitted and measured on fresh rows again and again.</summary>
public sealed class TemperatureClassesTests
{
    /// <summary>More than the kernel-density error is evaluated at.</summary>
    private const int N = 600;
    private const int K = 6;

    /// <summary>So few that temperatures of other rows matter.</summary>
    private const int FittedOn = 100;

    private const string Root = "l2-debiased-10-marginal";

    private static readonly string[] Cells = ["classwise-ece-10", "classwise-ece-10-sum", "ace-5", "tace-5", "conditional-ece-5"];

    private static readonly string[] Slow = ["skce", "ece-kde"];

    private static readonly string[] Keys = [.. Cells, .. Slow, "top5-accuracy", "aurc-margin", "auroc-correctness-margin", Root];

    public static TheoryData<string, bool> Same
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
    [InlineData(true)]
    [InlineData(false)]
    public void Differences_scatter_as_they_do_on_fresh_rows_with_temperatures_of_their_own(bool crossFitted)
    {
        const int Repeats = 120;
        string[] means = [.. Keys.Except(Slow).Except(Cells).Except([Root])];
        var fitted = means.Concat(Cells).Append(Root).ToDictionary(key => key, _ => new List<Worsening>());
        var known = Cells.ToDictionary(key => key, _ => new List<Worsening>());
        double[] temperatures = [new Model(Repeats, 0, crossFitted: false).Temperature, new Model(Repeats, 1, crossFitted: false).Temperature];
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            var (one, two) = (new Model(repeat, 0, crossFitted), new Model(repeat, 1, crossFitted));
            Measure(fitted, Paired(one, two));
            Measure(known, new(one.At(temperatures[0]), two.At(temperatures[1]), new() { ResampleCount = 0 }));
        }

        // Gaps near 0 scatter less than a sum of gaps of known sign does, as they do where temperatures are known.
        Assert.All(means, key => Assert.InRange(Stated(fitted[key]), 0.85, 1.2));
        Assert.All(Cells, key => Assert.InRange(Stated(fitted[key]), 0.85, 2));
        Assert.All(Cells, key => Assert.InRange(Stated(fitted[key]) / Stated(known[key]), 0.85, 1.25));

        double truth = OfSquares(fitted[Root].Select(worsening => worsening.Candidate)) - OfSquares(fitted[Root].Select(worsening => worsening.Baseline));
        Assert.InRange(fitted[Root].Count(worsening => worsening.At(0.95) is { } interval && interval.Lower <= truth && truth <= interval.Upper), 0.91 * Repeats, Repeats);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Those_of_kernels_do_too(bool crossFitted)
    {
        const int Repeats = 40;
        var fitted = Slow.ToDictionary(key => key, _ => new List<Worsening>());
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            Measure(fitted, Paired(new(repeat, 0, crossFitted), new(repeat, 1, crossFitted)));
        }

        // Of |gap| of kernels what is said above of cells.
        Assert.InRange(Stated(fitted["skce"]), 0.75, 1.35);
        Assert.InRange(Stated(fitted["ece-kde"]), 0.75, 1.45);
    }

    [Theory]
    [MemberData(nameof(Same))]
    public void Models_that_differ_in_the_last_digits_or_in_scale_are_the_same_with_temperatures(string key, bool crossFitted)
    {
        var one = new Model(3, 0, crossFitted);
        foreach (var (scale, noise) in new[] { (1f, 1e-6), (1.3f, 0) })
        {
            var interval = Paired(one, new(3, 0, crossFitted, scale, noise)).Compare(key).At(0.95)!;

            // A row may change its bin, and two rows their places; what is left is rounding.
            double most = key.EndsWith("-sum", StringComparison.Ordinal) ? 3e-3 : 6e-4;
            Assert.InRange(interval.Upper, -1e-8, most);
            Assert.InRange(interval.Lower, -most, 1e-8);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_temperatures_do_widens_how_far_an_error_can_have_moved(bool crossFitted)
    {
        var (one, two) = (new Model(7, 0, crossFitted), new Model(7, 1, crossFitted));
        var paired = Paired(one, two);
        var shift = new PairedShift(paired.Temperatures!, 0.3, -0.2);
        var moved = new Movement(0.01, 0.002).With(shift, paired);
        double Deviation(TemperatureNoise noise) => Math.Sqrt(noise.CovarianceWith(noise));
        double expected = Math.Sqrt(
            Math.Pow(0.3 * Deviation(one.Noise), 2) + Math.Pow(0.2 * Deviation(two.Noise), 2) + (2 * 0.3 * 0.2 * one.Noise.CovarianceWith(two.Noise)));
        Assert.Equal((0.01, 0.002 + expected), (moved.Value, moved.StandardError), (a, b) => a.Item1 == b.Item1 && Math.Abs(a.Item2 - b.Item2) < 2e-3 * expected);
        Assert.Same(moved, moved.With(null, paired));

        // Temperatures of few other rows add to the scatter of the roots; those of the same rows add or make up for some of it.
        double Width(PairedRows rows) => rows.Compare(Root).At(0.95) is { } interval ? interval.Upper - interval.Lower : double.NaN;
        double ratio = Width(paired) / Width(new(one.Rows, two.Rows, new() { ResampleCount = 0 }));
        Assert.True(crossFitted ? Math.Abs(ratio - 1) is > 0.02 and < 0.3 : ratio is > 1.03 and < 2, $"{ratio}");
    }

    [Fact]
    public void Without_the_probabilities_that_temperatures_lead_to_nothing_is_compared()
    {
        var (one, two) = (new Model(5, 0, crossFitted: false), new Model(5, 1, crossFitted: false, keepsProbabilities: false));
        var paired = new PairedRows(one.Rows, two.Rows, new() { ResampleCount = 0 }) { Temperatures = new(one.Noise, two.Noise) };
        Assert.Contains("which are not kept", Assert.Throws<ArgumentException>(() => paired.Compare("skce")).Message, StringComparison.Ordinal);
    }

    private static void Measure(Dictionary<string, List<Worsening>> worsenings, PairedRows rows)
    {
        foreach (var (key, seen) in worsenings)
        {
            seen.Add(rows.Compare(key));
        }
    }

    /// <summary>The standard error that is stated, over the scatter that is seen.</summary>
    private static double Stated(List<Worsening> worsenings) =>
        worsenings.Average(worsening => 1 / (worsening.Excess(worsening.Value - 2) - worsening.Excess(worsening.Value - 1)))
        / Spread.Of([.. worsenings.Select(worsening => worsening.Value)]);

    /// <summary>The root of the mean square, of roots with a sign.</summary>
    private static double OfSquares(IEnumerable<double> roots)
    {
        double square = roots.Average(root => root * Math.Abs(root));
        return Math.Sign(square) * Math.Sqrt(Math.Abs(square));
    }

    private static PairedRows Paired(Model one, Model two)
    {
        var paired = new PairedRows(one.Rows, two.Rows, new() { ResampleCount = 200, Threads = 1 }) { Temperatures = new(one.Noise, two.Noise) };
        paired.Prepare(Keys);
        return paired;
    }

    /// <summary>Over-confident logits with noise of the model's own; the first of two takes the first class for much too likely, which no temperature repairs.</summary>
    private sealed class Model
    {
        private readonly ScoreMatrix _scores;
        private readonly int[] _labels;

        public Model(long repeat, int index, bool crossFitted, float scale = 1, double noise = 0, bool keepsProbabilities = true)
        {
            var (logits, labels) = Samples.Calibrated(2 * N, K, 1.6, 1.2, 100 + repeat);
            var random = new SeededRandom(1000 + (2 * repeat) + index);
            var further = new SeededRandom(1);
            for (int i = 0; i < logits.Length; i++)
            {
                double own = logits[i] + ((0.6 - (0.5 * index)) * random.NextGaussian()) + (i % K == 0 ? 5 * (1 - index) : 0);
                logits[i] = scale * ((float)((1 + (0.4 * index)) * own) + (float)(noise * further.NextGaussian()));
            }

            var scores = Samples.Logits(logits[..(N * K)], K);
            int[] test = labels[..N];
            RowScaling scaling;
            if (crossFitted)
            {
                var cross = TemperatureScaling.CrossFit(scores, test, new TemperatureOptions { ResampleCount = 200 });
                scaling = RowScaling.ByGroup([.. cross.Folds.Select(fold => fold.Temperature)], cross.FoldOfRow);
                Noise = TemperatureNoise.Of(cross, scores, test, null, keepsProbabilities);
            }
            else
            {
                var others = Samples.Logits(logits[(N * K)..((N + FittedOn) * K)], K);
                var fit = TemperatureScaling.Fit(others, labels[N..(N + FittedOn)]);
                Temperature = fit.Temperature;
                scaling = RowScaling.ByTemperature(Temperature);
                Noise = TemperatureNoise.Of(fit, others, labels[N..(N + FittedOn)], null, scores, test, keepsProbabilities);
            }

            _scores = scores;
            _labels = test;
            Rows = At(scaling);
        }

        public RowResults Rows { get; }

        public double Temperature { get; }

        public TemperatureNoise Noise { get; }

        public RowResults At(double temperature) => At(RowScaling.ByTemperature(temperature));

        private RowResults At(RowScaling scaling) => RowResults.From(StatisticsPass.Run(_scores, _labels, scaling, 1)).With(ScoreProbabilities.Of(_scores, scaling));
    }
}
