using LsCalib.Core.Scores;
using LsCalib.Onnx;
using LsCalib.Onnx.Calibrating;
using LsCalib.Onnx.Running;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Onnx.Calibrating;

/// <summary>Every method in models of every ending, run and compared with the calibrator outside.</summary>
public sealed class EveryMethodTests : IDisposable
{
    private const int Classes = 5;
    private const int Rows = 200;
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Methods => [.. Calibrators.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Methods))]
    public void An_output_of_logits_stays_logits(string method)
    {
        var run = Run("logits", method, 17);
        Assert.Equal(ScoreKind.Logits, run.After.Kind);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Softmax_inside_stays_an_output_of_probabilities(string method)
    {
        foreach (int opset in new[] { 8, 11, 12, 13, 17, 18 })
        {
            var run = Run("softmax", method, opset);
            Assert.Equal(ScoreKind.Probabilities, run.After.Kind);

            // Before opset 9 a Constant holds floating point.
            var constants = run.Graph.Model.Graph.Node.Where(node => node.OpType == "Constant").Select(node => (TensorType)node.Attribute[0].T.DataType);
            Assert.True(opset >= 9 || !constants.Contains(TensorType.Int64));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void LogSoftmax_stays_an_output_of_log_probabilities(string method)
    {
        var run = Run("log-softmax", method, 13);
        var row = new double[Classes];
        run.After.CopyRow(3, row);
        Assert.InRange(row.Sum(Math.Exp), 1 - 1e-5, 1 + 1e-5);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void What_follows_the_softmax_follows_the_calibrated_one(string method) => Run("softmax-tail", method, 17);

    [Theory]
    [MemberData(nameof(Methods))]
    public void Probabilities_without_a_softmax_are_calibrated_by_their_logarithms(string method) =>
        Assert.Equal(ScoreKind.Probabilities, Run("probabilities", method, 11, ScoreKind.Probabilities).After.Kind);

    [Theory]
    [MemberData(nameof(Methods))]
    public void One_column_stays_one_column(string method)
    {
        Run("sigmoid", method, 13, columns: 1);
        Run("logits", method, 13, columns: 1);
        Run("one-probability", method, 13, ScoreKind.Probabilities, columns: 1);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Half_precision_stays_half_precision(string method)
    {
        foreach (string form in new[] { "logits", "softmax" })
        {
            var run = Run(form, method, 17, type: ScoreModels.Half);
            Assert.Equal(TensorType.Float16, run.Written.Type);
            Assert.NotEqual(TensorType.Float16, run.Written.ComputedIn);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Double_precision_keeps_its_precision(string method)
    {
        foreach (string form in new[] { "logits", "softmax", "sigmoid" })
        {
            var run = Run(form, method, 13, columns: form == "sigmoid" ? 1 : Classes, type: ScoreModels.Double);
            Assert.InRange(run.Agreement.LargestDeviation, 0, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Scores_of_several_positions_are_calibrated_along_the_class_axis(string method)
    {
        foreach (var axis in new[] { ClassAxis.Second, ClassAxis.Last })
        {
            long[] shape = axis == ClassAxis.Second ? [-1, Classes, 2, 3] : [-1, 2, 3, Classes];
            var model = Models.Model(
                [Models.Value("x", Models.Float, shape)], [Models.Value("scores", Models.Float, shape)],
                Models.Node("Tanh", "x", "z"), Models.Node("Softmax", "z", "scores", Models.Integer("axis", axis == ClassAxis.Second ? 1 : -1)));
            var layout = new LabelLayout(axis) { Positions = [2, 3], Labels = new int[Rows / 5 * 6] };
            var features = Calibrators.Logits(Rows / 5, 6 * Classes);
            CalibratedRun.Of(
                model.Save(_folder, $"positions-{axis}.onnx"), Calibrators.Of(method, Classes), _folder.File("out.onnx"), features, 6 * Classes, layout: layout).Check();
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Probabilities_of_several_positions_are_calibrated_too(string method)
    {
        var model = Models.Model(
            [Models.Value("x", Models.Float, -1, 6, Classes)], [Models.Value("scores", Models.Float, -1, 6, Classes)],
            Models.Node("Softmax", "x", "p", Models.Integer("axis", 2)), Models.Node("Abs", "p", "scores"));
        var layout = new LabelLayout(ClassAxis.Last) { Positions = [6], Labels = new int[Rows / 5 * 6] };
        CalibratedRun.Of(
            model.Save(_folder, "p.onnx"), Calibrators.Of(method, Classes, true), _folder.File("out.onnx"), Calibrators.Logits(Rows / 5, 6 * Classes), 6 * Classes,
            ScoreKind.Probabilities, layout).Check();
    }

    private CalibratedRun Run(
        string form, string method, int opset, ScoreKind kind = ScoreKind.Logits, int columns = Classes, int type = Models.Float)
    {
        string path = ScoreModels.Of(form, columns, opset, type).Save(_folder, $"{form}.onnx");
        var calibrator = Calibrators.Of(method, Math.Max(2, columns), kind == ScoreKind.Probabilities);
        return CalibratedRun.Of(path, calibrator, _folder.File("out.onnx"), Calibrators.Logits(Rows, columns), columns, kind).Check();
    }
}
