namespace LsCalib.Core.Recalibration.Linear;

/// <summary>
/// Chooses a penalty by cross-validated NLL: for ODIR a path of λ from strong to weak in powers of ten, each fit starting
/// where the last one ended, until NLL has twice not fallen or is far off; for ridge the same from ODIR's λ on, weaker or else
/// stronger; then, for the better of the two, μ up or down in the same way. λ spans weights whose effect on a logit is held to between 0.003 and 3, at the typical deviation of the
/// features; μ starts where biases are held to about 1.
/// </summary>
internal sealed class PenaltySearch
{
    // Of the last step but one: what is left after the last is far less.
    private const double Tolerance = 1e-5;

    // A penalty is left for another one for this much NLL.
    private const double LeastGain = 1e-5;

    // A path has left its valley where NLL is so much above its least.
    private const double FarAbove = 1.02;
    private const int MostSteps = 40;
    private const int StrongestPower = 5;
    private const int WeakestPower = -1;
    private const int MostBiasPowers = 4;

    private readonly MatrixRows _rows;
    private readonly MatrixKernel _kernel;
    private readonly double _slope;
    private readonly int _threads;
    private readonly CancellationToken _cancel;
    private readonly int _foldCount;
    private readonly double[] _probabilities;

    /// <param name="rows">The rows, by fold.</param>
    /// <param name="foldCount">Number of folds.</param>
    /// <param name="slope">1/T.</param>
    /// <param name="kernel">The inner loops.</param>
    /// <param name="threads">Threads to use; results do not depend on it.</param>
    /// <param name="cancel">Stops between passes.</param>
    public PenaltySearch(MatrixRows rows, int foldCount, double slope, MatrixKernel kernel, int threads, CancellationToken cancel)
    {
        (_rows, _kernel, _slope, _threads, _cancel) = (rows, kernel, slope, threads, cancel);
        _foldCount = foldCount;
        _probabilities = MatrixObjective.Probabilities(rows);
    }

    /// <summary>Penalties tried so far.</summary>
    public int Tried { get; private set; }

    /// <summary>The penalty of least held-out NLL, the first of those as good.</summary>
    public Candidate Choose()
    {
        int mu = Power(_rows.ClassCount / (2.0 * _rows.Labels.Length));
        double variances = _rows.MeanVariance / (2.0 * _rows.Labels.Length);
        int strongest = Power(_rows.ClassCount * (_rows.ClassCount - 1.0) * variances) + StrongestPower;
        var start = MatrixObjective.Start(_rows, _slope);
        var odir = Fit(new(PenaltyTerms.Odir, Ten(strongest), Ten(mu)), [.. Enumerable.Repeat(start, _foldCount)]);
        odir = Walk(odir, StrongestPower - WeakestPower, step => new(PenaltyTerms.Odir, Ten(strongest - step), Ten(mu)));
        int ofOdir = Power(odir.Penalty.Lambda);

        // Ridge holds the diagonal too, so that its valley lies no higher as a rule.
        var first = Fit(new(PenaltyTerms.Ridge, Ten(ofOdir), Ten(mu)), odir.Points);
        var ridge = Walk(first, ofOdir - strongest + StrongestPower - WeakestPower, step => first.Penalty with { Lambda = Ten(ofOdir - step) });
        ridge = ridge != first ? ridge : Walk(first, strongest - ofOdir, step => first.Penalty with { Lambda = Ten(ofOdir + step) });
        var best = ridge.Nll < odir.Nll ? ridge : odir;
        var up = Walk(best, MostBiasPowers, step => best.Penalty with { Mu = Ten(mu + step) });
        return up != best ? up : Walk(best, MostBiasPowers, step => best.Penalty with { Mu = Ten(mu - step) });
    }

    /// <summary>The best of some penalties and the one before them, each tried until NLL has twice not fallen.</summary>
    private Candidate Walk(Candidate best, int steps, Func<int, LinearPenalty> penalty)
    {
        var last = best;
        int misses = 0;
        for (int step = 1; step <= steps && misses < 2 && last.Nll < FarAbove * best.Nll; step++)
        {
            last = Fit(penalty(step), last.Points);
            bool gains = last.Nll < best.Nll - LeastGain;
            misses = gains ? 0 : misses + 1;
            best = gains ? last : best;
        }

        return best;
    }

    private Candidate Fit(LinearPenalty penalty, double[][] from)
    {
        Tried++;
        double nll = 0;
        var points = new double[_foldCount][];
        for (int fold = 0; fold < points.Length; fold++)
        {
            var blocks = _rows.Blocks(fold, inside: false);
            var terms = new PenaltyTerms(penalty, _rows.Deviations, _slope, blocks.Sum(block => block.Count));
            using var objective = new MatrixObjective(_rows, blocks, terms, _probabilities, _kernel, _threads, _cancel);
            points[fold] = [.. from[fold]];
            NewtonSolver.Minimise(objective, points[fold], Tolerance, MostSteps, _cancel);
            nll += MatrixObjective.Nll(_rows, _rows.Blocks(fold, inside: true), _kernel, points[fold], _threads, _cancel);
        }

        return new(penalty, nll / _rows.Labels.Length, points);
    }

    private static int Power(double value) => (int)Math.Round(Math.Log10(value));

    // Parsed, so that 1e-3 is the number that is written so.
    private static double Ten(int power) => double.Parse($"1e{power}", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A penalty with its held-out NLL.</summary>
    /// <param name="Penalty">The penalty.</param>
    /// <param name="Nll">Mean NLL of every row under the fit without its fold.</param>
    /// <param name="Points">The fit without each fold.</param>
    public sealed record Candidate(LinearPenalty Penalty, double Nll, double[][] Points);
}
