using System.CommandLine;
using System.Runtime.InteropServices;
using LsCalib.Core.Scores;
using LsCalib.Onnx;
using LsCalib.Onnx.Graphs;
using LsCalib.Onnx.Running;
using LsCalib.Reports.Rendering;

namespace LsCalib.Cli.Commands;

/// <summary>doctor: what this installation can do, and how a model would be read.</summary>
internal static class DoctorCommand
{
    public static Command Create(CliContext app)
    {
        var model = PathArgument.Optional("model", "ONNX classifier to look at.");
        var outputName = new Option<string?>("--output-name") { Description = "Output that holds the scores [found].", HelpName = "NAME" };
        var command = new Command("doctor", "Check the runtime, its devices and, if one is named, a model.") { model, outputName };
        command.SetAction(parse =>
        {
            Runtime(app.Output);
            return parse.GetValue(model) is { } path ? Model(app.Output, path, parse.GetValue(outputName)) : ExitCode.Success;
        });
        return command;
    }

    private static void Runtime(TextWriter output)
    {
        Line(output, "ls-calib", Tool.Version);
        Line(output, ".NET", $"{Environment.Version} on {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} processors");
        Line(output, "ONNX Runtime", Devices.RuntimeVersion);
        Line(output, "native library", Devices.NativeLibraryPath ?? "found by the system's loader");
        Line(output, "device cpu", "works");
        Line(output, "device cuda", Devices.CudaProblem() is { } problem ? $"not available: {problem}" : "works");
        Line(output, "PNG figures", Png.Problem ?? "work (libvips)");
    }

    private static int Model(TextWriter output, string path, string? outputName)
    {
        var graph = ModelGraph.Read(path);
        var tensor = ScoreTensorFinder.Find(graph, outputName, null);
        output.Write('\n');
        Line(output, "model", path);
        Line(output, "producer", $"{graph.Model.ProducerName} {graph.Model.ProducerVersion}".Trim() is { Length: > 0 } producer ? producer : "not named");
        Line(output, "opset", string.Join(", ", graph.Model.OpsetImport.Select(set => $"{(set.Domain.Length == 0 ? "ai.onnx" : set.Domain)} {set.Version}")));
        foreach (var input in graph.Inputs)
        {
            Line(output, "input", Describe(input));
        }

        foreach (var declared in graph.Outputs)
        {
            Line(output, "output", Describe(declared));
        }

        Line(output, "scores", tensor.Kind switch
        {
            ScoreKind.Logits => $"logits, from {tensor.Reason} (tensor \"{tensor.Name}\")",
            ScoreKind.Probabilities => $"probabilities, tensor \"{tensor.Name}\"",
            _ => $"output \"{tensor.Name}\"; logits or probabilities is decided from its numbers",
        });
        Line(output, "classes", tensor.ClassNames is { } names ? string.Join(", ", names.Take(10)) + (names.Count > 10 ? ", …" : "") : "no names in the model");
        Line(output, "penultimate", PenultimateLayer.Find(graph, tensor) is { } layer
            ? FormattableString.Invariant($"tensor \"{layer.Tensor}\", {layer.Width} wide; last layer \"{layer.Weights}\"{(layer.Bias is null ? ", no bias" : $" with bias \"{layer.Bias}\"")}")
            : "not found: the scores do not come straight from a linear layer");
        using var classifier = new OnnxClassifier(graph, tensor, DeviceChoice.Auto, null);
        Line(output, "loads", $"yes, on {classifier.Device.Name}");
        return ExitCode.Success;
    }

    private static string Describe(TensorDeclaration tensor) => tensor.Type == TensorType.Undefined
        ? $"\"{tensor.Name}\", a sequence or map"
        : $"\"{tensor.Name}\" {tensor.Type.ToString().ToLowerInvariant()} {tensor.ShapeText}";

    private static void Line(TextWriter output, string what, string text) => output.Write($"  {what,-16}{text}\n");
}
