using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Calibrators;

/// <summary>
/// The temperature refitted in every resample of the bootstrap, without a pass over the logits for each. One pass leaves
/// the Taylor series of every row's slope at some β, a centre; the sum of the series over the rows drawn tells the root of
/// the resample where it lies near. A resample whose root is too far off for that is expanded again where the root is
/// expected; centres are shared by resamples, whose roots lie close to each other unless rows are few.
/// </summary>
internal sealed class TemperatureBootstrap
{
    /// <summary>Relative error of a temperature that is accepted, as the series tells it: far below what chance leaves of a quantile.</summary>
    private const double Tolerance = 1e-7;

    /// <summary>How far from the optimum, in ln β, the pass may lie that the first series are taken from.</summary>
    private const double NearEnough = 0.02;

    /// <summary>Resamples within this of each other, in ln β, share a centre at first; half as far from round to round.</summary>
    private const double FirstWidth = 0.16;

    /// <summary>How far in ln β a root is looked for at first where the series tells none; twice as far from round to round.</summary>
    private const double FirstReach = 0.25;

    /// <summary>
    /// A few rounds do. From this one on brackets are halved, so that every resample ends some 30 rounds later, when its
    /// bracket is narrower than the tolerance.
    /// </summary>
    private const int FirstHalving = 20;

    private readonly NllDerivatives _derivatives;
    private readonly DrawnUnits _units;
    private readonly long _seed;
    private readonly int _threads;
    private readonly CancellationToken _cancel;

    // Of each resample, in ln β: where its root is expected, and where it is known to lie above and below.
    private readonly double[] _expected;
    private readonly double[] _above;
    private readonly double[] _below;
    private readonly double[] _logTemperatures;

    private TemperatureBootstrap(NllDerivatives derivatives, DrawnUnits units, int resampleCount, long seed, int threads, CancellationToken cancel)
    {
        _derivatives = derivatives;
        _units = units;
        _seed = seed;
        _threads = threads;
        _cancel = cancel;
        _expected = new double[resampleCount];
        _above = new double[resampleCount];
        _below = new double[resampleCount];
        _logTemperatures = new double[resampleCount];
    }

    /// <param name="derivatives">Passes over the rows; rows kept from an earlier pass near β are used again.</param>
    /// <param name="units">What is drawn.</param>
    /// <param name="beta">1/T of the sample.</param>
    /// <param name="resampleCount">B, at least 1.</param>
    /// <param name="seed">Seed of the resamples: block b of 32 has the counts of <see cref="ResampleCounts"/> for it.</param>
    /// <param name="threads">Threads to use; the result does not depend on it.</param>
    /// <param name="cancel">Stops between blocks of 32 resamples.</param>
    public static TemperatureDraws Run(
        NllDerivatives derivatives, DrawnUnits units, double beta, int resampleCount, long seed, int threads, CancellationToken cancel)
    {
        var bootstrap = new TemperatureBootstrap(derivatives, units, resampleCount, seed, threads, cancel);
        var slopes = bootstrap.Solve(beta);
        return new(bootstrap._logTemperatures, -Math.Log(beta), slopes, units.IsGrouped);
    }

    /// <returns>The slope of each unit at β.</returns>
    private double[] Solve(double beta)
    {
        // The pass that the sample's fit ended with has left its rows: nearly always they are near enough.
        if (!(Math.Abs(Math.Log(_derivatives.KeptBeta / beta)) < NearEnough))
        {
            _derivatives.ByFold(beta);
        }

        double first = _derivatives.KeptBeta;
        var slopes = Array.ConvertAll(_units.Sums(_derivatives.KeptRows), series => series.SlopeAt(beta - first));
        Array.Fill(_expected, Math.Log(first));
        Array.Fill(_above, TemperatureSolver.LogLow);
        Array.Fill(_below, TemperatureSolver.LogHigh);
        Array.Fill(_logTemperatures, double.NaN);
        var pending = Enumerable.Range(0, _expected.Length).ToList();
        double width = FirstWidth;
        double reach = FirstReach;
        for (int round = 0; pending.Count > 0; round++)
        {
            var left = new List<int>();
            foreach (var (centre, members) in Centres(pending, width))
            {
                left.AddRange(Expand(centre, round == 0 ? first : Math.Exp(centre), members, round < FirstHalving ? reach : double.NaN));
            }

            pending = left;
            width /= 2;
            reach *= 2;
        }

        return slopes;
    }

