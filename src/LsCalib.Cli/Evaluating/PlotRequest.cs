using LsCalib.Reports.Figures;

namespace LsCalib.Cli.Evaluating;

/// <summary>What the user asked plot to do.</summary>
/// <param name="Inputs">The models, in the order of panels.</param>
/// <param name="Figures">Figures to draw, one at least.</param>
/// <param name="Files">How a file of predictions is read and measured; the file itself is that of each input.</param>
internal sealed record PlotRequest(IReadOnlyList<PlotInput> Inputs, IReadOnlyList<FigureKind> Figures, EvaluateRequest Files);
