using LsCalib.Cli.Evaluating;

namespace LsCalib.Cli.Comparing;

/// <summary>What the user asked compare to do.</summary>
/// <param name="Inputs">The models; the first is what the others are compared with.</param>
/// <param name="Files">How each is read and measured; the file itself is that of the input.</param>
internal sealed record CompareRequest(IReadOnlyList<PlotInput> Inputs, EvaluateRequest Files)
{
    /// <summary>How one of the inputs is read. A run is read as evaluate wrote it.</summary>
    public EvaluateRequest Of(PlotInput input) =>
        input.IsModel ? Files with { Model = input.File }
        : !input.IsRun ? Files with { Predictions = input.File, Data = null, Labels = null }
        : Files with
        {
            Predictions = input.File,
            Data = null,
            Labels = null,
            Csv = Files.Csv with { GroupColumn = null, WeightColumn = null, IdColumn = null },
            Layout = new(),
            Scores = null,
            ClassNamesFile = null,
        };
}
