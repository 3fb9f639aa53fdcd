namespace LsCalib.Core.Calibrators;

/// <summary>
/// One end of a likelihood-profile interval in u = ln β: where the signed root √(2 r (L − L*)) reaches the normal quantile.
/// That root is nearly straight in u, so that Newton steps go far; a bracket keeps them safe.
/// </summary>
internal sealed class ProfileEnd
{
    /// <summary>A step so short leaves an error of the order of its square.</summary>
    private const double LastStep = 1e-6;

    /// <summary>Longest step in ln β.</summary>
    private const double LongestStep = 2;
    private const int MostSteps = 100;

    private readonly int _side;
    private readonly double _quantile;
    private readonly double _least;
    private readonly double _ratio;
    private readonly double _bound;

    // The end lies between: the first is within the interval, the second beyond it, NaN as long as none is known.
    private double _inside;
    private double _outside = double.NaN;
    private int _steps;

    /// <param name="side">1 for the end of large β, −1 for that of small.</param>
    /// <param name="optimum">ln β of least NLL.</param>
    /// <param name="deviation">Standard error of ln β, for the first guess.</param>
    /// <param name="quantile">Normal quantile of the interval's half width.</param>
    /// <param name="least">L*.</param>
    /// <param name="ratio">r.</param>
    public ProfileEnd(int side, double optimum, double deviation, double quantile, double least, double ratio)
    {
        _side = side;
        _quantile = quantile;
        _least = least;
        _ratio = ratio;
        _inside = optimum;
        _bound = side > 0 ? TemperatureSolver.LogHigh : TemperatureSolver.LogLow;
        LogBeta = Nearer(optimum + (side * Math.Min(quantile * deviation, LongestStep)), _bound);
    }

    /// <summary>Where NLL is wanted next, or where the end is: ±∞ where it lies beyond the temperatures that are searched.</summary>
    public double LogBeta { get; private set; }

    /// <summary>Whether the end is known.</summary>
    public bool IsFound { get; private set; }

    /// <summary>Moves on, given L and ∂L/∂β at <see cref="LogBeta"/>.</summary>
    public void Step(double nll, double slope)
    {
        double u = LogBeta;
        double root = Math.Sqrt(Math.Max(2 * _ratio * (nll - _least), 0));
        bool isInside = root < _quantile;
        if (isInside && u == _bound)
        {
            Finish(_side * double.PositiveInfinity);
            return;
        }

        (_inside, _outside) = isInside ? (u, _outside) : (_inside, u);
        double rise = _side * _ratio * slope * Math.Exp(u) / root;
        double step = rise > 0 ? (_quantile - root) / rise : isInside ? LongestStep : double.NaN;
        double next = Nearer(u + (_side * Math.Clamp(step, -LongestStep, LongestStep)), _bound);
        bool isBetween = (next - _inside) * _side > 0 && !((next - _outside) * _side >= 0);

        // The end itself can be hit; then neither side of the bracket moves any more.
        if (Math.Abs(step) <= LastStep || Math.Abs(_outside - _inside) <= 1e-12 || ++_steps == MostSteps)
        {
            Finish(isBetween ? next : u);
            return;
        }

        LogBeta = isBetween ? next : (_inside + (double.IsNaN(_outside) ? _bound : _outside)) / 2;
    }

    private double Nearer(double u, double bound) => _side > 0 ? Math.Min(u, bound) : Math.Max(u, bound);

    private void Finish(double logBeta)
    {
        LogBeta = logBeta;
        IsFound = true;
    }
}
