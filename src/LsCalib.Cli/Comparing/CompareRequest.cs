using LsCalib.Cli.Evaluating;
using LsCalib.Onnx.Running;

namespace LsCalib.Cli.Comparing;

/// <summary>What the user asked compare to do.</summary>
/// <param name="Inputs">The models; the first is what the others are compared with.</param>
/// <param name="Files">How each is read and measured; the file itself is that of the input.</param>
internal sealed record CompareRequest(IReadOnlyList<PlotInput> Inputs, EvaluateRequest Files)
{
    /// <summary>How one of the inputs is read. Runs keep no ids: they can be known by their data.</summary>
    public EvaluateRequest Of(PlotInput input)
    {
        var run = Files.OfRun(input.File);
        return input.IsModel ? Files with { Model = input.File, Device = input.Device ?? DeviceChoice.Auto }
            : input.IsRun ? run with { Csv = run.Csv with { IdColumn = null }, ClassNamesFile = null }
            : Files with { Predictions = input.File, Data = null, Labels = null };
    }
}
