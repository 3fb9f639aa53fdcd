using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Benchmarks;

/// <summary>How often 90 % intervals hold the true value, over simulated models whose calibration error is known.</summary>
internal static class CoverageSimulation
{
    private const double Level = 0.9;
    private const int TruthRows = 2_000_000;
    private static readonly string[] Keys =
        ["accuracy", "ece-15", "ece-15-mass", "mce-15", "mce-15-min10", "rmsce-15", "ece-15-over", "ece-15-under", "l2-debiased-15", "l1-debiased-15", "smooth-ece", "ece-kde", "gap"];

    public static void Run(int simulations, bool weighted, params int[] sizes)
    {
        foreach (int n in sizes)
        {
            foreach (var (name, confidence) in Shapes)
            {
                foreach (double error in new[] { 0, 0.01, 0.03, 0.1 })
                {
                    foreach (bool waves in error == 0 ? [false] : new[] { false, true })
                    {
                        var model = new Model(confidence, error, waves);
                        Console.WriteLine(FormattableString.Invariant($"n = {n}, {name}, ECE {error}{(waves ? ", both signs" : "")}: {Cover(model, n, simulations, weighted)}"));
                    }
                }
            }
        }
    }

    /// <summary>Coverage of the regular metrics of a model of five classes that is over-confident by T = 1.5.</summary>
    public static void RunRegular(int simulations, params int[] sizes)
    {
        string[] keys = ["accuracy", "nll", "brier", "aurc", "augrc", "auroc-correctness", "mean-confidence", "gap"];
        Evaluation Measure(int rows, long seed, int resamples, out TemperatureFit[] fits)
        {
            var (logits, labels) = Logits(rows, seed);
            var scores = ScoreMatrix.From(ScoreKind.Logits, logits, 5);
            fits = [.. new[] { resamples, 0 }.Select(count => TemperatureScaling.Fit(scores, labels, new TemperatureOptions { ResampleCount = count, Seed = seed }))];
            return new MetricSet(Seed: seed) { Keys = keys, ResampleCount = resamples, Level = Level }
                .Compute(scores, RowScaling.None, StatisticsPass.Run(scores, labels, RowScaling.None, 1));
        }

        var truth = Measure(2_000_000, -1, 0, out _);
        foreach (int n in sizes)
        {
            var held = new int[keys.Length + 2];
            Parallel.For(0, simulations, simulation =>
            {
                var evaluation = Measure(n, simulation, 1000, out var fits);
                for (int i = 0; i < keys.Length; i++)
                {
                    var interval = evaluation[keys[i]].Interval!;
                    Interlocked.Add(ref held[i], interval.Lower <= truth[keys[i]].Value && truth[keys[i]].Value <= interval.Upper ? 1 : 0);
                }

                for (int i = 0; i < fits.Length; i++)
                {
                    var temperature = fits[i].IntervalAt(Level)!;
                    Interlocked.Add(ref held[keys.Length + i], temperature.Lower <= 1.5 && temperature.Upper >= 1.5 ? 1 : 0);
                }
            });
            Console.WriteLine(FormattableString.Invariant($"n = {n}, five classes: ")
                + string.Join("  ", keys.Append("T").Append("T-sandwich").Select((key, i) => FormattableString.Invariant($"{key} {100.0 * held[i] / simulations:0.0}"))));
        }
    }

    private static (double[] Logits, int[] Labels) Logits(int rows, long seed)
    {
        var random = new SeededRandom(seed, 78);
        var logits = new double[rows * 5];
        var labels = new int[rows];
        var p = new double[5];
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < 5; k++)
            {
                p[k] = logits[(5 * i) + k] = 3 * random.NextGaussian();
            }

