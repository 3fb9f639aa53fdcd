namespace LsCalib.Core.Recalibration.OneVsRest;

/// <summary>A non-decreasing, piecewise linear function of one class's probability, constant beyond its knots.</summary>
/// <param name="Knots">Probabilities, strictly ascending, at least one.</param>
/// <param name="Values">Value at each knot, non-decreasing, in [0,1].</param>
public sealed record ClassCurve(double[] Knots, double[] Values)
{
    /// <summary>The value at p.</summary>
    internal double At(double p)
    {
        int place = Array.BinarySearch(Knots, p);
        if (place >= 0)
        {
            return Values[place];
        }

        int above = ~place;
        if (above == 0 || above == Knots.Length)
        {
            return Values[Math.Min(above, Knots.Length - 1)];
        }

        double share = (p - Knots[above - 1]) / (Knots[above] - Knots[above - 1]);
        return Values[above - 1] + (share * (Values[above] - Values[above - 1]));
    }
}
