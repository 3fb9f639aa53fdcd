using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>A calibrated model that was written.</summary>
/// <param name="Path">The file, as the user typed it.</param>
/// <param name="Scores">How its calibrated scores are read: the output itself (of a ZipMap its input), and what it holds.</param>
/// <param name="DataFiles">Weights files beside it that were copied there; none where it uses those of the source.</param>
/// <param name="OtherOutputs">Its other outputs, such as labels: they come from the scores before calibration.</param>
/// <param name="Type">Element type of the score tensor.</param>
/// <param name="ComputedIn">Element type that the calibrator computes in.</param>
public sealed record WrittenModel(
    string Path, ScoreTensor Scores, IReadOnlyList<string> DataFiles, IReadOnlyList<string> OtherOutputs, TensorType Type, TensorType ComputedIn);
