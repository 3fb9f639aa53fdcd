using LsCalib.Cli.Evaluating;
using LsCalib.Onnx;
using LsCalib.Onnx.Running;

namespace LsCalib.Cli.Comparing;

/// <summary>Models that are run on several devices.</summary>
internal static class DeviceVariants
{
    /// <summary>Each model once for each device, and named by both where there are several; what is no model stays as it is.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="devices">The devices, one at least.</param>
    /// <exception cref="UsageException">A device is given twice or is not certain, there is no model, or two inputs would have the same name.</exception>
    public static IReadOnlyList<PlotInput> Of(IReadOnlyList<PlotInput> inputs, IReadOnlyList<DeviceChoice> devices)
    {
        if (devices is [var only])
        {
            return [.. inputs.Select(input => input with { Device = only })];
        }

        if (devices.GroupBy(device => device).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new UsageException($"--device: {twice.Key} is given twice; it would be compared with itself. Give different devices, such as --device cpu --device cuda.");
        }

        if (devices.Contains(DeviceChoice.Auto))
        {
            throw new UsageException("--device: auto is one of the others, whichever works. Beside another device, name both: --device cpu --device cuda.");
        }

        if (!inputs.Any(input => input.IsModel))
        {
            throw new UsageException("--device: several devices are given, and none of the inputs is a model (.onnx) to run on them.");
        }

        PlotInput[] variants = [.. inputs.SelectMany(input => input.IsModel
            ? devices.Select(device => input with { Name = $"{input.Name} ({device})", Device = device })
            : [input])];
        PlotInput.CheckNames(variants);
        return variants;
    }

    /// <summary>Tells before the first of several devices is waited for whether all can be used.</summary>
    /// <exception cref="ModelException">One cannot; the message names what is missing.</exception>
    public static void Check(IReadOnlyList<DeviceChoice> devices)
    {
        foreach (var device in devices.Count > 1 ? devices : [])
        {
            Devices.Check(device);
        }
    }
}