    /// <summary>Centres, ascending, such that the root of each resample is expected within half a width of its centre.</summary>
    private IEnumerable<(double Centre, List<int> Members)> Centres(List<int> pending, double width)
    {
        pending.Sort((a, b) => _expected[a].CompareTo(_expected[b]) is not 0 and var order ? order : a.CompareTo(b));
        for (int first = 0; first < pending.Count;)
        {
            double from = _expected[pending[first]];
            int end = first + 1;
            while (end < pending.Count && _expected[pending[end]] - from <= width)
            {
                end++;
            }

            yield return ((from + _expected[pending[end - 1]]) / 2, pending[first..end]);
            first = end;
        }
    }

    /// <summary>Solves resamples from the series at one β, <paramref name="u"/> = ln β.</summary>
    /// <param name="u">ln β.</param>
    /// <param name="beta">β.</param>
    /// <param name="members">The resamples.</param>
    /// <param name="reach">How far to look where the series tells no root; NaN: halfway through the bracket in any case.</param>
    /// <returns>Those not solved.</returns>
    private IEnumerable<int> Expand(double u, double beta, List<int> members, double reach)
    {
        if (_derivatives.KeptBeta != beta)
        {
            _derivatives.ByFold(beta);
        }

        var series = _units.Sums(_derivatives.KeptRows);
        var blocks = members.GroupBy(resample => resample / ResampleCounts.Lanes).OrderBy(block => block.Key).ToArray();
        bool Blocks(int first, int end)
        {
            using var sums = new SeriesSums(_units.Count);
            foreach (var block in blocks[first..end])
            {
                _cancel.ThrowIfCancellationRequested();
                sums.Draw(series, _seed, block.Key);
                foreach (int resample in block)
                {
                    Step(resample, sums.Of(resample % ResampleCounts.Lanes), u, beta, reach);
                }
            }

            return true;
        }

        // A run of blocks keeps its working memory.
        RowRuns.Compute(blocks.Length, Math.Min(blocks.Length, _threads), _threads, Blocks, _cancel);
        return members.Where(resample => !double.IsNaN(_expected[resample]));
    }

    /// <summary>Solves a resample, or says where to expand next.</summary>
    private void Step(int resample, in NllMoments at, double u, double beta, double reach)
    {
        bool rising = at.Slope >= 0;
        if (at.Slope == 0 && at.Curvature == 0)
        {
            // Scores of all rows drawn are constant, and no temperature is better than another.
            Finish(resample, double.NaN);
            return;
        }

        if (rising ? u <= TemperatureSolver.LogLow : u >= TemperatureSolver.LogHigh)
        {
            Finish(resample, rising ? double.PositiveInfinity : double.NegativeInfinity);
            return;
        }

        double above = _above[resample] = rising ? _above[resample] : Math.Max(_above[resample], u);
        double below = _below[resample] = rising ? Math.Min(_below[resample], u) : _below[resample];
        double next = u + (rising ? -reach : reach);
        if (at.TryRoot(beta, out double root, out _, out double error))
        {
            // From u on: the root then lies on the side that the slope says, or on u itself, in spite of rounding.
            double found = u + Math.Log(1 + ((root - beta) / beta));
            bool isInside = found >= above && found <= below;
            if (isInside && error < Tolerance * root)
            {
                Finish(resample, -found);
                return;
            }

            next = isInside ? found : next;
        }

        if (below - above < Tolerance)
        {
            // An end of the range stands for all that lies beyond it.
            Finish(resample, above == TemperatureSolver.LogLow ? double.PositiveInfinity
                : below == TemperatureSolver.LogHigh ? double.NegativeInfinity
                : -(above + below) / 2);
            return;
        }

        _expected[resample] = double.IsNaN(reach) ? (above + below) / 2
            : next > above && next < below ? next
            : rising && above == TemperatureSolver.LogLow ? above
            : !rising && below == TemperatureSolver.LogHigh ? below
            : (above + below) / 2;
    }

    private void Finish(int resample, double logTemperature)
    {
        _logTemperatures[resample] = logTemperature;
        _expected[resample] = double.NaN;
    }
}
