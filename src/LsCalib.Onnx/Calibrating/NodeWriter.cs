using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>
/// Writes the nodes of a calibrator. Numbers are Constant nodes, which models of every IR version may have (stored tensors had
/// to be inputs too once), and only operators of the model's own set are used.
/// </summary>
/// <param name="path">Model file, for messages.</param>
/// <param name="method">Key of the method, for messages.</param>
/// <param name="opset">Version of the model's operator set.</param>
/// <param name="type">Element type computed in.</param>
/// <param name="names">Names that are free.</param>
internal sealed class NodeWriter(string path, string method, long opset, TensorType type, FreshNames names)
{
    private const string Prefix = "ls_calib/";
    private const int FirstOpset = 7;
    private readonly List<NodeProto> _nodes = [];

    /// <summary>The nodes written so far, in order.</summary>
    public List<NodeProto> Nodes => _nodes;

    /// <summary>Element type computed in.</summary>
    public TensorType Type => type;

    /// <summary>Adds a node with one output.</summary>
    /// <returns>The name of its output.</returns>
    public string Add(string operation, params string[] inputs)
    {
        // Max and Min broadcast from 8 on; what else is used does, or needs not to, from 7 on.
        Require(operation is "Max" or "Min" ? 8 : FirstOpset);
        string name = names.Of(Prefix + operation);
        var node = new NodeProto { OpType = operation, Name = name, Output = { name } };
        node.Input.Add(inputs);
        _nodes.Add(node);
        return name;
    }

    /// <summary>One number of the type computed in.</summary>
    public string Number(double value) => Numbers([value]);

    /// <summary>Numbers of the type computed in.</summary>
    public string Numbers(ReadOnlySpan<double> values, params long[] shape)
    {
        if (type == TensorType.Float64)
        {
            return Constant(type, MemoryMarshal.AsBytes(values), shape);
        }

        var singles = new float[values.Length];
        for (int i = 0; i < singles.Length; i++)
        {
            singles[i] = (float)values[i];
        }

        return Constant(type, MemoryMarshal.AsBytes<float>(singles), shape);
    }

    /// <summary>Whole numbers, less than 2²⁴ in size.</summary>
    public string Integers(ReadOnlySpan<long> values, params long[] shape)
    {
        if (opset >= 9)
        {
            return Constant(TensorType.Int64, MemoryMarshal.AsBytes(values), shape);
        }

        // A Constant was of floating point only.
        var singles = new float[values.Length];
        for (int i = 0; i < singles.Length; i++)
        {
            singles[i] = values[i];
        }

        return Cast(Constant(TensorType.Float32, MemoryMarshal.AsBytes<float>(singles), shape), TensorType.Float32, TensorType.Int64);
    }

    /// <summary>A tensor in another element type.</summary>
    public string Cast(string tensor, TensorType from, TensorType to)
    {
        if (from == to)
        {
            return tensor;
        }

        string name = Add("Cast", tensor);
        Integer("to", (long)to);
        return name;
    }

    /// <summary>Softmax over the classes of rows [M,K].</summary>
    public string Softmax(string rows) => OverClasses("Softmax", rows);

    /// <summary>ln softmax over the classes of rows [M,K].</summary>
    public string LogSoftmax(string rows) => OverClasses("LogSoftmax", rows);

    /// <summary>Sums over the classes of rows [M,K]: [M,1].</summary>
    public string Sum(string rows)
    {
        if (opset >= 13)
        {
            return Add("ReduceSum", rows, Integers([1], 1));
        }

        string name = Add("ReduceSum", rows);
        Integers("axes", 1);
        return name;
    }

    /// <summary>1 where a tensor is greater than another, else 0.</summary>
    public string IsGreater(string tensor, string than) => Cast(Add("Greater", tensor, than), TensorType.Bool, type);

    /// <summary>Columns side by side.</summary>
    public string Concat(string left, string right)
    {
        string name = Add("Concat", left, right);
        Integer("axis", 1);
        return name;
    }

    /// <summary>[N,C,P] as [N,P,C], and back.</summary>
    public string SwapLastAxes(string tensor)
    {
        string name = Add("Transpose", tensor);
        Integers("perm", 0, 2, 1);
        return name;
    }

    private string OverClasses(string operation, string rows)
    {
        string name = Add(operation, rows);
        Integer("axis", 1);
        return name;
    }

    private void Require(int needed)
    {
        if (opset < needed)
        {
            throw new ModelException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: method {method} needs ONNX opset {needed} or later inside the graph; the model has {opset}. Export it with a later opset, or save the calibrator as JSON (-o calibrator.json), which always works."));
        }
    }

    private string Constant(TensorType of, ReadOnlySpan<byte> bytes, long[] shape)
    {
        string name = Add("Constant");
        var tensor = new TensorProto { Name = name, DataType = (int)of, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.Add(shape);
        _nodes[^1].Attribute.Add(new AttributeProto { Name = "value", Type = 4, T = tensor });
        return name;
    }

    private void Integer(string attribute, long value) => _nodes[^1].Attribute.Add(new AttributeProto { Name = attribute, Type = 2, I = value });

    private void Integers(string attribute, params long[] values)
    {
        var added = new AttributeProto { Name = attribute, Type = 7 };
        added.Ints.Add(values);
        _nodes[^1].Attribute.Add(added);
    }
}
