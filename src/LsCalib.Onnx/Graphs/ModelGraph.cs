using System.Globalization;
using Google.Protobuf;

namespace LsCalib.Onnx.Graphs;

/// <summary>A model's graph as read from its file.</summary>
public sealed class ModelGraph
{
    private readonly Dictionary<string, NodeProto> _producers = new(StringComparer.Ordinal);

    private ModelGraph(string path, ModelProto model)
    {
        Path = path;
        Model = model;
        foreach (var node in model.Graph.Node)
        {
            foreach (string output in node.Output)
            {
                _producers.TryAdd(output, node);
            }
        }
    }

    /// <summary>The file as the user typed it.</summary>
    public string Path { get; }

    /// <summary>The parsed file.</summary>
    public ModelProto Model { get; }

    /// <summary>Version of the default operator set.</summary>
    public long Opset => Model.OpsetImport.FirstOrDefault(set => set.Domain is "" or "ai.onnx")?.Version ?? 0;

    /// <summary>Metadata of a model that we trained: the names of its features, one a line.</summary>
    public const string FeatureNamesKey = "feature_names";

    /// <summary>Metadata of a model that we trained: the label smoothing of its targets, and how that is counted.</summary>
    public const string SmoothingKey = "smoothing";

    /// <inheritdoc cref="SmoothingKey"/>
    public const string SmoothingConventionKey = "smoothing_convention";

    /// <summary>Strength of the label smoothing that a model was trained with, and its convention; null where the model does not say.</summary>
    public (double Strength, string Convention)? Smoothing =>
        double.TryParse(Metadata(SmoothingKey), NumberStyles.Float, CultureInfo.InvariantCulture, out double strength) && double.IsFinite(strength)
            ? (strength, Metadata(SmoothingConventionKey) ?? "") : null;

    /// <summary>Names of the features in the order of the input, where the model says them.</summary>
    public IReadOnlyList<string>? FeatureNames =>
        Metadata(FeatureNamesKey)?.Split('\n');

    /// <summary>Inputs that are fed, initialisers left out.</summary>
    public IReadOnlyList<TensorDeclaration> Inputs
    {
        get
        {
            var stored = Model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
            return [.. Model.Graph.Input.Where(input => !stored.Contains(input.Name)).Select(Declaration)];
        }
    }

    /// <summary>Outputs in the order of the file; sequences and maps have the type Undefined.</summary>
    public IReadOnlyList<TensorDeclaration> Outputs => [.. Model.Graph.Output.Select(Declaration)];

    /// <summary>Reads a model file.</summary>
    /// <exception cref="ModelException">The file is missing, empty, damaged or no ONNX model.</exception>
    public static ModelGraph Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelException($"{path}: no such file.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ModelException(Directory.Exists(path) ? $"{path}: is a folder; name an .onnx file." : $"{path}: no permission to read the file.", exception);
        }
        catch (IOException exception)
        {
            throw new ModelException($"{path}: the file cannot be read ({exception.Message})", exception);
        }

        if (bytes.Length == 0)
        {
            throw new ModelException($"{path}: the file is empty.");
        }

        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw Damaged(path, exception);
        }

        if (model.Graph is null || model.Graph.Node.Count == 0 || model.IrVersion == 0)
        {
            throw Damaged(path, null);
        }

        return new ModelGraph(path, model);
    }

    /// <summary>The node that makes a tensor, or null for an input or an initialiser.</summary>
    public NodeProto? Producer(string tensor) => _producers.GetValueOrDefault(tensor);

    /// <summary>A stored tensor by name, or null.</summary>
    public TensorProto? Initializer(string name) => Model.Graph.Initializer.FirstOrDefault(tensor => tensor.Name == name);

    /// <summary>What the graph declares of a tensor, or a declaration without shape.</summary>
    public TensorDeclaration Declared(string tensor)
    {
        var info = Model.Graph.Output.Concat(Model.Graph.ValueInfo).Concat(Model.Graph.Input).FirstOrDefault(value => value.Name == tensor);
        return info is null ? new(tensor, TensorType.Undefined, null) : Declaration(info);
    }

    private static ModelException Damaged(string path, Exception? exception)
    {
        string message = $"{path}: not an ONNX model, or damaged or cut short. Export or copy it again.";
        return exception is null ? new(message) : new(message, exception);
    }

    private static TensorDeclaration Declaration(ValueInfoProto value)
    {
        var tensor = value.Type?.TensorType;
        var shape = tensor?.Shape?.Dim
            .Select(dim => dim.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue ? dim.DimValue : -1)
            .ToArray();
        return new(value.Name, (TensorType)(tensor?.ElemType ?? 0), shape);
    }

    private string? Metadata(string key) => Model.MetadataProps.FirstOrDefault(entry => entry.Key == key)?.Value;
}
