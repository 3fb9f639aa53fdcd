using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Comparison;

/// <summary>The temperatures of two models that are compared after scaling, fitted on the same rows.</summary>
/// <param name="Baseline">That of what is compared with.</param>
/// <param name="Candidate">That of what is compared.</param>
public sealed record PairedTemperatures(TemperatureNoise Baseline, TemperatureNoise Candidate)
{
    private const int Stream = 71;

    /// <summary>What both temperatures do to a metric.</summary>
    /// <param name="slope">By how much it rises with ln T.</param>
    internal PairedShift Shift(Func<TemperatureNoise, double> slope) => new(this, slope(Baseline), slope(Candidate));

    /// <summary>Both models' bins in every resample, their gaps moved by what the temperatures are there.</summary>
    /// <param name="baseline">The baseline's bins at the temperature of the sample.</param>
    /// <param name="candidate">The candidate's.</param>
    /// <param name="bins">Makes such bins.</param>
    /// <param name="seed">Seed of temperatures that were fitted on other rows, whose scatter is drawn.</param>
    /// <returns>Null where it is not known.</returns>
    internal (ResampledBins Baseline, ResampledBins Candidate)? Moved(
        ResampledBins baseline, ResampledBins candidate, Func<MetricContext, ReliabilityTable> bins, long seed)
    {
        if (Baseline.Slopes(bins) is not { } before || Candidate.Slopes(bins) is not { } after || before.Length != baseline.BinCount || after.Length != candidate.BinCount)
        {
            return null;
        }

        var (one, other) = Baseline.IsOfSameRows ? (Baseline.Draws, Candidate.Draws) : Drawn(baseline.ResampleCount, seed);
        return one is null || other is null || !one.All(double.IsFinite) || !other.All(double.IsFinite) ? null
            : (baseline.Moved(before, one), candidate.Moved(after, other));
    }

    /// <summary>Shifts of both ln T as fits on other rows scatter, jointly normal.</summary>
    private (double[] Baseline, double[] Candidate) Drawn(int count, long seed)
    {
        double own = Math.Sqrt(Baseline.CovarianceWith(Baseline));
        double shared = own > 0 ? Baseline.CovarianceWith(Candidate) / own : 0;
        double rest = Math.Sqrt(Math.Max(0, Candidate.CovarianceWith(Candidate) - (shared * shared)));
        var random = new SeededRandom(seed, Stream);
        var (one, other) = (new double[count], new double[count]);
        for (int b = 0; b < count; b++)
        {
            double common = random.NextGaussian();
            one[b] = own * common;
            other[b] = (shared * common) + (rest * random.NextGaussian());
        }

        return (one, other);
    }
}

/// <summary>What the temperatures of two models do to a metric, or to an estimate of its square, on other rows.</summary>
internal sealed class PairedShift
{
    /// <summary>Share of resamples without a finite temperature above which nothing is said.</summary>
    private const double MostUndefined = 0.01;

    private readonly PairedTemperatures _temperatures;
    private readonly double _baseline;
    private readonly double _candidate;

    /// <param name="temperatures">Both temperatures.</param>
    /// <param name="baseline">By how much the baseline's value rises with its ln T.</param>
    /// <param name="candidate">That of the candidate.</param>
    public PairedShift(PairedTemperatures temperatures, double baseline, double candidate)
    {
        _temperatures = temperatures;
        _baseline = baseline;
        _candidate = candidate;
    }

    /// <summary>Whether the temperatures scatter with the rows compared.</summary>
    public bool IsOfSameRows => _temperatures.Baseline.IsOfSameRows;

    /// <summary>Variance that the baseline's value has from a temperature fitted on other rows, independent of those compared; else 0.</summary>
    public double BaselineVariance => IsOfSameRows ? 0 : _baseline * _baseline * _temperatures.Baseline.CovarianceWith(_temperatures.Baseline);

    /// <summary>That of the candidate.</summary>
    public double CandidateVariance => IsOfSameRows ? 0 : _candidate * _candidate * _temperatures.Candidate.CovarianceWith(_temperatures.Candidate);

    /// <summary>Their covariance.</summary>
    public double Covariance => IsOfSameRows ? 0 : _baseline * _candidate * _temperatures.Baseline.CovarianceWith(_temperatures.Candidate);

    /// <summary>That of their difference.</summary>
    public double Variance => Math.Max(0, BaselineVariance + CandidateVariance - (2 * Covariance));

    /// <summary>Standard error of what the temperatures alone do to the difference.</summary>
    /// <param name="rows">The rows compared.</param>
    public double StandardError(PairedRows rows)
    {
        var none = new double[rows.RowCount];
        return IsOfSameRows ? PairedMean.Of(OnCandidate(none), OnBaseline(none), rows.Groups).StandardError : Math.Sqrt(Variance);
    }

    /// <summary>Values of rows with what each row does to the baseline's mean through its temperature.</summary>
    public double[] OnBaseline(double[] values) => On(values, _baseline, _temperatures.Baseline);

    /// <summary>The same of the candidate.</summary>
    public double[] OnCandidate(double[] values) => On(values, _candidate, _temperatures.Candidate);

    /// <summary>Standard deviation of candidate − baseline over paired resamples, temperatures refitted in each.</summary>
    /// <param name="shift">What the temperatures do, or null: there are none.</param>
    /// <param name="candidate">The candidate's value in each resample at the temperature of the sample, or null: none are drawn.</param>
    /// <param name="baseline">The baseline's.</param>
    public static double Deviation(PairedShift? shift, double[]? candidate, double[]? baseline) =>
        shift is null || candidate is null || baseline is null ? Spread.OfDifference(candidate, baseline) : shift.Deviation(candidate, baseline);

    private double Deviation(double[] candidate, double[] baseline)
    {
        if (!IsOfSameRows)
        {
            double fixedAlone = Spread.OfDifference(candidate, baseline);
            return Math.Sqrt((fixedAlone * fixedAlone) + Variance);
        }

        if (_temperatures.Baseline.Draws is not { } before || _temperatures.Candidate.Draws is not { } after)
        {
            return double.NaN;
        }

        var differences = new List<double>(candidate.Length);
        for (int b = 0; b < candidate.Length; b++)
        {
            if (double.IsFinite(before[b]) && double.IsFinite(after[b]))
            {
                differences.Add(candidate[b] + (_candidate * after[b]) - baseline[b] - (_baseline * before[b]));
            }
        }

        return candidate.Length - differences.Count > MostUndefined * candidate.Length
            ? double.NaN
            : Spread.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(differences));
    }

    private static double[] On(double[] values, double slope, TemperatureNoise noise)
    {
        if (!noise.IsOfSameRows)
        {
            return values;
        }

        var shifted = new double[values.Length];
        for (int row = 0; row < shifted.Length; row++)
        {
            shifted[row] = values[row] + (slope * noise.Influence[row]);
        }

        return shifted;
    }
}
