namespace LsCalib.Core.Scores;

/// <summary>
/// What each row's logits are multiplied by before the softmax: one inverse temperature for all rows, or one for each
/// group of rows (the folds of a cross-fitted temperature).
/// </summary>
public sealed class RowScaling
{
    private readonly double[] _factors;
    private readonly byte[]? _groups;

    private RowScaling(double[] factors, byte[]? groups)
    {
        _factors = factors;
        _groups = groups;
    }

    /// <summary>Logits as they are.</summary>
    public static RowScaling None { get; } = new([1.0], null);

    /// <summary>The same temperature T for every row: logits / T.</summary>
    /// <param name="temperature">T, positive and finite.</param>
    public static RowScaling ByTemperature(double temperature) => new([Inverse(temperature)], null);

    /// <summary>The temperature of its group for each row.</summary>
    /// <param name="temperatures">T by group.</param>
    /// <param name="groups">Group of each row [N].</param>
    public static RowScaling ByGroup(ReadOnlySpan<double> temperatures, byte[] groups)
    {
        var factors = new double[temperatures.Length];
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = Inverse(temperatures[i]);
        }

        return new RowScaling(factors, groups);
    }

    /// <summary>The scaling of some rows, in the order given.</summary>
    internal RowScaling Take(int[] rows) => _groups is null ? this : new(_factors, Array.ConvertAll(rows, row => _groups[row]));

    /// <summary>1/T of a row.</summary>
    internal double Factor(int row) => _groups is null ? _factors[0] : _factors[_groups[row]];

    private static double Inverse(double temperature)
    {
        if (!(temperature > 0) || double.IsInfinity(temperature))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "A temperature is positive and finite.");
        }

        return 1 / temperature;
    }
}
