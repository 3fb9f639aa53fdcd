using LsCalib.Onnx;
using LsCalib.Onnx.Calibrating;
using LsCalib.Onnx.Graphs;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Onnx.Calibrating;

/// <summary>What lies on the disk after a calibrated model was written, or could not be.</summary>
public sealed class CalibratedModelFileTests : IDisposable
{
    private const string Weights = "external_mlp_softmax.bin";
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public CalibratedModelFileTests()
    {
        Directory.CreateDirectory(_folder.File("source"));
        Directory.CreateDirectory(_folder.File("target"));
        _path = _folder.File(Path.Combine("source", "model.onnx"));
        File.Copy(FixtureTests.FixtureFile("external_mlp_softmax.onnx"), _path);
        File.Copy(FixtureTests.FixtureFile(Weights), Source(Weights));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void In_the_same_folder_the_weights_file_is_shared()
    {
        var run = Run(Source("calibrated.onnx"));
        Assert.Empty(run.Written.DataFiles);
        Assert.Equal(["calibrated.onnx", Weights, "model.onnx"], Names(_folder.File("source")));
    }

    [Fact]
    public void In_another_folder_the_weights_file_is_copied_and_a_second_time_reused()
    {
        var run = Run(Target("calibrated.onnx"));
        Assert.Equal([Target(Weights)], run.Written.DataFiles);
        Assert.Equal(File.ReadAllBytes(Source(Weights)), File.ReadAllBytes(Target(Weights)));
        Assert.Empty(Run(Target("calibrated.onnx")).Written.DataFiles);
        Assert.Equal(["calibrated.onnx", Weights], Names(_folder.File("target")));
    }

    [Fact]
    public void Another_file_of_that_name_stays_and_the_copy_gets_a_name_of_its_own()
    {
        File.WriteAllText(Target(Weights), "somebody else's");
        var run = Run(Target("calibrated.onnx"));
        Assert.Equal([Target("external_mlp_softmax-1.bin")], run.Written.DataFiles);
        Assert.Equal("somebody else's", File.ReadAllText(Target(Weights)));
        Assert.Contains(run.Graph.Model.Graph.Initializer, tensor => tensor.ExternalData.Any(entry => entry.Value == "external_mlp_softmax-1.bin"));
        Assert.Empty(Run(Target("calibrated.onnx")).Written.DataFiles);
        Assert.Equal(["calibrated.onnx", "external_mlp_softmax-1.bin", Weights], Names(_folder.File("target")));
    }

    [Fact]
    public void A_weights_file_in_a_folder_keeps_its_place()
    {
        Directory.CreateDirectory(Source("weights"));
        File.Move(Source(Weights), Source("weights/all.bin"));
        var model = ModelGraph.Read(_path).Model;
        foreach (var entry in model.Graph.Initializer.SelectMany(tensor => tensor.ExternalData).Where(entry => entry.Key == "location"))
        {
            entry.Value = "weights/all.bin";
        }

        File.WriteAllBytes(_path, Google.Protobuf.MessageExtensions.ToByteArray(model));
        Assert.Equal([Target(Path.Combine("weights", "all.bin"))], Run(Target("calibrated.onnx")).Written.DataFiles);
    }

    [Theory]
    [InlineData("model.onnx", "is the model itself")]
    [InlineData("../source/model.onnx", "is the model itself")]
    [InlineData(Weights, "holds weights of")]
    [InlineData("", "is a folder")]
    [InlineData("nowhere/out.onnx", "there is no folder")]
    public void What_must_not_be_overwritten_is_refused(string output, string message)
    {
        byte[] before = File.ReadAllBytes(_path);
        var exception = Assert.Throws<ModelException>(() => Write(Path.Combine(_folder.File("source"), output)));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_path));
        Assert.Equal([Weights, "model.onnx"], Names(_folder.File("source")));
    }

    [Fact]
    public void A_link_to_the_model_is_the_model()
    {
        File.CreateSymbolicLink(Target("link.onnx"), _path);
        Assert.Contains("is the model itself", Assert.Throws<ModelException>(() => Write(Target("link.onnx"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out.onnx")]
    [InlineData(Weights)]
    public void Where_writing_is_not_allowed_nothing_is_left_behind(string denied)
    {
        // A folder stands where the temporary file would: no user may write that.
        string blocker = $"{Target(denied)}.partial-{Environment.ProcessId}";
        Directory.CreateDirectory(blocker);
        var exception = Assert.Throws<ModelException>(() => Write(Target("out.onnx")));
        Assert.Contains("no permission to write", exception.Message, StringComparison.Ordinal);
        Assert.Equal([Path.GetFileName(blocker)], Names(_folder.File("target")));
    }

    [Fact]
    public void Cancelled_it_leaves_nothing_behind()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => Write(Target("out.onnx"), cancel.Token));
        using var edit = new ModelEdit();
        Assert.Throws<OperationCanceledException>(() => new ModelFiles(ModelGraph.Read(_path), Target("out.onnx")).Write(edit, cancel.Token));
        Assert.Empty(Names(_folder.File("target")));
    }

    private CalibratedRun Run(string output) =>
        CalibratedRun.Of(_path, Calibrators.Of("vector", 5), output, Calibrators.Logits(20, 10), 10).Check();

    private void Write(string output, CancellationToken cancel = default)
    {
        var source = ModelGraph.Read(_path);
        CalibratedModel.Write(source, ScoreTensorFinder.Find(source, null, null), Calibrators.Of("temperature", 5), CalibratedRun.Options, output, cancel);
    }

    private string Source(string name) => _folder.File(Path.Combine("source", name));

    private string Target(string name) => _folder.File(Path.Combine("target", name));

    private static string[] Names(string folder) => [.. Directory.GetFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
