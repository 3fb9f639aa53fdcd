namespace LsCalib.Core.Comparison;

/// <summary>The temperatures of two models that are compared after scaling, fitted on the same rows.</summary>
/// <param name="Baseline">That of what is compared with.</param>
/// <param name="Candidate">That of what is compared.</param>
public sealed record PairedTemperatures(TemperatureNoise Baseline, TemperatureNoise Candidate)
{
    /// <summary>What both temperatures do to a metric.</summary>
    /// <param name="slope">By how much it rises with ln T.</param>
    internal PairedShift Shift(Func<TemperatureNoise, double> slope) => new(this, slope(Baseline), slope(Candidate));
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
