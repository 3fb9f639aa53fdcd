using Google.Protobuf;
using LsCalib.Core.Scores;
using LsCalib.Onnx.Calibrating;
using LsCalib.Onnx.Graphs;
using LsCalib.Tests.Support;
using Microsoft.ML.OnnxRuntime;

namespace LsCalib.Tests.Onnx.Calibrating;

/// <summary>Models that give a label beside the scores, as scikit-learn's and XGBoost's exporters write them.</summary>
public sealed class MapOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Maps_are_calibrated_and_labels_stay()
    {
        string path = Scikit().Save(_folder, "scikit.onnx");
        var features = Calibrators.Logits(50, 3);
        long[] labels = Labels(path, features);
        foreach (string method in Calibrators.Keys)
        {
            var run = CalibratedRun.Of(
                path, Calibrators.Of(method, 3, floors: true), _folder.File("out.onnx"), features, 3, ScoreKind.Probabilities).Check();
            Assert.Equal(["label"], run.Written.OtherOutputs);
            Assert.Equal("ZipMap", run.Graph.Producer("probabilities")!.OpType);
            Assert.Equal(run.Written.Scores.Name, run.Graph.Producer("probabilities")!.Input[0]);
            Assert.Equal(labels, Labels(_folder.File("out.onnx"), features));
        }
    }

    [Fact]
    public void Boosted_trees_are_calibrated_and_labels_stay()
    {
        string path = Boosted().Save(_folder, "trees.onnx");
        var features = Calibrators.Logits(50, 3);
        long[] labels = Labels(path, features);
        Assert.Equal(3, labels.Distinct().Count());
        foreach (string method in Calibrators.Keys)
        {
            var run = CalibratedRun.Of(
                path, Calibrators.Of(method, 3, floors: true), _folder.File("out.onnx"), features, 3, ScoreKind.Probabilities).Check();
            Assert.Equal(["label"], run.Written.OtherOutputs);
            Assert.Equal(labels, Labels(_folder.File("out.onnx"), features));
        }
    }

    [Fact]
    public void Models_of_classical_operators_alone_get_the_operator_set_they_lack()
    {
        var model = Scikit();
        model.OpsetImport.RemoveAt(0);
        var run = CalibratedRun.Of(
            model.Save(_folder, "ml.onnx"), Calibrators.Of("beta", 3), _folder.File("out.onnx"), Calibrators.Logits(50, 3), 3, ScoreKind.Probabilities).Check();
        Assert.Equal(17, run.Graph.Opset);
    }

    [Fact]
    public void Other_readers_of_the_scores_read_those_before_calibration()
    {
        // p is an output and what the label is made of; z is an output too.
        var model = Models.Model(
            [Models.Value("x", Models.Float, -1, 3)],
            [Models.Value("label", Models.Long, -1), Models.Value("p", Models.Float, -1, 3), Models.Value("z", Models.Float, -1, 3)],
            Models.Node("Neg", "x", "z"), Models.Node("Softmax", "z", "inner", Models.Integer("axis", 1)),
            Models.Node("Identity", "inner", "p"), Models.Node("ArgMax", "p", "label", Models.Integer("axis", 1), Models.Integer("keepdims", 0)));
        string path = model.Save(_folder, "labels.onnx");
        var features = Calibrators.Logits(50, 3);
        var source = ModelGraph.Read(path);
        var tensor = ScoreTensorFinder.Find(source, "p", null);
        var before = ModelRuns.Run(source, tensor, features, 3).Scores;
        var calibrator = Calibrators.Of("vector", 3);
        var written = CalibratedModel.Write(source, tensor, calibrator, CalibratedRun.Options, _folder.File("out.onnx"));
        var graph = ModelGraph.Read(_folder.File("out.onnx"));
        Assert.Equal(["label", "z"], written.OtherOutputs);
        Assert.Equal(Labels(path, features), Labels(_folder.File("out.onnx"), features));
        var agreement = CalibratedModelCheck.Compare(calibrator, before, ModelRuns.Run(graph, written.Scores, features, 3).Scores, written.Type);
        Assert.True(agreement.Passes, agreement.ToString());
        Assert.True(agreement.ChangedPredictionCount > 0);

        var (logits, logitsAfter) = (new double[3], new double[3]);
        ModelRuns.Run(source, tensor with { Name = "z", Output = "z" }, features, 3).Scores.CopyRow(7, logits);
        ModelRuns.Run(graph, tensor with { Name = "z", Output = "z" }, features, 3).Scores.CopyRow(7, logitsAfter);
        Assert.Equal(logits, logitsAfter);
    }

    [Fact]
    public void Branches_that_see_the_output_from_outside_see_it_before_calibration()
    {
        GraphProto Branch(string output) => new()
        {
            Name = output,
            Node = { Models.Node("Neg", "scores", output) },
            Output = { new ValueInfoProto { Name = output, Type = Models.Value(output, Models.Float, -1, 3).Type } },
        };
        var model = Models.Model(
            [Models.Value("x", Models.Float, -1, 3)], [Models.Value("scores", Models.Float, -1, 3), Models.Value("negative", Models.Float, -1, 3)],
            Models.Node("Tanh", "x", "scores"), Models.Node("If", "yes", "negative"));
        model.Graph.Node[1].Attribute.Add([new() { Name = "then_branch", Type = 5, G = Branch("a") }, new() { Name = "else_branch", Type = 5, G = Branch("b") }]);
        model.Graph.Initializer.Add(new TensorProto { Name = "yes", DataType = 9, Int32Data = { 1 } });
        string path = model.Save(_folder, "branches.onnx");
        var source = ModelGraph.Read(path);
        var tensor = ScoreTensorFinder.Find(source, "scores", ScoreKind.Logits);
        CalibratedModel.Write(source, tensor, Calibrators.Of("temperature", 3), CalibratedRun.Options, _folder.File("out.onnx"));

        var graph = ModelGraph.Read(_folder.File("out.onnx"));
        var features = Calibrators.Logits(10, 3);
        var (scores, negative) = (new double[3], new double[3]);
        ModelRuns.Run(graph, tensor, features, 3).Scores.CopyRow(3, scores);
        ModelRuns.Run(graph, tensor with { Name = "negative", Output = "negative" }, features, 3).Scores.CopyRow(3, negative);
        for (int k = 0; k < 3; k++)
        {
            Assert.Equal(-1.7 * scores[k], negative[k], 1e-6);
        }
    }

    /// <summary>Six stumps, two for each class, with the softmax inside the operator: what XGBoost's exporter writes of a multi-class model.</summary>
    private static ModelProto Boosted()
    {
        const int Trees = 6;
        long[] Nodes(Func<int, int, long> value) => [.. Enumerable.Range(0, 3 * Trees).Select(i => value(i / 3, i % 3))];
        long[] Leaves(Func<int, int, long> value) => [.. Enumerable.Range(0, 2 * Trees).Select(i => value(i / 2, 1 + (i % 2)))];
        AttributeProto Integers(string name, long[] values) => new() { Name = name, Type = 7, Ints = { values } };
        AttributeProto Floats(string name, IEnumerable<float> values) => new() { Name = name, Type = 6, Floats = { values } };
        var modes = new AttributeProto { Name = "nodes_modes", Type = 8 };
        modes.Strings.Add(Nodes((_, node) => node).Select(node => ByteString.CopyFromUtf8(node == 0 ? "BRANCH_LEQ" : "LEAF")));
        var node = Models.Node(
            "TreeEnsembleClassifier", "x", "label probabilities",
            Integers("nodes_treeids", Nodes((tree, _) => tree)), Integers("nodes_nodeids", Nodes((_, node) => node)),
            Integers("nodes_featureids", Nodes((tree, node) => node == 0 ? tree % 3 : 0)),
            Floats("nodes_values", Nodes((tree, node) => node == 0 ? tree : 0).Select(tree => 0.4f * (tree - 2))), modes,
            Integers("nodes_truenodeids", Nodes((_, node) => node == 0 ? 1 : 0)), Integers("nodes_falsenodeids", Nodes((_, node) => node == 0 ? 2 : 0)),
            Integers("class_treeids", Leaves((tree, _) => tree)), Integers("class_nodeids", Leaves((_, leaf) => leaf)),
            Integers("class_ids", Leaves((tree, _) => tree % 3)), Floats("class_weights", Leaves((_, leaf) => leaf).Select(leaf => leaf == 2 ? 1.1f : -0.7f)),
            Integers("classlabels_int64s", [0, 1, 2]), new AttributeProto { Name = "post_transform", Type = 3, S = ByteString.CopyFromUtf8("SOFTMAX") });
        node.Domain = "ai.onnx.ml";
        return Models.Model(
            [Models.Value("x", Models.Float, -1, 3)], [Models.Value("label", Models.Long, -1), Models.Value("probabilities", Models.Float, -1, 3)], node);
    }

    private static long[] Labels(string path, float[] features)
    {
        using var session = new InferenceSession(path);
        using var input = OrtValue.CreateTensorValueFromMemory(features, [features.Length / 3, 3]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, ["x"], [input], ["label"]);
        return outputs[0].GetTensorDataAsSpan<long>().ToArray();
    }

    /// <summary>LinearClassifier with a label, ZipMap behind its probabilities.</summary>
    private static ModelProto Scikit()
    {
        AttributeProto Floats(string name, params float[] values)
        {
            var attribute = new AttributeProto { Name = name, Type = 6 };
            attribute.Floats.Add(values);
            return attribute;
        }

        AttributeProto Classes(string name)
        {
            var attribute = new AttributeProto { Name = name, Type = 7 };
            attribute.Ints.Add([0, 1, 2]);
            return attribute;
        }

        var linear = Models.Node(
            "LinearClassifier", "x", "label probability_tensor", Floats("coefficients", 1, 0, 0.5f, 0, 1, -0.5f, -1, 0.2f, 1), Floats("intercepts", 0.1f, 0, -0.1f),
            Classes("classlabels_ints"), new AttributeProto { Name = "post_transform", Type = 3, S = Google.Protobuf.ByteString.CopyFromUtf8("SOFTMAX") });
        var maps = Models.Node("ZipMap", "probability_tensor", "probabilities", Classes("classlabels_int64s"));
        linear.Domain = maps.Domain = "ai.onnx.ml";
        var mapType = new TypeProto { MapType = new TypeProto.Types.Map { KeyType = Models.Long, ValueType = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = Models.Float } } } };
        return Models.Model(
            [Models.Value("x", Models.Float, -1, 3)],
            [Models.Value("label", Models.Long, -1), new ValueInfoProto { Name = "probabilities", Type = new TypeProto { SequenceType = new TypeProto.Types.Sequence { ElemType = mapType } } }],
            linear, maps);
    }
}
