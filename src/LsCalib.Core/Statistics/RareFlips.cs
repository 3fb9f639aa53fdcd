using LsCalib.Core.Numerics;

namespace LsCalib.Core.Statistics;

/// <summary>
/// Draws the summed weights of right rows by the rows that turn out otherwise than they most likely would. Rows are put
/// together whose chances of that are within a factor of two, and whole stretches of them are skipped at once.
/// </summary>
internal sealed class RareFlips
{
    private readonly double _likeliest;
    private readonly List<Rows> _levels = [];

    /// <param name="rows">Variance (not used), confidence and weight of each row.</param>
    public RareFlips(ReadOnlySpan<(double Variance, double Confidence, double Weight)> rows)
    {
        var byLevel = new SortedDictionary<int, Rows>();
        foreach (var (_, confidence, weight) in rows)
        {
            bool isLikely = confidence >= 0.5;
            _likeliest += isLikely ? weight : 0;
            double chance = isLikely ? 1 - confidence : confidence;
            if (chance > 0 && weight > 0)
            {
                int level = Math.ILogB(chance);
                if (!byLevel.TryGetValue(level, out var own))
                {
                    own = new(Math.ScaleB(1, level + 1), []);
                    byLevel.Add(level, own);
                }

                own.Flips.Add((chance, isLikely ? -weight : weight));
            }
        }

        _levels.AddRange(byLevel.Values);
    }

    /// <summary>A draw of the sum.</summary>
    public double Draw(SeededRandom random)
    {
        double sum = _likeliest;
        foreach (var (ceiling, flips) in _levels)
        {
            // Candidates come with the chance that no row of the level exceeds, and are taken with what is left of theirs.
            double perStep = ceiling < 1 ? 1 / Math.Log(1 - ceiling) : 0;
            double place = Skip(random, perStep);
            while (place < flips.Count)
            {
                var (chance, change) = flips[(int)place];
                sum += random.NextDouble() * ceiling < chance ? change : 0;
                place += 1 + Skip(random, perStep);
            }
        }

        return sum;
    }

    /// <summary>Rows before the next candidate (geometric, by inversion).</summary>
    private static double Skip(SeededRandom random, double perStep) => Math.Floor(Math.Log(1 - random.NextDouble()) * perStep);

    private sealed record Rows(double Ceiling, List<(double Chance, double Change)> Flips);
}
