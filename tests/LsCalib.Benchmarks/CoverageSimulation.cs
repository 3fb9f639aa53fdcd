using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Benchmarks;

/// <summary>How often 90 % intervals hold the true value, over simulated models whose calibration error is known.</summary>
internal static class CoverageSimulation
{
    private const double Level = 0.9;
    private const int TruthRows = 2_000_000;
    private static readonly string[] Keys =
        ["accuracy", "ece-15", "ece-15-mass", "mce-15", "mce-15-min10", "rmsce-15", "ece-15-over", "ece-15-under", "l2-debiased-15", "l1-debiased-15", "smooth-ece", "gap"];

    public static void Run(int simulations, params int[] sizes)
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
                        Console.WriteLine(FormattableString.Invariant($"n = {n}, {name}, ECE {error}{(waves ? ", both signs" : "")}: {Cover(model, n, simulations)}"));
                    }
                }
            }
        }
    }

    private static (string Name, Func<SeededRandom, double> Draw)[] Shapes =>
    [
        ("spread", random => 0.2 + (0.75 * ((random.NextDouble() + random.NextDouble()) / 2))),
        ("saturated", random => 1 - (0.6 * Math.Pow(random.NextDouble(), 6))),
    ];

    /// <summary>Coverage of each metric, in percent.</summary>
    private static string Cover(Model model, int n, int simulations)
    {
        var truth = model.Truth();
        var held = new int[Keys.Length];
        var widths = new double[Keys.Length];
        Parallel.For(0, simulations, simulation =>
        {
            var evaluation = new MetricSet(Seed: simulation) { Keys = Keys, ResampleCount = 1000, Level = Level }.Compute(model.Draw(n, simulation));
            for (int i = 0; i < Keys.Length; i++)
            {
                // A root that may not go below 0 stands for a square that may.
                var interval = evaluation[Keys[i]].Interval!;
                if (interval.Lower <= truth[i] && truth[i] <= interval.Upper)
                {
                    Interlocked.Increment(ref held[i]);
                }

                lock (widths)
                {
                    widths[i] += interval.Upper - interval.Lower;
                }
            }
        });
        return string.Join("  ", Keys.Select((key, i) => FormattableString.Invariant($"{key} {100.0 * held[i] / simulations:0.0} % (width {widths[i] / simulations:0.0000}, true {truth[i]:0.0000})")));
    }

    /// <summary>A model whose accuracy is its confidence less a gap: everywhere the same, or of alternating sign.</summary>
    private sealed record Model(Func<SeededRandom, double> Confidence, double Error, bool Waves)
    {
        public ConfidenceOrder Draw(int n, long seed)
        {
            var random = new SeededRandom(seed, 77);
            var confidences = new double[n];
            var correct = new bool[n];
            for (int i = 0; i < n; i++)
            {
                confidences[i] = Confidence(random);
                correct[i] = random.NextDouble() < Accuracy(confidences[i]);
            }

            return ConfidenceOrder.From(confidences, correct);
        }

        /// <summary>The metrics of the population, each outcome replaced by its probability.</summary>
        public double[] Truth()
        {
            var random = new SeededRandom(4711);
            var confidences = new double[TruthRows];
            double accuracy = 0;
            double claimed = 0;
            for (int i = 0; i < TruthRows; i++)
            {
                confidences[i] = Confidence(random);
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
