using System.Runtime.InteropServices;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Binless;

/// <summary>Distinct confidences, ascending, with their rows and correct rows.</summary>
internal sealed class ConfidenceBlocks
{
    public List<double> Confidence { get; } = [];

    public List<int> Counts { get; } = [];

    public List<int> Hits { get; } = [];

    public int RowCount { get; private set; }

    /// <summary>All rows, or a random sample when there are more than <paramref name="most"/>; which ones does not depend on the order of tied rows.</summary>
    public static ConfidenceBlocks Sample(ConfidenceOrder order, int most, SeededRandom random)
    {
        var sampler = new Sampler(order.RowCount, most, random);
        var sample = new ConfidenceBlocks();
        for (int start = 0, end; start < order.RowCount; start = end)
        {
            int hits = TieBlock.Hits(order, start, out end);
            sample.Add(order.Confidence[start], hits, end - start - hits, ref sampler);
        }

        return sample;
    }

    /// <summary>These rows, or a random sample of them.</summary>
    public ConfidenceBlocks Sample(int most, SeededRandom random)
    {
        var sampler = new Sampler(RowCount, most, random);
        var sample = new ConfidenceBlocks();
        for (int i = 0; i < Confidence.Count; i++)
        {
            sample.Add(Confidence[i], Hits[i], Counts[i] - Hits[i], ref sampler);
        }

        return sample;
    }

    public BetaKernel ToKernel() =>
        new(CollectionsMarshal.AsSpan(Confidence), CollectionsMarshal.AsSpan(Counts), CollectionsMarshal.AsSpan(Hits));

    private void Add(double confidence, int hits, int misses, ref Sampler sampler)
    {
        int keptHits = sampler.Keep(hits);
        int kept = keptHits + sampler.Keep(misses);
        if (kept > 0)
        {
            Confidence.Add(confidence);
            Counts.Add(kept);
            Hits.Add(keptHits);
            RowCount += kept;
        }
    }

    /// <summary>Takes rows one by one with the chance that makes every sample of the wanted size equally likely.</summary>
    private struct Sampler(int rowCount, int most, SeededRandom random)
    {
        private int _left = rowCount;
        private int _wanted = Math.Min(rowCount, most);

        /// <summary>How many of the next <paramref name="count"/> rows are taken.</summary>
        public int Keep(int count)
        {
            if (_wanted == _left)
            {
                _left -= count;
                _wanted -= count;
                return count;
            }

            int kept = 0;
            for (int i = 0; i < count; i++, _left--)
            {
                if (random.NextDouble() * _left < _wanted)
                {
                    kept++;
                    _wanted--;
                }
            }

            return kept;
        }
    }
}
