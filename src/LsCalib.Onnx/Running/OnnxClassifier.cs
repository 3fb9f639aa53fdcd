using System.Globalization;
using LsCalib.Onnx.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace LsCalib.Onnx.Running;

/// <summary>A loaded model that turns batches of features into rows of scores.</summary>
public sealed class OnnxClassifier : IDisposable
{
    private const string ExternalFolder = "session.model_external_initializers_file_folder_path";
    private readonly SessionOptions _options;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();

    /// <param name="graph">The model.</param>
    /// <param name="tensor">The tensor to read.</param>
    /// <param name="device">Device asked for.</param>
    /// <param name="threads">Threads of the runtime, or null: as many as there are processors.</param>
    /// <exception cref="ModelException">The runtime cannot load the model, or the device cannot be used.</exception>
    public OnnxClassifier(ModelGraph graph, ScoreTensor tensor, DeviceChoice device, int? threads)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(device);
        Graph = graph;
        Tensor = tensor;
        ExternalFiles = ExternalData.Check(graph);
        try
        {
            Devices.Environment();
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException)
        {
            throw new ModelException("ONNX Runtime's native library is not there for this platform. Reinstall ls-calib, or build it with -p:OnnxRuntime=nuget.", exception);
        }

        _options = new SessionOptions();
        try
        {
            _options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            if (threads is { } count)
            {
                _options.IntraOpNumThreads = count;
            }

            Device = Devices.Apply(_options, device);
            _session = Load(graph, tensor);
        }
        catch (OnnxRuntimeException exception)
        {
            _options.Dispose();
            throw new ModelException($"{graph.Path}: ONNX Runtime cannot load the model: {RuntimeErrors.FirstSentence(exception.Message)}.", exception);
        }
        catch
        {
            _options.Dispose();
            throw;
        }
    }

    public ModelGraph Graph { get; }

    public ScoreTensor Tensor { get; }

    public Device Device { get; }

    /// <summary>The tensor that is read, as the runtime sees it: what the file leaves open, the runtime may know.</summary>
    public TensorDeclaration ScoreDeclaration
    {
        get
        {
            var output = _session.OutputMetadata[Tensor.Name];
            if (output.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR)
            {
                return new(Tensor.Name, TensorType.Undefined, null);
            }

            // No dimensions are what the runtime gives where it knows none.
            return new(Tensor.Name, (TensorType)(int)output.ElementDataType, output.Dimensions.Length == 0 ? null : [.. output.Dimensions.Select(d => (long)d)]);
        }
    }

    /// <summary>Files beside the model that hold its weights.</summary>
    public IReadOnlyList<string> ExternalFiles { get; }

    /// <summary>Runs one batch.</summary>
    /// <param name="inputs">Filled buffers, one for each input.</param>
    /// <param name="fed">Rows that are fed, padding included.</param>
    /// <param name="scores">Receives the scores of the batch.</param>
    internal void Run(IReadOnlyList<InputBuffer> inputs, int fed, Action<OrtValue> scores)
    {
        var names = new string[inputs.Count];
        var values = new OrtValue[inputs.Count];
        try
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                names[i] = inputs[i].Plan.Declaration.Name;
                values[i] = inputs[i].ToValue(fed);
            }

            using var outputs = _session.Run(_runOptions, names, values, [Tensor.Name]);
            scores(outputs[0]);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelException(string.Create(
                CultureInfo.InvariantCulture,
                $"{Graph.Path}: the model failed on a batch of {fed} rows: {RuntimeErrors.FirstSentence(exception.Message)}."), exception);
        }
        finally
        {
            foreach (var value in values)
            {
                value?.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
        _options.Dispose();
    }

    private InferenceSession Load(ModelGraph graph, ScoreTensor tensor)
    {
        if (tensor.Name == tensor.Output)
        {
            return new InferenceSession(graph.Path, _options);
        }

        if (ExternalFiles.Count > 0)
        {
            _options.AddSessionConfigEntry(ExternalFolder, Path.GetDirectoryName(Path.GetFullPath(graph.Path))!);
        }

        return new InferenceSession(GraphEditor.WithOutput(graph, tensor.Name), _options);
    }
}
