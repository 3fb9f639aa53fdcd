using LsCalib.Core.Scores;

namespace LsCalib.Onnx.Calibrating;

/// <summary>How a calibrated model is written, and what it says of itself.</summary>
public sealed record CalibratedModelOptions
{
    /// <summary>Version of the program, for the record in the model.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>Columns of the score tensor: K, or 1 for a binary model that gives class 1 only; null: 1 where the tensor is the input of a Sigmoid, else K.</summary>
    public int? ColumnCount { get; init; }

    /// <summary>The score tensor as ONNX Runtime sees it (<see cref="Running.OnnxClassifier.ScoreDeclaration"/>); null: as far as the graph tells.</summary>
    public TensorDeclaration? Declaration { get; init; }

    /// <summary>The class axis of scores of more than two axes.</summary>
    public ClassAxis ClassAxis { get; init; }

    /// <summary>What the output is to hold; null: what it held.</summary>
    public ScoreKind? OutputKind { get; init; }

    /// <summary>Element type that the calibrator computes in, float32 or float64; null: float32 where that is exact enough for usual logits.</summary>
    public TensorType? ComputeIn { get; init; }

    /// <summary>SHA-256 of the source model, hexadecimal; null: computed from the file.</summary>
    public string? SourceSha256 { get; init; }

    /// <summary>SHA-256 of the data that the calibrator was fitted on, or null.</summary>
    public string? FitDataSha256 { get; init; }

    /// <summary>Calibrate a calibrated model once more; the earlier record is kept under ls_calib.previous.</summary>
    public bool Force { get; init; }
}
