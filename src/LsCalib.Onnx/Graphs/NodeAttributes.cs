namespace LsCalib.Onnx.Graphs;

/// <summary>Attributes of a node by name.</summary>
internal static class NodeAttributes
{
    public static AttributeProto? Find(this NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    public static long Integer(this NodeProto node, string name, long otherwise) =>
        node.Find(name) is { HasI: true } attribute ? attribute.I : otherwise;
}
