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
    private const int TruthRows = 1_000_000;
    private const int Resamples = 400;
    private const double Level = 0.95;

    /// <summary>Metrics that row results are enough for.</summary>
    public static void Run(int simulations, params int[] sizes) => Run(["ece-15", "l2-debiased-15", "nll", "brier"], simulations, sizes, scenario => scenario);

    /// <summary>Errors over bins of the probabilities of all classes, or of each predicted class.</summary>
    public static void RunCells(int simulations, params int[] sizes) =>
        Run(["classwise-ece-15", "ace-15", "tace-15", "conditional-ece-15", "l2-debiased-15-marginal"], simulations, sizes, scenario => scenario);

    /// <summary>Errors by kernels.</summary>
    public static void RunKernels(int simulations, params int[] sizes) => Run(["skce", "ece-kde"], simulations, sizes, scenario => scenario);

    /// <summary>Rankings, and accuracy in the top five of eight classes: sharpness hardly changes them, and so the candidate has more noise.</summary>
    public static void RunRankings(int simulations, params int[] sizes) =>
        Run(["aurc", "aurc-margin", "auroc-correctness", "auroc-correctness-margin", "top5-accuracy"], simulations, sizes, scenario => scenario with
        {
            Classes = 8,
            CandidateNoise = scenario.Goal switch { GateGoal.Equal => 0.7, GateGoal.Detectable => 4, _ => 0 },
        });

    private static void Run(string[] keys, int simulations, int[] sizes, Func<GateScenario, GateScenario> with)
    {
        foreach (int n in sizes)
        {
            foreach (var (name, sharpness) in new[] { ("calibrated", 1.0), ("over-confident", 1.5) })
            {
                foreach (var scenario in new[] { new GateScenario("no change", sharpness, sharpness, 0.3, GateGoal.Zero), new("no change, tolerance 0.02", sharpness, sharpness, 0.3, GateGoal.Small), new("worsening = tolerance", sharpness, 1.1 * sharpness, 0, GateGoal.Equal), new("tolerance + 2 detectable", sharpness, 3 * sharpness, 0, GateGoal.Detectable) })
                {
                    Console.WriteLine(FormattableString.Invariant($"n = {n}, baseline {name}, {scenario.Name}: {Rates(keys, with(scenario), n, simulations)}"));
                }
            }
        }
    }

    private static string Rates(string[] keys, GateScenario scenario, int n, int simulations)
    {
        var (before, after, p) = scenario.Draw(TruthRows, new SeededRandom(4711), isTruth: true);
        double[] worsening = [.. keys.Select(key => (MetricCatalog.Find(key)!.Better == Better.Higher ? -1 : 1) * (GateTruths.Of(key, after, p) - GateTruths.Of(key, before, p)))];
        var failed = new int[keys.Length];
        var passed = new int[keys.Length];
        var detectable = new double[keys.Length];
        Parallel.For(0, simulations, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, simulation =>
        {
            var random = new SeededRandom(simulation, stream: 79);
            var (baseline, candidate, _) = scenario.Draw(n, random, isTruth: false);
            var rows = new PairedRows(baseline, candidate, new MetricSet(Seed: simulation) { ResampleCount = Resamples });
            rows.Prepare(keys);
            for (int i = 0; i < keys.Length; i++)
            {
                var seen = rows.Compare(keys[i]);
                double size = seen.Detectable(Level);
                double tolerance = scenario.Goal switch { GateGoal.Zero => 0, GateGoal.Small => 0.02, GateGoal.Equal => worsening[i], _ => worsening[i] - (2 * size) };
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
        return string.Join("  ", keys.Select((key, i) => FormattableString.Invariant($"{key} FAIL {100.0 * failed[i] / simulations:0.0} PASS {100.0 * passed[i] / simulations:0.0} (true {worsening[i]:0.00000}, detectable {detectable[i]:0.00000})")));
    }
}