            Softmax.InPlace(p, 1 / 1.5);
            double u = random.NextDouble();
            while (labels[i] < 4 && (u -= p[labels[i]]) >= 0)
            {
                labels[i]++;
            }
        }

        return (logits, labels);
    }

    private static (string Name, Func<SeededRandom, double> Draw)[] Shapes =>
    [
        ("spread", random => 0.2 + (0.75 * ((random.NextDouble() + random.NextDouble()) / 2))),
        ("saturated", random => 1 - (0.6 * Math.Pow(random.NextDouble(), 6))),
    ];

    /// <summary>Coverage of each metric, in percent.</summary>
    private static string Cover(Model model, int n, int simulations, bool weighted)
    {
        var truth = model.Truth();
        var held = new int[Keys.Length];
        var tried = new int[Keys.Length];
        Parallel.For(0, simulations, simulation =>
        {
            var keys = model.Waves ? [.. Keys.Where(key => key != "smooth-ece")] : Keys;
            var (order, weights) = model.Draw(n, simulation, weighted);
            var evaluation = new MetricSet(Seed: simulation) { Keys = keys, ResampleCount = 1000, Level = Level, Weights = weights }.Compute(order);
            for (int i = 0; i < Keys.Length; i++)
            {
                if (keys.Contains(Keys[i]))
                {
                    // The under-confident part of a model that is over-confident everywhere scatters in no resample.
                    if (evaluation[Keys[i]].Interval is not { } interval)
                    {
                        continue;
                    }

                    Interlocked.Increment(ref tried[i]);
                    Interlocked.Add(ref held[i], interval.Lower <= truth[i] && truth[i] <= interval.Upper ? 1 : 0);
                }
            }
        });
        return string.Join("  ", Keys.Select((key, i) => tried[i] == 0 ? "" : FormattableString.Invariant($"{key} {100.0 * held[i] / tried[i]:0.0}")));
    }

    /// <summary>A model whose accuracy is its confidence less a gap: everywhere the same, or of alternating sign.</summary>
    private sealed record Model(Func<SeededRandom, double> Confidence, double Error, bool Waves)
    {
        /// <summary>Rows of the model; weighted, those of high confidence are drawn a tenth as often and count tenfold.</summary>
        public (ConfidenceOrder Order, RowWeights? Weights) Draw(int n, long seed, bool weighted)
        {
            var random = new SeededRandom(seed, 77);
            var confidences = new double[n];
            var correct = new bool[n];
            var weights = new double[n];
            for (int i = 0; i < n; i++)
            {
                double kept;
                do
                {
                    confidences[i] = Confidence(random);
                    kept = weighted ? Math.Clamp(4 * (1 - confidences[i]), 0.1, 1) : 1;
                }
                while (kept < 1 && random.NextDouble() >= kept);

                weights[i] = 1 / kept;
                correct[i] = random.NextDouble() < Accuracy(confidences[i]);
            }

            return (ConfidenceOrder.From(confidences, correct), weighted ? RowWeights.From("weight", weights) : null);
        }

        /// <summary>The metrics of the population, each outcome replaced by its probability.</summary>
        public double[] Truth()
        {
            var random = new SeededRandom(4711);
            var confidences = new double[TruthRows];
            double accuracy = 0;
            double claimed = 0;
            double error = 0;
            for (int i = 0; i < TruthRows; i++)
            {
                confidences[i] = Confidence(random);
                error += Math.Abs(Accuracy(confidences[i]) - confidences[i]) / TruthRows;
                accuracy += Accuracy(confidences[i]) / TruthRows;
                claimed += confidences[i] / TruthRows;
            }

            var order = ConfidenceOrder.From(confidences, new bool[TruthRows]);
            var width = Table(order, Binning.EqualWidth);
            var mass = Table(order, Binning.EqualMass);
            return
            [
                accuracy,
                CalibrationError.Expected(width),
                CalibrationError.Expected(mass),
                CalibrationError.Maximum(width),
                CalibrationError.Maximum(width),
                CalibrationError.RootMeanSquare(width),
                CalibrationError.Overconfident(width),
                CalibrationError.Underconfident(width),
                CalibrationError.RootMeanSquare(mass),
                CalibrationError.Expected(mass),
                Waves ? double.NaN : Error,
                error,
                accuracy - claimed,
            ];
        }

        private double Accuracy(double c) =>
            Math.Clamp(c - (Waves && (int)(c * 15) / 3 % 2 == 0 ? -Math.Min(Error, 1 - c) : Error), 0, 1);

        private ReliabilityTable Table(ConfidenceOrder order, Binning binning)
        {
            var table = ReliabilityTable.From(order, binning, 15);
            int place = 0;
            var bins = table.Bins.ToArray();
            for (int m = 0; m < bins.Length; m++)
            {
                double sum = 0;
                for (int i = 0; i < bins[m].Count; i++)
                {
                    sum += Accuracy(order.Confidence[place++]);
                }

                bins[m] = bins[m] with { Accuracy = sum / bins[m].Count };
            }

            return table with { Bins = [.. bins] };
        }
    }
}
