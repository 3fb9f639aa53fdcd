namespace LsCalib.Core.Calibrators;

/// <summary>The temperatures of a profile, and the rows that it is computed on.</summary>
internal static class TemperatureGrid
{
    /// <summary>Temperatures where rows and classes are few.</summary>
    public const int MostPoints = 61;

    /// <summary>Temperatures where they are many, before rows are left out.</summary>
    public const int FewestPoints = 21;

    /// <summary>Exponentials of a profile at most: about as many as a core computes in two seconds.</summary>
    private const long Budget = 1_200_000_000;

    /// <summary>What bins and noise floor of a row cost at one temperature, in exponentials.</summary>
    private const int RowCost = 100;

    /// <summary>How far around T* the profile always reaches, and how far it follows an interval.</summary>
    private const double Reach = 2;
    private const double FarthestReach = 20;

    /// <summary>How many temperatures and how many rows can be had.</summary>
    public static (int Points, int Rows) Sizes(int rowCount, int classCount)
    {
        long cost = classCount + RowCost;
        long points = Math.Clamp(Budget / (cost * rowCount), FewestPoints, MostPoints);
        return ((int)points, points > FewestPoints ? rowCount : (int)Math.Min(rowCount, Budget / (cost * FewestPoints)));
    }

    /// <summary>
    /// Temperatures at equal steps of ln T from min(0.5, T*/2) to max(2, 2 T*), farther where the interval is wider; the
    /// nearest of them are moved to T* and to 1.
    /// </summary>
    /// <param name="optimum">T*; NaN: there is none.</param>
    /// <param name="lower">Lower end of its interval, or NaN.</param>
    /// <param name="upper">Upper end, or NaN.</param>
    /// <param name="points">How many, at least 5.</param>
    /// <returns>Ascending, all different.</returns>
    public static double[] Make(double optimum, double lower, double upper, int points)
    {
        double centre = double.IsNaN(optimum) ? 1 : optimum;
        double low = Math.Min(0.5, centre / Reach);
        double high = Math.Max(2, centre * Reach);
        low = lower > 0 ? Math.Min(low, Math.Max(lower / 1.1, centre / FarthestReach)) : low;
        high = double.IsFinite(upper) ? Math.Max(high, Math.Min(upper * 1.1, centre * FarthestReach)) : high;
        var grid = new double[points];
        for (int i = 0; i < points; i++)
        {
            grid[i] = low * Math.Exp(Math.Log(high / low) * i / (points - 1));
        }

        // Not short of it by rounding.
        grid[^1] = high;
        int Nearest(double temperature) => (int)Math.Round(Math.Log(temperature / low) / Math.Log(high / low) * (points - 1));
        int place = Nearest(centre);
        grid[place] = centre;
        if (centre != 1)
        {
            int unscaled = Nearest(1);
            grid[unscaled != place ? unscaled : centre < 1 ? place + 1 : place - 1] = 1;
        }

        return grid;
    }
}
