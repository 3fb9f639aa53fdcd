using System.Text.Json;
using Google.Protobuf;
using LsCalib.Core.Numerics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.OneVsRest;
using LsCalib.Core.Scores;
using LsCalib.Onnx;
using LsCalib.Onnx.Calibrating;
using LsCalib.Onnx.Graphs;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Onnx.Calibrating;

/// <summary>What a calibrated model holds besides its calibrator, and what is refused.</summary>
public sealed class CalibratedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_model_says_what_was_done_to_it()
    {
        var run = Run("softmax", "vector", CalibratedRun.Options with { FitDataSha256 = "abc" });
        var record = CalibrationRecord.Of(run.Graph)!;
        Assert.Equal(("vector", "abc", "1.2.3", 4, 500), (record.Method, record.FitDataSha256, record.ToolVersion, record.ClassCount, record.RowCount));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(run.Source.Path))), record.SourceSha256);
        var calibrator = (LsCalib.Core.Recalibration.Linear.VectorScaling)Calibrators.Of("vector", 4);
        using var parameters = JsonDocument.Parse(record.Parameters);
        Assert.Equal(calibrator.Weights, parameters.RootElement.GetProperty("weights").EnumerateArray().Select(value => value.GetDouble()));
        Assert.Equal(["weights", "biases", "floorsLogits"], parameters.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.False(CalibratedModel.IsCalibrated(run.Source));
    }

    [Fact]
    public void Long_parameters_are_told_by_their_hash()
    {
        string text = CalibratorParameters.Text(Calibrators.Of("matrix", 40));
        Assert.Matches("^\\{\"sha256\":\"[0-9a-f]{64}\",\"length\":[0-9]+\\}$", text);
    }

    [Fact]
    public void A_second_calibrator_needs_force_and_the_first_is_remembered()
    {
        string first = Run("softmax", "temperature").Written.Path;
        string second = _folder.File("second.onnx");
        var features = Calibrators.Logits(50, 4);
        var refused = Assert.Throws<ModelException>(() => CalibratedRun.Of(first, Calibrators.Of("vector", 4), second, features, 4));
        Assert.Contains("carries a calibrator already (method temperature, {\"temperature\":1.7})", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(second));

        var run = CalibratedRun.Of(first, Calibrators.Of("vector", 4), second, features, 4, options: CalibratedRun.Options with { Force = true }).Check();
        Assert.Equal("vector", CalibrationRecord.Of(run.Graph)!.Method);
        Assert.Contains(run.Graph.Model.MetadataProps, entry => entry.Key == "ls_calib.previous.method" && entry.Value == "temperature");
    }

    [Theory]
    [InlineData("softmax", "temperature", ScoreKind.Logits)]
    [InlineData("softmax", "isotonic", ScoreKind.Logits)]
    [InlineData("log-softmax", "vector", ScoreKind.Probabilities)]
    [InlineData("log-softmax", "beta", ScoreKind.Probabilities)]
    [InlineData("logits", "temperature", ScoreKind.Probabilities)]
    [InlineData("logits", "histogram", ScoreKind.Probabilities)]
    public void The_kind_of_the_output_can_be_chosen(string form, string method, ScoreKind kind)
    {
        var run = Run(form, method, CalibratedRun.Options with { OutputKind = kind });
        Assert.Equal(kind, run.After.Kind);
        Assert.Equal(kind == ScoreKind.Probabilities, ProbabilityRows.Inspect(run.After).AreProbabilities);
    }

    [Theory]
    [InlineData("sigmoid", "platt", ScoreKind.Logits)]
    [InlineData("logits", "dirichlet", ScoreKind.Probabilities)]
    public void The_kind_of_one_column_can_be_chosen(string form, string method, ScoreKind kind)
    {
        string path = ScoreModels.Of(form, 1).Save(_folder, "one.onnx");
        var run = CalibratedRun.Of(
            path, Calibrators.Of(method, 2), _folder.File("out.onnx"), Calibrators.Logits(50, 1), 1, options: CalibratedRun.Options with { OutputKind = kind }).Check();
        Assert.Equal(kind, run.After.Kind);
    }

    [Theory]
    [InlineData("softmax", ScoreKind.Logits)]
    [InlineData("probabilities", ScoreKind.Probabilities)]
    public void Rows_that_lie_on_the_edges_of_steps_stay_on_their_side(string form, ScoreKind kind)
    {
        // Equal-mass edges are probabilities of the data: here each of them is one.
        const int Classes = 4;
        var features = Calibrators.Logits(50, Classes);
        string path = ScoreModels.Of(form, Classes, opset: 11).Save(_folder, "s.onnx");
        var source = ModelGraph.Read(path);
        var tensor = ScoreTensorFinder.Find(source, null, null);
        var logits = ModelRuns.Run(source, tensor with { Kind = kind }, features, Classes).Scores.ToLogits();
        var edges = Enumerable.Range(0, Classes).Select(_ => new SortedSet<double>()).ToArray();
        var row = new double[Classes];
        for (int i = 0; i < logits.RowCount; i++)
        {
            logits.CopyRow(i, row);
            Softmax.InPlace(row);
            for (int k = 0; k < Classes; k++)
            {
                edges[k].Add(row[k]);
            }
        }

        var classes = edges.Select(set => new ClassSteps([.. set], [.. Enumerable.Range(1, set.Count + 1).Select(i => i / (set.Count + 2.0))])).ToArray();
        CalibratedRun.Of(path, new HistogramBinning(Classes, 50, classes, 0.01), _folder.File("out.onnx"), features, Classes, kind).Check();
    }

    [Fact]
    public void Steep_maps_are_computed_in_double_precision()
    {
        Assert.Equal(TensorType.Float32, Run("softmax", "temperature").Written.ComputedIn);
        var run = CalibratedRun.Of(
            ScoreModels.Of("softmax", 4).Save(_folder, "s.onnx"), new TemperatureMap(4, 9, 0.05), _folder.File("out.onnx"), Calibrators.Logits(50, 4), 4).Check();
        Assert.Equal(TensorType.Float64, run.Written.ComputedIn);
    }

    [Theory]
    [InlineData("softmax")]
    [InlineData("logits")]
    public void The_complement_of_a_probability_near_one_is_exact(string form)
    {
        // 1 − p is 1e-13 to 1e-15 here, of which subtraction would leave a few bits; the slope brings that back into sight.
        float[] features = [.. Enumerable.Range(0, 40).SelectMany(i => new[] { 0, 15 + (i * 0.05f), -0.5f })];
        string path = ScoreModels.Of(form, 3).Save(_folder, "s.onnx");
        var platt = new PlattScaling(3, 9, [0.1, 0.1, 0.1], [0, -3.4, 0]);
        CalibratedRun.Of(path, platt, _folder.File("out.onnx"), features, 3).Check();
        var beta = new BetaCalibration(3, 9, [0.1, 0.1, 0.1], [0.1, 0.1, 0.1], [0, -3.4, 0]);
        CalibratedRun.Of(path, beta, _folder.File("out.onnx"), features, 3).Check();
    }

    [Fact]
    public void Large_logits_before_a_softmax_can_be_computed_in_double_precision()
    {
        // Logits near 1e5: a quotient in float32 is off by up to 4e-3, in float64 by nothing.
        float[] features = [.. Calibrators.Logits(100, 4).Select(value => 5e4f + value)];
        string path = ScoreModels.Of("softmax", 4).Save(_folder, "s.onnx");
        var single = CalibratedRun.Of(path, Calibrators.Of("temperature", 4), _folder.File("out.onnx"), features, 4);
        Assert.False(single.Agreement.Passes);
        CalibratedRun.Of(
            path, Calibrators.Of("temperature", 4), _folder.File("out.onnx"), features, 4, options: CalibratedRun.Options with { ComputeIn = TensorType.Float64 }).Check();
    }

    [Theory]
    [InlineData(6, "temperature", 7)]
    [InlineData(7, "beta", 8)]
    public void Operator_sets_that_are_too_old_are_named(long opset, string method, int needed)
    {
        var source = ModelGraph.Read(ScoreModels.Of("softmax", 4, (int)opset).Save(_folder, "old.onnx"));
        var exception = Assert.Throws<ModelException>(() => CalibratedModel.Write(
            source, ScoreTensorFinder.Find(source, null, null), Calibrators.Of(method, 4), CalibratedRun.Options, _folder.File("out.onnx")));
        Assert.Contains($"needs ONNX opset {needed} or later inside the graph; the model has {opset}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("-o calibrator.json", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Independent_sigmoids_are_refused()
    {
        var source = ModelGraph.Read(ScoreModels.Of("sigmoid", 1).Save(_folder, "s.onnx"));
        var exception = Assert.Throws<ModelException>(() => CalibratedModel.Write(
            source, ScoreTensorFinder.Find(source, null, null), Calibrators.Of("temperature", 3), CalibratedRun.Options with { ColumnCount = 3 }, _folder.File("out.onnx")));
        Assert.Contains("3 independent sigmoid outputs", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_that_would_swell_the_model_are_refused()
    {
        double[] edges = [.. Enumerable.Range(1, 1 << 14).Select(i => i / 20000.0)];
        var steps = new ClassSteps(edges, new double[edges.Length + 1]);
        var calibrator = new HistogramBinning(100, 9, [.. Enumerable.Repeat(steps, 100)], 0.1);
        var source = ModelGraph.Read(ScoreModels.Of("softmax", 100).Save(_folder, "s.onnx"));
        var exception = Assert.Throws<ModelException>(() => CalibratedModel.Write(
            source, ScoreTensorFinder.Find(source, null, null), calibrator, CalibratedRun.Options, _folder.File("out.onnx")));
        Assert.Contains("16384 thresholds for each of 100 classes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_does_not_lead_to_the_output_is_told_with_the_nodes_seen()
    {
        var source = ModelGraph.Read(ScoreModels.Of("softmax", 4).Save(_folder, "s.onnx"));
        var tensor = ScoreTensorFinder.Find(source, null, null) with { Name = "elsewhere" };
        var exception = Assert.Throws<ModelException>(() => CalibratedModel.Write(
            source, tensor, Calibrators.Of("temperature", 4), CalibratedRun.Options, _folder.File("out.onnx")));
        Assert.Contains("Mul \"Mulz\", Softmax \"Softmaxscores\" seen", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--output-name", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_that_this_program_does_not_know_are_kept()
    {
        // Field 25 of a model holds functions, 20 training information; 14 of a graph quantisation; 8 of a node its overload.
        byte[] modelExtra = [.. Field(20, [1, 2, 3]), .. Field(25, [10, 1, 70]), .. Field(25, [10, 1, 71])];
        byte[] graphExtra = [.. Field(14, [10, 1, 65])];
        byte[] nodeExtra = [.. Field(6, "why"u8.ToArray()), .. Field(9, [10, 1, 75])];
        byte[] tensorExtra = Field(12, "doc"u8.ToArray());
        var model = ScoreModels.Of("softmax", 4);
        model.DocString = "about";
        model.Graph.Node[0] = NodeProto.Parser.ParseFrom([.. model.Graph.Node[0].ToByteArray(), .. nodeExtra]);
        model.Graph.Initializer[0] = TensorProto.Parser.ParseFrom([.. model.Graph.Initializer[0].ToByteArray(), .. tensorExtra]);
        model.Graph = GraphProto.Parser.ParseFrom([.. model.Graph.ToByteArray(), .. graphExtra]);
        string path = _folder.Write("extra.onnx", [.. model.ToByteArray(), .. modelExtra]);
        var source = ModelGraph.Read(path);
        CalibratedModel.Write(source, ScoreTensorFinder.Find(source, null, null), Calibrators.Of("temperature", 4), CalibratedRun.Options, _folder.File("out.onnx"));

        var written = ModelGraph.Read(_folder.File("out.onnx")).Model;
        Assert.Equal(source.Model.Graph.Node[0], written.Graph.Node[0]);
        Assert.Equal(source.Model.Graph.Initializer[0], written.Graph.Initializer[0]);
        Assert.EndsWith(Convert.ToHexString(tensorExtra), Convert.ToHexString(written.Graph.Initializer[0].ToByteArray()), StringComparison.Ordinal);
        Assert.EndsWith(Convert.ToHexString(graphExtra), Convert.ToHexString(written.Graph.ToByteArray()), StringComparison.Ordinal);
        Assert.EndsWith(Convert.ToHexString(modelExtra), Convert.ToHexString(written.ToByteArray()), StringComparison.Ordinal);
        Assert.Equal("about", written.DocString);

        // Taken out again, the calibrator leaves the model that there was.
        written.MetadataProps.Clear();
        written.Graph.Node.Clear();
        written.Graph.Node.Add(source.Model.Graph.Node);
        Assert.Equal(source.Model, written);
    }

    private static byte[] Field(int number, byte[] payload)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(payload));
        }

        return stream.ToArray();
    }

    private CalibratedRun Run(string form, string method, CalibratedModelOptions? options = null) => CalibratedRun.Of(
        ScoreModels.Of(form, 4).Save(_folder, $"{form}.onnx"), Calibrators.Of(method, 4), _folder.File($"{method}.onnx"), Calibrators.Logits(50, 4), 4, options: options).Check();
}
