using LsCalib.Core.Catalog;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>
/// Two sets of predictions of the same rows. Both are resampled together: a row that is drawn twice is drawn twice in both, so
/// that a difference scatters as it does on other rows of the same kind.
/// </summary>
public sealed class PairedRows
{
    private readonly MetricContext _baseline;
    private readonly MetricContext _candidate;
    private readonly Lazy<MetricContext> _baselineScores;
    private readonly Lazy<MetricContext> _candidateScores;

    /// <param name="baseline">What is compared with.</param>
    /// <param name="candidate">Predictions of the same rows, in the same order.</param>
    /// <param name="options">Confidence level, seed, paired resamples, threads, and groups of rows; keys are not used.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="ArgumentException">The rows are of another number, or have other labels.</exception>
    public PairedRows(RowResults baseline, RowResults candidate, MetricSet options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(options);
        if (!baseline.Labels.AsSpan().SequenceEqual(candidate.Labels))
        {
            throw new ArgumentException("The predictions are not of the same rows: their labels differ.", nameof(candidate));
        }

        Baseline = baseline;
        Candidate = candidate;
        var paired = options with { DrawsByRow = true, Weights = null, Keys = null };
        _baseline = new(paired, baseline.ToOrder(), null, null, RowScaling.None, cancel);
        _candidate = new(paired, candidate.ToOrder(), null, null, RowScaling.None, cancel);
        _baselineScores = new(() => OfProbabilities(baseline, paired, cancel));
        _candidateScores = new(() => OfProbabilities(candidate, paired, cancel));
    }

    private PairedRows(PairedRows first, RowResults candidate)
    {
        Baseline = first.Baseline;
        Candidate = candidate;
        _baseline = first._baseline;
        _candidate = new(_baseline.Options, candidate.ToOrder(), null, null, RowScaling.None, _baseline.Cancel);
        _baselineScores = first._baselineScores;
        _candidateScores = new(() => OfProbabilities(candidate, _baseline.Options, _baseline.Cancel));
    }

    /// <summary>What is compared with.</summary>
    public RowResults Baseline { get; }

    /// <summary>What is compared.</summary>
    public RowResults Candidate { get; }

    /// <summary>n.</summary>
    public int RowCount => Baseline.RowCount;

    /// <summary>What the temperatures of both would do on other rows, where they are scaled by one; null: they are compared as they are.</summary>
    public PairedTemperatures? Temperatures { get; init; }

    internal RowGroups? Groups => _baseline.Groups;

    internal MetricContext BaselineContext => _baseline;

    internal MetricContext CandidateContext => _candidate;

    /// <summary>What metrics of all classes are measured on; there where both have their probabilities.</summary>
    internal MetricContext BaselineScores => _baselineScores.Value;

    /// <summary>The same of the candidate.</summary>
    internal MetricContext CandidateScores => _candidateScores.Value;

    /// <summary>Why differences of a metric are not known from row results, in words that follow its key; null where they are.</summary>
    /// <param name="key">Key of a metric.</param>
    /// <param name="hasProbabilities">Whether the probabilities of all classes are known too, of both models.</param>
    /// <exception cref="ArgumentException">The key names no metric.</exception>
    public static string? Obstacle(string key, bool hasProbabilities = false)
    {
        var family = MetricCatalog.Family(key).Family;
        return family.Better is Better.Zero or Better.None ? "has no better and worse"
            : family.Paired is not { } paired ? "has no known interval of a difference between two models"
            : paired.NeedsProbabilities && !hasProbabilities ? "is compared by the probabilities of all classes, which are not kept"
            : null;
    }

    /// <summary>Whether differences of a metric rest on the probabilities of all classes.</summary>
    /// <param name="key">Key of a metric.</param>
    public static bool NeedsProbabilities(string key) => MetricCatalog.Family(key).Family.Paired?.NeedsProbabilities ?? false;

    /// <summary>Whether differences of a metric, which has no other obstacle, are known of grouped rows.</summary>
    /// <param name="key">Key of a metric.</param>
    public static bool TakesGroups(string key) => MetricCatalog.Family(key).Family.Paired?.TakesGroups ?? true;

    /// <summary>Keys of metrics whose differences are known from row results, with # for a number.</summary>
    public static IReadOnlyList<string> Patterns { get; } = [.. Known.Where(family => !family.Paired!.NeedsProbabilities).Select(family => family.Pattern)];

    /// <summary>Keys of those that the probabilities of all classes are needed for.</summary>
    public static IReadOnlyList<string> ProbabilityPatterns { get; } = [.. Known.Where(family => family.Paired!.NeedsProbabilities).Select(family => family.Pattern)];

    private static IEnumerable<MetricFamily> Known =>
        MetricCatalog.Families.Where(family => family.Paired is not null && family.Better is Better.Lower or Better.Higher);

    private bool HasProbabilities => Baseline.Probabilities is not null && Candidate.Probabilities is not null
        && Temperatures is not { Baseline.HasProbabilities: false } and not { Candidate.HasProbabilities: false };

    /// <summary>Another candidate beside the same baseline, whose resamples are drawn once for all.</summary>
    /// <param name="candidate">Predictions of the same rows, in the same order.</param>
    /// <param name="temperatures">As <see cref="Temperatures"/>.</param>
    /// <exception cref="ArgumentException">The rows are of another number, or have other labels.</exception>
    public PairedRows With(RowResults candidate, PairedTemperatures? temperatures)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        return Baseline.Labels.AsSpan().SequenceEqual(candidate.Labels)
            ? new(this, candidate) { Temperatures = temperatures }
            : throw new ArgumentException("The predictions are not of the same rows: their labels differ.", nameof(candidate));
    }

    /// <summary>Makes bins ready; before the first comparison, with all metrics that will be compared.</summary>
    /// <param name="keys">Keys of metrics without obstacle.</param>
    public void Prepare(IEnumerable<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (string key in keys)
        {
            var (family, parameter) = MetricCatalog.Family(key);
            if ((family.Paired?.Bins ?? family.Bins) is { } bins)
            {
                _baseline.AddBins(bins(_baseline, parameter));
                _candidate.AddBins(bins(_candidate, parameter));
            }
        }
    }

    /// <summary>By how much the candidate is worse.</summary>
    /// <param name="key">Key of a metric without obstacle, one of those prepared.</param>
    public Worsening Compare(string key)
    {
        var (family, parameter) = MetricCatalog.Family(key);
        if (Obstacle(key, HasProbabilities) is { } obstacle)
        {
            throw new ArgumentException($"\"{key}\" {obstacle}.", nameof(key));
        }

        var worsening = family.Paired!.Compare(this, family, parameter);
        bool isSame = family.Paired.NeedsProbabilities ? ScoreProbabilities.AreSame(Baseline.Probabilities!, Candidate.Probabilities!) : Baseline.IsSame(Candidate);
        return isSame ? new UnchangedWorsening(worsening.Baseline) { Measured = new(() => new(worsening.Baseline, null, worsening.Floor) { Note = worsening.Note }) } : worsening;
    }

    /// <summary>What metrics of all classes are measured on.</summary>
    internal static MetricContext OfProbabilities(RowResults results, MetricSet options, CancellationToken cancel)
    {
        var probabilities = results.Probabilities ?? throw new InvalidOperationException("There are no probabilities.");
        var statistics = StatisticsPass.Run(probabilities, results.Labels, RowScaling.None, MetricCatalog.DefaultBinCount, options.Threads, cancel);
        return options.Context(probabilities, RowScaling.None, statistics, cancel).Context;
    }
}
