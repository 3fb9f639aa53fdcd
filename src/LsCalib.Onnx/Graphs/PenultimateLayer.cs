namespace LsCalib.Onnx.Graphs;

/// <summary>The activations that a classifier's last linear layer turns into logits (Müller et al. 2019, section 2).</summary>
/// <param name="Tensor">Name of the activations [N,width].</param>
/// <param name="Width">Their number.</param>
/// <param name="Weights">Name of the last layer's weights.</param>
/// <param name="Bias">Name of its biases, or null.</param>
/// <param name="IsTransposed">The weights are stored [K,width] instead of [width,K].</param>
public sealed record PenultimateLayer(string Tensor, long Width, string Weights, string? Bias, bool IsTransposed)
{
    /// <summary>Finds it in front of the score tensor: a Gemm, or a MatMul with an Add, with stored weights.</summary>
    /// <returns>Null where the scores do not come straight from a linear layer.</returns>
    public static PenultimateLayer? Find(ModelGraph graph, ScoreTensor scores)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(scores);
        var node = graph.Producer(scores.Name);
        string? bias = null;
        while (node is { OpType: "Identity" or "Cast" or "Reshape" or "Squeeze" or "Flatten" or "Add" })
        {
            string input = node.Input[0];
            if (node.OpType == "Add")
            {
                bool first = graph.Initializer(node.Input[0]) is not null;
                bias = first ? node.Input[0] : node.Input[1];
                input = first ? node.Input[1] : node.Input[0];
                if (graph.Initializer(bias) is null)
                {
                    return null;
                }
            }

            node = graph.Producer(input);
        }

        if (node is not { OpType: "Gemm" or "MatMul" } || graph.Initializer(node.Input[1]) is not { Dims.Count: 2 } weights)
        {
            return null;
        }

        bool transposed = node.OpType == "Gemm" && node.Integer("transB", 0) == 1;
        bias ??= node.OpType == "Gemm" && node.Input.Count > 2 ? node.Input[2] : null;
        return new(node.Input[0], weights.Dims[transposed ? 1 : 0], weights.Name, bias, transposed);
    }
}
