using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LsCalib.Core.Scores;

namespace LsCalib.Data.Baselines;

/// <summary>The readable part of a baseline.</summary>
/// <param name="RowCount">N.</param>
/// <param name="ClassCount">K.</param>
/// <param name="ClassNames">Name of each class [K], or null.</param>
/// <param name="Origin">What it was made of.</param>
/// <param name="Identity">What rows are known by.</param>
/// <param name="IdColumn">Name of the column of ids, or null.</param>
/// <param name="Probabilities">Element type of the probabilities, float32 or float64; null: they are not kept.</param>
internal sealed record BaselineHeader(
    int RowCount,
    int ClassCount,
    IReadOnlyList<string>? ClassNames,
    BaselineOrigin Origin,
    RowIdentityKind Identity,
    string? IdColumn,
    string? Probabilities)
{
    public const string Float32 = "float32";
    public const string Float64 = "float64";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter<RowIdentityKind>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false),
            new JsonStringEnumConverter<ScoreKind>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false),
        },
        WriteIndented = true,
        NewLine = "\n",
    };

    private static readonly BaselineHeaderJson Json = new(Options);

    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json.BaselineHeader), (byte)'\n'];

    /// <exception cref="JsonException">It is no header.</exception>
    public static BaselineHeader Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Json.BaselineHeader) ?? throw new JsonException("no header");

    /// <summary>What is impossible in it, or null.</summary>
    public string? Problem =>
        RowCount < 1 ? "no rows"
        : ClassCount < 2 ? "fewer than two classes"
        : ClassNames is { } names && names.Count != ClassCount ? "not as many class names as classes"
        : Origin.Source.Count == 0 ? "no source"
        : (Identity == RowIdentityKind.RowId) != (IdColumn is not null) ? "a kind of identity that does not go with the column of ids"
        : Probabilities is not (null or Float32 or Float64) ? "no kind of probabilities"
        : null;
}

/// <summary>How a header is read and written, worked out when the program was compiled: finding it out by reflection takes longer than reading a baseline.</summary>
[JsonSerializable(typeof(BaselineHeader))]
internal sealed partial class BaselineHeaderJson : JsonSerializerContext;
