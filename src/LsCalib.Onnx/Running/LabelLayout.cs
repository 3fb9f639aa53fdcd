using LsCalib.Core.Scores;

namespace LsCalib.Onnx.Running;

/// <summary>Where the labels of the rows are, and which positions of an output they stand for.</summary>
/// <param name="Axis">The class axis of outputs of more than two axes.</param>
/// <param name="Ignored">A label whose rows are left out, or null.</param>
public sealed record LabelLayout(ClassAxis Axis = ClassAxis.Second, int? Ignored = null)
{
    /// <summary>Dimensions of the labels of a sample; none where it has one label.</summary>
    public IReadOnlyList<long> Positions { get; init; } = [];

    /// <summary>Labels of all positions of all samples, in order; empty where each sample's one label is read with it.</summary>
    public ReadOnlyMemory<int> Labels { get; init; }

    /// <summary>Labels of a sample.</summary>
    public int PositionCount => (int)Positions.Aggregate(1L, (product, length) => product * length);
}
