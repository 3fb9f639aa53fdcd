using System.Globalization;

namespace LsCalib.Onnx.Running;

/// <summary>What the user asked for with --device.</summary>
/// <param name="Kind">auto, cpu or cuda.</param>
/// <param name="Index">Number of the CUDA device.</param>
public sealed record DeviceChoice(string Kind, int Index)
{
    public static DeviceChoice Auto { get; } = new("auto", 0);

    public override string ToString() => Kind == "cuda" && Index > 0 ? string.Create(CultureInfo.InvariantCulture, $"cuda:{Index}") : Kind;

    /// <summary>Reads auto, cpu, cuda or cuda:N.</summary>
    public static DeviceChoice? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text is "auto" or "cpu" or "cuda")
        {
            return new(text, 0);
        }

        return text.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? new("cuda", index)
            : null;
    }
}

/// <summary>The device that a model runs on.</summary>
/// <param name="Name">cpu or cuda:N.</param>
/// <param name="Reason">Why this one, in words.</param>
public sealed record Device(string Name, string Reason);
