using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.Linear;
using LsCalib.Core.Recalibration.OneVsRest;
using LsCalib.Data;

namespace LsCalib.Reports.Documents;

/// <summary>Where a saved calibrator comes from.</summary>
/// <param name="Tool">Tool and version.</param>
/// <param name="Model">The model whose scores it maps, or null: those of a file of predictions.</param>
/// <param name="Data">Files of the rows it was fitted on.</param>
/// <param name="Seed">Seed of the fit.</param>
/// <param name="Note">What else to know of the fit; else empty.</param>
public sealed record CalibratorOrigin(string Tool, SourceFile? Model, IReadOnlyList<SourceFile> Data, long Seed, string Note);

/// <summary>calibrator.json: a fitted calibrator as a document; its schema is calibrator.schema.json.</summary>
public static class CalibratorJson
{
    /// <summary>Version of the document's shape.</summary>
    public const int SchemaVersion = 1;

    /// <summary>What tells the document from others of ours.</summary>
    public const string Kind = "calibrator";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        IgnoreReadOnlyProperties = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The document, UTF-8, ending in a line feed.</summary>
    /// <param name="calibrator">The map.</param>
    /// <param name="origin">Where it comes from.</param>
    public static byte[] Write(Calibrator calibrator, CalibratorOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(calibrator);
        ArgumentNullException.ThrowIfNull(origin);
        return JsonParts.Document(json =>
        {
            json.WriteNumber("schemaVersion", SchemaVersion);
            json.WriteString("kind", Kind);
            json.WriteString("tool", origin.Tool);
            json.WriteString("method", calibrator.Method);
            json.WriteString("definition", CalibrationMethods.Find(calibrator.Method)!.Definition);
            json.WriteNumber("classCount", calibrator.ClassCount);
            json.WriteNumber("rowCount", calibrator.RowCount);
            json.WritePropertyName("parameters");
            Parameters(calibrator).WriteTo(json);
            json.WriteStartObject("fit");
            if (origin.Model is { } model)
            {
                json.Files("model", [model]);
            }

            json.Files("data", origin.Data);
            json.WriteNumber("seed", origin.Seed);
            if (origin.Note.Length > 0)
            {
                json.WriteString("note", origin.Note);
            }

            json.WriteEndObject();
        });
    }

    /// <summary>The parameters of a calibrator alone.</summary>
    public static JsonObject Parameters(Calibrator calibrator)
    {
        ArgumentNullException.ThrowIfNull(calibrator);
        var parameters = JsonSerializer.SerializeToNode(calibrator, calibrator.GetType(), Options)!.AsObject();
        parameters.Remove("classCount");
        parameters.Remove("rowCount");
        return parameters;
    }

    /// <summary>Reads a calibrator.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">It is missing, or no calibrator.</exception>
    public static Calibrator Read(string path)
    {
        try
        {
            var root = JsonNode.Parse(Bytes(path)) as JsonObject ?? throw Broken("it holds no object");
            if ((string?)root["kind"] != Kind)
            {
                throw Broken("it is not a calibrator of ls-calib calibrate");
            }

            if ((int?)root["schemaVersion"] is not SchemaVersion)
            {
                throw Broken($"its schemaVersion is not {SchemaVersion}: it was written by another version of ls-calib");
            }

            string method = (string?)root["method"] ?? "";
            var type = TypeOf(method) ?? throw Broken($"the method \"{method}\" is not known");
            var parameters = root["parameters"]?.DeepClone() as JsonObject ?? throw Broken("it has no parameters");
            parameters["classCount"] = root["classCount"]?.DeepClone();
            parameters["rowCount"] = root["rowCount"]?.DeepClone();
            var calibrator = (Calibrator)parameters.Deserialize(type, Options)!;
            return CalibratorChecks.Problem(calibrator) is { } problem ? throw Broken(problem) : calibrator;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new DataException($"{path}: is damaged or no calibrator ({exception.Message.Split('\n')[0].TrimEnd('.')}). Make it again with ls-calib calibrate.", exception);
        }

        DataException Broken(string problem) => new($"{path}: {problem}. Make it again with ls-calib calibrate.");
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.CannotRead(path, exception);
        }
    }

    private static Type? TypeOf(string method) => method switch
    {
        "temperature" => typeof(TemperatureMap),
        "ts-mix" => typeof(MixedTemperature),
        "unsmooth" => typeof(Unsmoothing),
        "vector" => typeof(VectorScaling),
        "matrix" => typeof(MatrixScaling),
        "dirichlet" => typeof(DirichletCalibration),
        "platt" => typeof(PlattScaling),
        "beta" => typeof(BetaCalibration),
        "histogram" => typeof(HistogramBinning),
        "scaling-binning" => typeof(ScalingBinning),
        "isotonic" => typeof(IsotonicCalibration),
        _ => null,
    };
}
