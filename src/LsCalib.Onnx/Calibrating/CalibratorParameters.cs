using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LsCalib.Core.Recalibration;

namespace LsCalib.Onnx.Calibrating;

/// <summary>A calibrator's parameters as one line of JSON: those of its record, without what they imply.</summary>
internal static class CalibratorParameters
{
    private const int LongestText = 4096;
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    /// <summary>The text; where it is long, its hash and length instead.</summary>
    public static string Text(Calibrator calibrator)
    {
        var parameters = new JsonObject();
        var primary = calibrator.GetType().GetConstructors(BindingFlags.Public | BindingFlags.Instance).MaxBy(constructor => constructor.GetParameters().Length)!;
        foreach (var parameter in primary.GetParameters().Where(parameter => parameter.Name is not (nameof(Calibrator.ClassCount) or nameof(Calibrator.RowCount))))
        {
            object? value = calibrator.GetType().GetProperty(parameter.Name!)!.GetValue(calibrator);
            parameters[JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!)] = JsonSerializer.SerializeToNode(value, parameter.ParameterType, CamelCase);
        }

        string text = parameters.ToJsonString();
        if (text.Length <= LongestText)
        {
            return text;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return new JsonObject { ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(bytes)), ["length"] = bytes.Length }.ToJsonString();
    }
}
