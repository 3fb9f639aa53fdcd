using System.Runtime.CompilerServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Binless;

/// <summary>
/// Redraws rows with replacement and their outcomes, and fits the isotonic curve. Many rows are first put in groups of
/// neighbouring confidences; the hits and misses of a group are then independent Poisson numbers, which is drawing with
/// replacement but for a total that varies by √N.
/// </summary>
internal sealed class CorpResampling
{
    /// <summary>Most rows that are drawn one by one.</summary>
    public const int MostRows = 1 << 16;
    private const int GroupCount = 1 << 15;
    private readonly int _rowCount;
    private readonly double[] _confidence;

    /// <summary>Probability of a hit: the mean over the group.</summary>
    private readonly double[] _probability;

    /// <summary>The group of each row; empty when groups are drawn.</summary>
    private readonly int[] _groupOf;
    private readonly PoissonLaw[] _hitLaws;
    private readonly PoissonLaw[] _missLaws;
    private readonly int[] _counts;
    private readonly int[] _hits;

    /// <param name="order">Predictions, at least one.</param>
    /// <param name="isotonic">Probabilities of being correct, or null for the confidences themselves.</param>
    public CorpResampling(ConfidenceOrder order, IsotonicRegression? isotonic)
    {
        _rowCount = order.RowCount;
        bool byRow = _rowCount <= MostRows;
        int fewest = byRow ? 1 : _rowCount / GroupCount;
        _groupOf = new int[byRow ? _rowCount : 0];
        var sizes = new List<int>();
        var means = new List<double>();
        var probabilities = new List<double>();
        for (int start = 0, end; start < _rowCount; start = end)
        {
            (double confidence, double probability) = (0, 0);
            end = start;
            while (end < _rowCount && end - start < fewest)
            {
                int next = order.EndOfTies(end);
                confidence += (next - end) * order.Confidence[end];
                probability += (next - end) * (isotonic?.ValueAt(order.Confidence[end]) ?? order.Confidence[end]);
                end = next;
            }

            if (byRow)
            {
                _groupOf.AsSpan(start, end - start).Fill(sizes.Count);
            }

            sizes.Add(end - start);
            means.Add(confidence / (end - start));
            probabilities.Add(Math.Min(probability / (end - start), 1));
        }

        _confidence = [.. means];
        _probability = [.. probabilities];

        _counts = new int[sizes.Count];
        _hits = new int[sizes.Count];
        _hitLaws = new PoissonLaw[byRow ? 0 : sizes.Count];
        _missLaws = new PoissonLaw[byRow ? 0 : sizes.Count];
        for (int g = 0; g < _hitLaws.Length; g++)
        {
            _hitLaws[g] = new(sizes[g] * _probability[g]);
            _missLaws[g] = new(sizes[g] * (1 - _probability[g]));
        }
    }

    /// <summary>The blocks of the last draw, whose places are groups.</summary>
    public ViolatorPool Pool { get; } = new();

    /// <summary>Confidence of a group.</summary>
    public double Confidence(int group) => _confidence[group];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Draw(SeededRandom random)
    {
        if (_hitLaws.Length == 0)
        {
            DrawRows(random);
        }
        else
        {
            for (int g = 0; g < _hitLaws.Length; g++)
            {
                _hits[g] = _hitLaws[g].Draw(random);
                _counts[g] = _hits[g] + _missLaws[g].Draw(random);
            }
        }

        Pool.Clear();
        for (int g = 0; g < _counts.Length; g++)
        {
            if (_counts[g] > 0)
            {
                Pool.Add(g, g, _counts[g], _hits[g]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DrawRows(SeededRandom random)
    {
        Array.Clear(_counts);
        Array.Clear(_hits);
        for (int i = 0; i < _rowCount; i++)
        {
            int group = _groupOf[(int)(random.NextDouble() * _rowCount)];
            _counts[group]++;
            _hits[group] += random.NextDouble() < _probability[group] ? 1 : 0;
        }
    }
}
