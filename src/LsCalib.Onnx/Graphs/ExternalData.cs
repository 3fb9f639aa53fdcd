namespace LsCalib.Onnx.Graphs;

/// <summary>Weights kept in files beside the model.</summary>
internal static class ExternalData
{
    private const int External = 1;

    /// <summary>Checks that every such file is there, whole, and inside the model's folder.</summary>
    /// <returns>Paths of the files, each once, in the order of the model.</returns>
    /// <exception cref="ModelException">A file is missing, too short, or lies elsewhere.</exception>
    public static IReadOnlyList<string> Check(ModelGraph graph)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(graph.Path))!;
        var files = new List<string>();
        foreach (var tensor in graph.Model.Graph.Initializer.Where(tensor => tensor.DataLocation == External))
        {
            string? Field(string key) => tensor.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;
            string location = Field("location") ?? "";
            string full = Path.GetFullPath(location, folder);
            if (location.Length == 0 || Path.IsPathRooted(location) || !full.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new ModelException($"{graph.Path}: weight \"{tensor.Name}\" asks for the file \"{location}\" outside the model's folder, which is not opened. Export the model with its data beside it.");
            }

            // A link in the folder may lead elsewhere: its maker could read that file anyway. The model may not.
            var info = new FileInfo(full);
            info = info.Exists ? info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info : info;
            if (!info.Exists)
            {
                throw new ModelException($"{graph.Path}: its weights are in \"{location}\", which is not in the model's folder. Put that file beside the model.");
            }

            long offset = Number(graph, tensor.Name, Field("offset"));
            long end = offset + Number(graph, tensor.Name, Field("length"));
            if (end > info.Length)
            {
                throw new ModelException($"{graph.Path}: its weights file \"{location}\" is cut short ({info.Length} bytes, at least {end} needed). Copy it again.");
            }

            if (!files.Contains(full))
            {
                files.Add(full);
            }
        }

        return files;
    }

    private static long Number(ModelGraph graph, string weight, string? text) =>
        text is null ? 0
        : ulong.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out ulong value) && value <= long.MaxValue / 4 ? (long)value
        : throw new ModelException($"{graph.Path}: weight \"{weight}\" gives \"{text}\" as its place in the weights file, which is no number. Export the model again.");
}
