using LsCalib.Core.Catalog;
using LsCalib.Core.Comparison;
using LsCalib.Core.Numerics;

namespace LsCalib.Benchmarks;

/// <summary>
/// How often rules against a baseline fail and pass where the true worsening is known: labels are drawn from known
/// probabilities, of which both models' scores are functions.
/// </summary>
internal static class GateSimulation
{
    private const int Classes = 5;
    private const int TruthRows = 1_000_000;
    private const int Resamples = 400;
    private const int Bins = 15;
    private const double Level = 0.95;
    private static readonly string[] Keys = ["ece-15", "l2-debiased-15", "nll", "brier"];

    public static void Run(int simulations, params int[] sizes)
    {
        foreach (int n in sizes)
        {
            foreach (var (name, sharpness) in new[] { ("calibrated", 1.0), ("over-confident", 1.5) })
            {
                foreach (var scenario in new[] { new Scenario("no change", sharpness, sharpness, 0.3, Goal.Zero), new("no change, tolerance 0.02", sharpness, sharpness, 0.3, Goal.Small), new("worsening = tolerance", sharpness, 1.1 * sharpness, 0, Goal.Equal), new("tolerance + 2 detectable", sharpness, 3 * sharpness, 0, Goal.Detectable) })
                {
                    Console.WriteLine(FormattableString.Invariant($"n = {n}, baseline {name}, {scenario.Name}: {Rates(scenario, n, simulations)}"));
                }
            }
        }
    }

    private enum Goal
    {
        /// <summary>The tolerance is 0.</summary>
        Zero,

        /// <summary>The tolerance is 0.02.</summary>
        Small,

        /// <summary>The tolerance is the true worsening.</summary>
        Equal,

        /// <summary>The true worsening lies above the tolerance by twice the size that the gate says it can detect.</summary>
        Detectable,
    }

    private static string Rates(Scenario scenario, int n, int simulations)
    {
        double[] worsening = scenario.Truth();
        var failed = new int[Keys.Length];
        var passed = new int[Keys.Length];
        var detectable = new double[Keys.Length];
        Parallel.For(0, simulations, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, simulation =>
        {
            var random = new SeededRandom(simulation, stream: 79);
            var (baseline, candidate, _) = scenario.Draw(n, random, isTruth: false);
            var rows = new PairedRows(baseline, candidate, new MetricSet(Seed: simulation) { ResampleCount = Resamples });
            rows.Prepare(Keys);
            for (int i = 0; i < Keys.Length; i++)
            {
                var seen = rows.Compare(Keys[i]);
                double size = seen.Detectable(Level);
                double tolerance = scenario.Goal switch { Goal.Zero => 0, Goal.Small => 0.02, Goal.Equal => worsening[i], _ => worsening[i] - (2 * size) };
                tolerance = Math.Max(0, tolerance);
                double z = Core.Statistics.Intervals.Quantile(Level);
                Interlocked.Add(ref failed[i], seen.Excess(tolerance) > z ? 1 : 0);
                Interlocked.Add(ref passed[i], seen.Room(tolerance) >= z ? 1 : 0);
                lock (detectable)
                {
                    detectable[i] += size / simulations;
                }
            }
        });
        return string.Join("  ", Keys.Select((key, i) => FormattableString.Invariant($"{key} FAIL {100.0 * failed[i] / simulations:0.0} PASS {100.0 * passed[i] / simulations:0.0} (true {worsening[i]:0.0000}, detectable {detectable[i]:0.0000})")));
    }

    /// <summary>Two models whose logits are the true ones times a sharpness, each with noise of its own.</summary>
    private sealed record Scenario(string Name, double Baseline, double Candidate, double Noise, Goal Goal)
    {
        /// <summary>True worsening of each metric, outcomes replaced by their probabilities.</summary>
        public double[] Truth()
        {
            var (before, after, p) = Draw(TruthRows, new SeededRandom(4711), isTruth: true);
            double[] b = TrueErrors(before, row => p[(row * Classes) + before.Predicted[row]]);
            double[] c = TrueErrors(after, row => p[(row * Classes) + after.Predicted[row]]);
            return [.. c.Zip(b, (now, old) => now - old)];
        }

        public (RowResults Baseline, RowResults Candidate, double[] Probabilities) Draw(int n, SeededRandom random, bool isTruth)
        {
            var p = new double[n * Classes];
            var labels = new int[n];
            var logits = new double[n * Classes];
            for (int i = 0; i < n; i++)
            {
                var row = p.AsSpan(i * Classes, Classes);
                for (int k = 0; k < Classes; k++)
                {
                    row[k] = logits[(i * Classes) + k] = 2 * random.NextGaussian();
                }

                Softmax.InPlace(row);
                double u = random.NextDouble();
                while (labels[i] < Classes - 1 && (u -= row[labels[i]]) >= 0)
                {
                    labels[i]++;
                }
            }

            return (Model(logits, p, labels, Baseline, random, isTruth), Model(logits, p, labels, Candidate, random, isTruth), p);
        }

        /// <summary>Row results of a model; NLL and Brier score of the truth are their expected values given the row.</summary>
        private RowResults Model(double[] logits, double[] p, int[] labels, double sharpness, SeededRandom random, bool isTruth)
        {
            int n = labels.Length;
            var (predicted, confidence, probability, brier) = (new int[n], new double[n], new double[n], new double[n]);
            var q = new double[Classes];
            for (int i = 0; i < n; i++)
            {
                for (int k = 0; k < Classes; k++)
                {
                    q[k] = sharpness * (logits[(i * Classes) + k] + (Noise * random.NextGaussian()));
                }

                Softmax.InPlace(q);
                double squares = q.Sum(value => value * value);
                double ofLabel = 0;
                double nll = 0;
                for (int k = 0; k < Classes; k++)
                {
                    predicted[i] = q[k] > q[predicted[i]] ? k : predicted[i];
                    double weight = isTruth ? p[(i * Classes) + k] : k == labels[i] ? 1 : 0;
                    ofLabel += weight * q[k];
                    nll -= weight > 0 ? weight * Math.Log(q[k]) : 0;
                }

                confidence[i] = q[predicted[i]];
                probability[i] = isTruth ? -nll : q[labels[i]];
                brier[i] = squares - (2 * ofLabel) + 1;
            }

            return new(labels, predicted, confidence, probability, brier, Classes);
        }
    }

    /// <summary>Metrics of a population whose rows are right with known probabilities.</summary>
    /// <param name="results">Row results; NLL and Brier score are expected values.</param>
    /// <param name="right">Probability that a row is right.</param>
    private static double[] TrueErrors(RowResults results, Func<int, double> right)
    {
        int n = results.RowCount;
        int[] order = [.. Enumerable.Range(0, n)];
        double[] keys = [.. results.Confidence];
        Array.Sort(keys, order);
        var width = new double[Bins];
        var mass = new double[Bins];
        for (int place = 0; place < n; place++)
        {
            double gap = (right(order[place]) - keys[place]) / n;
            width[Math.Clamp((int)Math.Ceiling(keys[place] * Bins) - 1, 0, Bins - 1)] += gap;
            mass[(int)((long)place * Bins / n)] += gap;
        }

        return [width.Sum(Math.Abs), Math.Sqrt(Bins * mass.Sum(gap => gap * gap)), Enumerable.Range(0, n).Average(row => -results.TrueProbability[row]), results.Brier.Average()];
    }
}
