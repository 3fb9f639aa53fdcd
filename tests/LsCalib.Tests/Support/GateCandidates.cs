using LsCalib.Core.Gates;
using LsCalib.Core.Resampling;
using LsCalib.Core.Scores;
using LsCalib.Core.Slices;
using LsCalib.Core.Statistics;

namespace LsCalib.Tests.Support;

/// <summary>Candidates of a gate made of seeded logits.</summary>
internal static class GateCandidates
{
    public const int Classes = 4;

    /// <summary>A calibrated model of four classes and its labels.</summary>
    public static (float[] Logits, int[] Labels) Calibrated(int rows, long seed = 5) => Samples.Calibrated(rows, Classes, 1, 2, seed);

    /// <summary>What a gate sees of logits.</summary>
    public static GateCandidate Of(float[] logits, int[] labels, SliceColumn[]? slices = null, RowGroups? groups = null)
    {
        var scores = Samples.Logits(logits, Classes);
        return new(scores, StatisticsPass.Run(scores, labels, RowScaling.None, 15), RowScaling.None)
        {
            Slices = slices ?? [],
            Groups = groups,
            ClassNames = ["ape", "bee", "cat", "dog"],
        };
    }

    /// <summary>The same rows with all logits multiplied.</summary>
    public static float[] Sharpened(float[] logits, float by) => Array.ConvertAll(logits, z => z * by);

    /// <summary>Row i gets the scores of row i + 1: a model as sure as before of rows it knows nothing of.</summary>
    public static float[] Turned(float[] logits) => [.. logits[Classes..], .. logits[..Classes]];
}
