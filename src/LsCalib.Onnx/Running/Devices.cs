using LsCalib.Native;
using Microsoft.ML.OnnxRuntime;

namespace LsCalib.Onnx.Running;

/// <summary>Execution devices. The CUDA provider is a library of its own, registered when it is asked for.</summary>
public static class Devices
{
    private const string Registration = "CUDAExecutionProvider";
    private static readonly string ProviderFile = OperatingSystem.IsWindows() ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
    private static readonly string[] NativeLibraryNames = ["libonnxruntime.so", "onnxruntime.dll", "libonnxruntime.dylib"];
    private static readonly Lock Gate = new();
    private static bool _registered;

    /// <summary>Version of the ONNX Runtime in use.</summary>
    public static string RuntimeVersion => Environment().GetVersionString();

    /// <summary>The native library beside the program, or null: loaded from elsewhere.</summary>
    public static string? NativeLibraryPath => NativeLibraryNames
        .Select(NativeFiles.Find)
        .FirstOrDefault(path => path is not null);

    /// <summary>Adds the chosen device to the options.</summary>
    /// <exception cref="ModelException">CUDA was asked for and cannot work; the message names what is missing.</exception>
    internal static Device Apply(SessionOptions options, DeviceChoice choice)
    {
        if (choice.Kind == "cpu")
        {
            return new("cpu", "asked for with --device");
        }

        string? problem = TryCuda(options, choice.Index);
        if (problem is null)
        {
            return new($"cuda:{choice.Index}", choice.Kind == "auto" ? "CUDA works here" : "asked for with --device");
        }

        return choice.Kind == "auto"
            ? new("cpu", problem)
            : throw new ModelException($"--device {choice.Kind}: CUDA cannot be used: {problem}. Use --device cpu, or install what is missing.");
    }

    /// <summary>Why CUDA does not work here, or null when it does.</summary>
    public static string? CudaProblem()
    {
        using var options = new SessionOptions();
        return TryCuda(options, 0);
    }

    /// <summary>Throws where a device cannot be used.</summary>
    /// <exception cref="ModelException">CUDA was asked for and cannot work; the message names what is missing.</exception>
    public static void Check(DeviceChoice choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        using var options = new SessionOptions();
        Apply(options, choice);
    }

    internal static OrtEnv Environment()
    {
        lock (Gate)
        {
            if (OrtEnv.IsCreated)
            {
                return OrtEnv.Instance();
            }

            // Warnings of the runtime are for its developers; errors reach the user as exceptions.
            var options = new EnvironmentCreationOptions { logId = "ls-calib", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            var environment = OrtEnv.CreateInstanceWithOptions(ref options);
            environment.DisableTelemetryEvents();
            return environment;
        }
    }

    private static string? TryCuda(SessionOptions options, int index)
    {
        if (NativeFiles.Find(ProviderFile) is not { } library)
        {
            return "built without CUDA (-p:Cuda=true adds it)";
        }

        try
        {
            var environment = Environment();
            lock (Gate)
            {
                if (!_registered)
                {
                    environment.RegisterExecutionProviderLibrary(Registration, library);
                    _registered = true;
                }
            }

            var devices = environment.GetEpDevices().Where(device => device.EpName == Registration).ToList();
            if (index >= devices.Count)
            {
                return devices.Count == 0 ? "no CUDA device was found" : $"there is no CUDA device {index} ({devices.Count} found, numbered from 0)";
            }

            options.AppendExecutionProvider(environment, [devices[index]], new Dictionary<string, string>());
            return null;
        }
        catch (OnnxRuntimeException exception)
        {
            // "Failed to load library …/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open …": what
            // is missing is named at the end; where this program stands is nobody's business in a report.
            string message = RuntimeErrors.FirstSentence(exception.Message);
            int cause = message.LastIndexOf("with error: ", StringComparison.Ordinal);
            return cause < 0 ? message : $"a library that CUDA needs is missing ({message[(cause + 12)..]})";
        }
    }
}
