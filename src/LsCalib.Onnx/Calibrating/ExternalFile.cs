using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>A weights file of a model, and the tensors that lie in it.</summary>
/// <param name="Location">Where the model says it is, from its own folder.</param>
/// <param name="Path">The file.</param>
/// <param name="Entries">The entries of the tensors that name it.</param>
internal sealed record ExternalFile(string Location, string Path, IReadOnlyList<StringStringEntryProto> Entries)
{
    private const int External = 1;

    /// <summary>All of a model, each once, those of graphs inside nodes too.</summary>
    public static IReadOnlyList<ExternalFile> Of(ModelGraph graph)
    {
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(graph.Path))!;
        return
        [
            .. Tensors(graph.Model.Graph)
                .Where(tensor => tensor.DataLocation == External)
                .SelectMany(tensor => tensor.ExternalData.Where(entry => entry.Key == "location"))
                .GroupBy(entry => entry.Value, StringComparer.Ordinal)
                .Select(group => new ExternalFile(group.Key, System.IO.Path.GetFullPath(group.Key, folder), [.. group])),
        ];
    }

    private static IEnumerable<TensorProto> Tensors(GraphProto graph)
    {
        var stored = graph.Initializer.Concat(graph.Node.SelectMany(node => node.Attribute).Select(attribute => attribute.T).Where(tensor => tensor is not null));
        return stored.Concat(graph.Node.SelectMany(node => node.Subgraphs()).SelectMany(Tensors));
    }
}
