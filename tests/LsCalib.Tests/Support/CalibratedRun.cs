using Google.Protobuf;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Onnx.Calibrating;
using LsCalib.Onnx.Graphs;
using LsCalib.Onnx.Running;

namespace LsCalib.Tests.Support;

/// <summary>A model calibrated, loaded again and run on the rows that the source ran on.</summary>
/// <param name="Source">The source.</param>
/// <param name="Graph">The calibrated model.</param>
/// <param name="Written">What was written.</param>
/// <param name="Before">Scores of the source.</param>
/// <param name="After">Scores of the calibrated model's output.</param>
/// <param name="Agreement">How both agree.</param>
/// <param name="AsEvaluated">How they agree where the calibrated model is read as any other model is.</param>
internal sealed record CalibratedRun(
    ModelGraph Source, ModelGraph Graph, WrittenModel Written, ScoreMatrix Before, ScoreMatrix After, CalibratedModelAgreement Agreement, CalibratedModelAgreement AsEvaluated)
{
    public static CalibratedModelOptions Options { get; } = new() { ToolVersion = "1.2.3" };

    /// <param name="path">The source.</param>
    /// <param name="calibrator">The calibrator.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="features">Features [N,F].</param>
    /// <param name="featureCount">F.</param>
    /// <param name="kind">Kind of the scores, where the graph does not tell.</param>
    /// <param name="layout">Where scores have several positions; else null.</param>
    /// <param name="options">Options; the tensor's declaration and columns are added.</param>
    public static CalibratedRun Of(
        string path, Calibrator calibrator, string output, float[] features, int featureCount,
        ScoreKind kind = ScoreKind.Logits, LabelLayout? layout = null, CalibratedModelOptions? options = null)
    {
        var source = ModelGraph.Read(path);
        byte[] unchanged = source.Model.ToByteArray();
        var axis = layout?.Axis ?? ClassAxis.Second;
        var found = ScoreTensorFinder.Find(source, null, null, axis);
        var tensor = found with { Kind = found.Kind ?? kind };
        var (before, declaration, columns) = ModelRuns.Run(source, tensor, features, featureCount, layout);
        options = (options ?? Options) with { Declaration = declaration, ColumnCount = columns, ClassAxis = axis };
        var written = CalibratedModel.Write(source, tensor, calibrator, options, output);
        Assert.Equal(unchanged, source.Model.ToByteArray());

        var graph = ModelGraph.Read(output);
        var (after, _, _) = ModelRuns.Run(graph, written.Scores, features, featureCount, layout);
        var read = ScoreTensorFinder.Find(graph, null, null, axis);
        var evaluated = ModelRuns.Run(graph, read with { Kind = read.Kind ?? written.Scores.Kind }, features, featureCount, layout).Scores;
        return new(
            source, graph, written, before, after,
            CalibratedModelCheck.Compare(calibrator, before, after, written.Type), CalibratedModelCheck.Compare(calibrator, before, evaluated, written.Type));
    }

    /// <summary>The probabilities agree, and the model has the inputs and outputs that it had.</summary>
    public CalibratedRun Check()
    {
        Assert.True(Agreement.Passes, Agreement.ToString());
        Assert.True(AsEvaluated.Passes, $"as evaluated: {AsEvaluated}");
        Assert.Equal(Source.Model.Graph.Input, Graph.Model.Graph.Input);
        Assert.Equal(Source.Model.Graph.Output, Graph.Model.Graph.Output);
        Assert.Equal(Source.Model.Graph.Initializer.Select(tensor => tensor.Name), Graph.Model.Graph.Initializer.Select(tensor => tensor.Name));
        return this;
    }
}
