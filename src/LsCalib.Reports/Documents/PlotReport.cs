using LsCalib.Reports.Figures;

namespace LsCalib.Reports.Documents;

/// <summary>One of several models that are drawn side by side.</summary>
/// <param name="Stage">What is drawn of it.</param>
/// <param name="File">The predictions read.</param>
/// <param name="RowCount">N.</param>
/// <param name="ClassCount">K; null where only confidence and outcome are known.</param>
/// <param name="Warnings">Notes for the reader: one sentence each.</param>
public sealed record PlottedModel(FigureStage Stage, SourceFile File, int RowCount, int? ClassCount, IReadOnlyList<string> Warnings);

/// <summary>Everything that is said of several models side by side.</summary>
/// <param name="Tool">Tool and version.</param>
/// <param name="Command">The command line, without the options that only say where output goes.</param>
/// <param name="Figures">Names of the figures asked for.</param>
/// <param name="Models">The models, in the order of panels.</param>
public sealed record PlotReport(string Tool, IReadOnlyList<string> Command, IReadOnlyList<string> Figures, IReadOnlyList<PlottedModel> Models)
{
    /// <summary>What the figures are made of.</summary>
    public required FigureSource Source { get; init; }
}
