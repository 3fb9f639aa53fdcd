namespace LsCalib.Core.Scores;

/// <summary>Which axis of an array of scores counts the classes, where it has more than two.</summary>
public enum ClassAxis
{
    /// <summary>Axis 1: [N,C,d1..dn], as in segmentation.</summary>
    Second,

    /// <summary>The last axis: [N,L,V], as in sequences.</summary>
    Last,
}
