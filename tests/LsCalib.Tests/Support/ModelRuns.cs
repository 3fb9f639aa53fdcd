using LsCalib.Core.Scores;
using LsCalib.Onnx;
using LsCalib.Onnx.Graphs;
using LsCalib.Onnx.Running;

namespace LsCalib.Tests.Support;

/// <summary>Runs models on rows in memory.</summary>
internal static class ModelRuns
{
    /// <summary>Scores of all rows.</summary>
    /// <param name="graph">The model, with one input.</param>
    /// <param name="tensor">The tensor to read, of known kind.</param>
    /// <param name="features">Features [N,F].</param>
    /// <param name="featureCount">F.</param>
    /// <param name="layout">Where scores have several positions; else null.</param>
    public static (ScoreMatrix Scores, TensorDeclaration Declaration, int ColumnCount) Run(
        ModelGraph graph, ScoreTensor tensor, float[] features, int featureCount, LabelLayout? layout = null)
    {
        using var classifier = new OnnxClassifier(graph, tensor, new DeviceChoice("cpu", 0), 1);
        var plans = InputPlan.Fit(graph.Path, graph.Inputs, [featureCount], null);
        var pipeline = new BatchPipeline(classifier, plans, new Preprocessing(), 64);
        int row = 0;
        bool Read(Span<double> values, out int label)
        {
            label = 0;
            if ((row + 1) * featureCount > features.Length)
            {
                return false;
            }

            for (int i = 0; i < featureCount; i++)
            {
                values[i] = features[(row * featureCount) + i];
            }

            row++;
            return true;
        }

        var run = pipeline.Run(Read, place => $"row {place}", false, null, layout, CancellationToken.None);
        return (run.Matrix(tensor.Kind!.Value), classifier.ScoreDeclaration, run.ColumnCount);
    }
}
