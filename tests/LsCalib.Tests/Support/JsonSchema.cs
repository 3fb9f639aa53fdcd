using System.Text.Json;
using System.Text.RegularExpressions;

namespace LsCalib.Tests.Support;

/// <summary>The part of JSON Schema that our schemas use; a keyword it does not know is an error, not a pass.</summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly string[] Known =
    [
        "$schema", "$defs", "$ref", "title", "description", "type", "required", "additionalProperties", "properties", "items", "enum", "const", "pattern", "anyOf", "not",
        "minItems", "minimum", "maximum", "minProperties", "maxProperties",
    ];

    /// <summary>What does not fit, one line each.</summary>
    public IReadOnlyList<string> Validate(JsonElement value)
    {
        var errors = new List<string>();
        Validate(root, value, "$", errors);
        return errors;
    }

    private bool Fits(JsonElement schema, JsonElement value)
    {
        var errors = new List<string>();
        Validate(schema, value, "", errors);
        return errors.Count == 0;
    }

    private void Validate(JsonElement schema, JsonElement value, string at, List<string> errors)
    {
        foreach (var keyword in schema.EnumerateObject().Where(keyword => !Known.Contains(keyword.Name)))
        {
            errors.Add($"{at}: unknown keyword {keyword.Name}");
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            Validate(root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]), value, at, errors);
        }

        if (schema.TryGetProperty("anyOf", out var shapes) && !shapes.EnumerateArray().Any(shape => Fits(shape, value)))
        {
            errors.Add($"{at}: fits none of {shapes.GetArrayLength()} shapes");
        }

        if (schema.TryGetProperty("not", out var excluded) && Fits(excluded, value))
        {
            errors.Add($"{at}: fits what it must not");
        }

        if (schema.TryGetProperty("type", out var type) && !Types(type).Any(name => Is(name, value)))
        {
            errors.Add($"{at}: {value.ValueKind} is no {type}");
            return;
        }

        Bounds(schema, value, at, errors);
        if (schema.TryGetProperty("const", out var constant) && constant.GetRawText() != value.GetRawText())
        {
            errors.Add($"{at}: {value} is not {constant}");
        }

        if (schema.TryGetProperty("enum", out var values) && !values.EnumerateArray().Any(v => v.GetString() == value.GetString()))
        {
            errors.Add($"{at}: {value} is not one of {values}");
        }

        if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(value.GetString()!, pattern.GetString()!))
        {
            errors.Add($"{at}: {value} does not match {pattern}");
        }

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            int i = 0;
            foreach (var item in value.EnumerateArray())
            {
                Validate(items, item, $"{at}[{i++}]", errors);
            }
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            Members(schema, value, at, errors);
        }
    }

    private static void Bounds(JsonElement schema, JsonElement value, string at, List<string> errors)
    {
        void Check(string keyword, double? size, bool isLeast)
        {
            if (size is { } number && schema.TryGetProperty(keyword, out var bound) && (isLeast ? number < bound.GetDouble() : number > bound.GetDouble()))
            {
                errors.Add($"{at}: {number} breaks {keyword} {bound}");
            }
        }

        double? amount = value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
        double? members = value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().Count() : null;
        Check("minimum", amount, isLeast: true);
        Check("maximum", amount, isLeast: false);
        Check("minItems", value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : null, isLeast: true);
        Check("minProperties", members, isLeast: true);
        Check("maxProperties", members, isLeast: false);
    }

    private void Members(JsonElement schema, JsonElement value, string at, List<string> errors)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            errors.AddRange(required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{at}: {name} is missing"));
        }

        foreach (var member in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out var own))
            {
                Validate(own, member.Value, $"{at}.{member.Name}", errors);
            }
            else if (schema.TryGetProperty("additionalProperties", out var others))
            {
                if (others.ValueKind == JsonValueKind.False)
                {
                    errors.Add($"{at}: {member.Name} is not in the schema");
                }
                else
                {
                    Validate(others, member.Value, $"{at}.{member.Name}", errors);
                }
            }
        }
    }

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(name => name.GetString()!) : [type.GetString()!];

    private static bool Is(string type, JsonElement value) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind.ToString().Equals(type, StringComparison.OrdinalIgnoreCase),
    };
}
