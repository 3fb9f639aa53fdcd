using System.Text.Encodings.Web;
using System.Text.Json;

namespace LsCalib.Reports.Documents;

/// <summary>What the JSON documents share.</summary>
internal static class JsonParts
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object as a document: UTF-8, indented, ending in a line feed.</summary>
    /// <param name="members">Writes what is in it.</param>
    public static byte[] Document(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>A number that round-trips, zero without a sign; null where it is undefined.</summary>
    public static void Number(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value + 0.0);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>Files with their digests.</summary>
    public static void Files(this Utf8JsonWriter json, string name, IReadOnlyList<SourceFile> files)
    {
        json.WriteStartArray(name);
        foreach (var file in files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteString("sha256", file.Sha256);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A list of texts.</summary>
    public static void Strings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
