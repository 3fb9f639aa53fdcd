using System.Security.Cryptography;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>Writes a model with a calibrator inside. README.md in this folder says where the calibrator goes, and why.</summary>
public static class CalibratedModel
{
    /// <summary>Whether a model carries a calibrator of this program; <see cref="CalibrationRecord.Of"/> describes it.</summary>
    public static bool IsCalibrated(ModelGraph graph) => CalibrationRecord.Of(graph) is not null;

    /// <summary>Refuses a model that carries a calibrator of this program.</summary>
    /// <exception cref="ModelException">It does.</exception>
    public static void RefuseCalibrated(ModelGraph source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (CalibrationRecord.Of(source) is { } earlier)
        {
            throw new ModelException($"{source.Path}: carries a calibrator already (method {earlier.Method}, {earlier.Parameters}). Calibrate the model it was made of, or put another on top with --force.");
        }
    }

    /// <summary>Writes the calibrated model: the file appears whole or not at all.</summary>
    /// <param name="source">The model. It is edited in place while it is written, and is as before afterwards: do not use it from another thread meanwhile.</param>
    /// <param name="scores">The tensor that the calibrator was fitted on, with its <see cref="ScoreTensor.Kind"/> as it was found out.</param>
    /// <param name="calibrator">The calibrator.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="outputPath">The file to write; an existing file is replaced.</param>
    /// <param name="cancel">Stops the work; nothing is left behind.</param>
    /// <exception cref="ArgumentException">The scores' kind is not said, or the calibrator is of another number of classes.</exception>
    /// <exception cref="ModelException">The model is calibrated already, its operator set is too old, or the file cannot be written.</exception>
    public static WrittenModel Write(
        ModelGraph source, ScoreTensor scores, Calibrator calibrator, CalibratedModelOptions options, string outputPath, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(calibrator);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(outputPath);
        if (options.ComputeIn is not (null or TensorType.Float32 or TensorType.Float64))
        {
            throw new ArgumentException($"A calibrator computes in float32 or float64, not {options.ComputeIn}.", nameof(options));
        }

        var kind = scores.Kind ?? throw new ArgumentException("Say what the scores are: logits or probabilities.", nameof(scores));
        int columnCount = options.ColumnCount ?? (scores.IsBinaryLogit ? 1 : calibrator.ClassCount);
        if (Math.Max(2, columnCount) != calibrator.ClassCount)
        {
            throw new ArgumentException($"A calibrator of {calibrator.ClassCount} classes, for a model of {columnCount} columns.", nameof(calibrator));
        }

        if (!options.Force)
        {
            RefuseCalibrated(source);
        }

        var files = new ModelFiles(source, outputPath);
        files.Check();
        var chain = ScoreChain.Find(source, scores);
        if (chain.Activation is { OpType: "Sigmoid" } && columnCount > 1)
        {
            throw ScoreTensorFinder.MultiLabel(source.Path, columnCount);
        }

        var type = TypeOf(source, scores.Name, options.Declaration);
        var computed = options.ComputeIn ?? CalibratorPrecision.Of(calibrator, type);
        var target = options.OutputKind ?? chain.OutputKind(kind);
        var place = new ScorePlace(
            type, (options.Declaration ?? source.Declared(scores.Name)).Shape, kind, columnCount, options.ClassAxis, chain.Activation, target);

        var names = new FreshNames(source.Model.Graph);
        var opsets = OperatorSets(source);
        var writer = new NodeWriter(source.Path, calibrator.Method, opsets.First(set => set.Domain is "" or "ai.onnx").Version, computed, names);
        var surgery = new GraphSurgery(source.Model.Graph, chain, names);
        new ScoreStage(writer, source.Path, place).Add(calibrator, surgery.Scores);
        var nodes = surgery.Nodes(writer.Nodes);

        string hash = options.SourceSha256 ?? Sha256(source.Path);
        cancel.ThrowIfCancellationRequested();
        using var edit = new ModelEdit();
        edit.Replace(source.Model.Graph.ValueInfo, surgery.Declared(nodes));
        edit.Replace(source.Model.Graph.Node, nodes);
        edit.Replace(source.Model.OpsetImport, opsets);
        edit.Replace(source.Model.MetadataProps, CalibrationRecord.Metadata(source.Model.MetadataProps, calibrator, options, hash));
        var copies = files.Write(edit, cancel);
        var last = nodes.First(node => node.Output.Contains(scores.Output));
        var others = source.Outputs.Select(output => output.Name).Where(name => name != scores.Output);
        return new(outputPath, Reading(scores, last, target, columnCount), copies, [.. others], type, computed);
    }

    /// <summary>The calibrated scores where the user of the model sees them; of a ZipMap, which gives maps, what goes into it.</summary>
    private static ScoreTensor Reading(ScoreTensor scores, NodeProto last, ScoreKind target, int columnCount) => scores with
    {
        Name = last.OpType == "ZipMap" ? last.Input[0] : scores.Output,
        Kind = target,
        IsBinaryLogit = columnCount == 1 && target == ScoreKind.Logits,
        Reason = "the calibrated output",
    };

    private static TensorType TypeOf(ModelGraph source, string tensor, TensorDeclaration? declaration)
    {
        var type = declaration is { Type: not TensorType.Undefined } ? declaration.Type : ElementTypes.Of(source, tensor);
        return type is TensorType.Float32 or TensorType.Float64 or TensorType.Float16
            ? type
            : throw new ModelException($"{source.Path}: tensor \"{tensor}\" holds {type.ToString().ToLowerInvariant()}; scores are float, double or float16.");
    }

    /// <summary>The model's operator sets; one of ai.onnx.ml alone gets the default one that its IR version allows.</summary>
    private static OperatorSetIdProto[] OperatorSets(ModelGraph source) => source.Model.OpsetImport.Any(set => set.Domain is "" or "ai.onnx")
        ? [.. source.Model.OpsetImport]
        :
        [
            .. source.Model.OpsetImport,
            new OperatorSetIdProto { Version = source.Model.IrVersion switch { <= 3 => 8, 4 => 9, 5 => 10, 6 => 11, 7 => 13, _ => 17 } },
        ];

    private static string Sha256(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
