using LsCalib.Core.Scores;
using LsCalib.Onnx;
using LsCalib.Onnx.Calibrating;
using LsCalib.Onnx.Graphs;
using LsCalib.Onnx.Running;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Onnx.Calibrating;

/// <summary>Models that another tool exported (Fixtures/make_fixtures.py).</summary>
public sealed class FixtureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("torch_mlp_logits", 10, 5)]
    [InlineData("torch_mlp_softmax", 10, 5)]
    [InlineData("torch_mlp_softmax_opset11", 10, 5)]
    [InlineData("torch_softmax_reshape", 10, 5)]
    [InlineData("torch_cnn_softmax", 64, 4)]
    [InlineData("torch_sigmoid_squeeze", 10, 2)]
    [InlineData("half_mlp_logits", 10, 5)]
    [InlineData("half_softmax_cast", 10, 5)]
    [InlineData("external_mlp_softmax", 10, 5)]
    public void Other_tools_models_go_through_with_every_method(string name, int features, int classes)
    {
        foreach (string method in Calibrators.Keys)
        {
            var run = CalibratedRun.Of(
                FixtureFile(name + ".onnx"), Calibrators.Of(method, classes), _folder.File("out.onnx"), Calibrators.Logits(60, features), features);
            run.Check();
            Assert.Equal(name.StartsWith("half", StringComparison.Ordinal), run.Written.Type == TensorType.Float16);
        }
    }

    [Theory]
    [InlineData("torch_mlp_softmax", 10, 5)]
    [InlineData("torch_softmax_reshape", 10, 5)]
    [InlineData("torch_sigmoid_squeeze", 10, 2)]
    [InlineData("half_mlp_logits", 10, 5)]
    [InlineData("half_softmax_cast", 10, 5)]
    public void What_the_runtime_would_tell_of_the_scores_is_found_in_the_graph_too(string name, int features, int classes)
    {
        var source = ModelGraph.Read(FixtureFile(name + ".onnx"));
        var found = ScoreTensorFinder.Find(source, null, null);
        var tensor = found with { Kind = ScoreKind.Logits };
        var rows = Calibrators.Logits(60, features);
        var (before, declaration, _) = ModelRuns.Run(source, tensor, rows, features);
        var calibrator = Calibrators.Of("beta", classes);
        var written = CalibratedModel.Write(source, tensor, calibrator, CalibratedRun.Options, _folder.File("out.onnx"));
        Assert.Equal(declaration.Type, written.Type);
        var after = ModelRuns.Run(ModelGraph.Read(written.Path), written.Scores, rows, features).Scores;
        Assert.True(CalibratedModelCheck.Compare(calibrator, before, after, written.Type).Passes);
    }

    [Fact]
    public void Another_tools_segmentation_goes_through_with_every_method()
    {
        var layout = new LabelLayout { Positions = [8, 8], Labels = new int[20 * 64] };
        foreach (string method in Calibrators.Keys)
        {
            CalibratedRun.Of(
                FixtureFile("torch_segmentation.onnx"), Calibrators.Of(method, 3), _folder.File("out.onnx"), Calibrators.Logits(20, 64), 64, layout: layout).Check();
        }
    }

    internal static string FixtureFile(string name) => Path.Combine(SourceTree.Root!, "tests", "LsCalib.Tests", "Fixtures", name);
}
