using LsCalib.Onnx.Graphs;
using static LsCalib.Tests.Support.Models;

namespace LsCalib.Tests.Support;

/// <summary>Models of which the input, twofold (or negated, where exponentials would overflow), is the logits: what stands behind them differs.</summary>
internal static class ScoreModels
{
    public const int Half = 10;
    public const int Double = 11;

    /// <param name="form">What the model ends in.</param>
    /// <param name="columns">K, or 1.</param>
    /// <param name="opset">Version of the default operator set.</param>
    /// <param name="type">Element type of input and output.</param>
    public static ModelProto Of(string form, int columns, int opset = 17, int type = Float)
    {
        NodeProto[] nodes = form switch
        {
            "logits" => [Node("Mul", "x two", "scores")],
            "softmax" => [Node("Mul", "x two", "z"), Node("Softmax", "z", "scores", Integer("axis", 1))],
            "log-softmax" => [Node("Mul", "x two", "z"), Node("LogSoftmax", "z", "scores", Integer("axis", 1))],
            "softmax-tail" =>
            [
                Node("Mul", "x two", "z"), Node("Softmax", "z", "p", Integer("axis", 1)), Node("Identity", "p", "same"),
                Node("Cast", "same", "wide", Integer("to", Double)), Node("Cast", "wide", "narrow", Integer("to", type)),
                Node("Reshape", "narrow rows", "scores"),
            ],
            "sigmoid" => [Node("Mul", "x two", "z"), Node("Sigmoid", "z", "scores")],
            "probabilities" =>
            [
                Node("Neg", "x", "z"), Node("Exp", "z", "e"), Node("ReduceSum", "e", "sum", Axes(1)), Node("Div", "e sum", "scores"),
            ],
            "one-probability" => [Node("Mul", "x two", "z"), Node("Sigmoid", "z", "p"), Node("Add", "p nought", "scores")],
            _ => throw new ArgumentException(form, nameof(form)),
        };
        var model = Model([Value("x", type, -1, columns)], [Value("scores", type, -1, columns)], nodes);
        model.Graph.Initializer.Add(Number("two", 2, type));
        if (form == "one-probability")
        {
            model.Graph.Initializer.Add(Number("nought", 0, type));
        }

        if (form == "softmax-tail")
        {
            model.Graph.Initializer.Add(new TensorProto { Name = "rows", DataType = Long, Dims = { 2 }, Int64Data = { -1, columns } });
        }

        model.OpsetImport[0].Version = opset;
        return model;
    }

    public static AttributeProto Axes(params long[] axes)
    {
        var attribute = new AttributeProto { Name = "axes", Type = 7 };
        attribute.Ints.Add(axes);
        return attribute;
    }

    private static TensorProto Number(string name, double value, int type)
    {
        var tensor = new TensorProto { Name = name, DataType = type };
        switch (type)
        {
            case Double:
                tensor.DoubleData.Add(value);
                break;
            case Half:
                tensor.Int32Data.Add(BitConverter.HalfToUInt16Bits((System.Half)value));
                break;
            default:
                tensor.FloatData.Add((float)value);
                break;
        }

        return tensor;
    }
}
