using System.Text;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Figures;
using LsCalib.Reports.Rendering;

namespace LsCalib.Cli.Evaluating;

/// <summary>The files of a run.</summary>
internal static class RunFolder
{
    /// <returns>Why there is no PNG, or null.</returns>
    public static string? Write(RunReport report, OutputFolder folder, byte[] json, bool saveScores, CancellationToken cancel)
    {
        folder.Write("run.json", json);
        folder.Write("metrics.csv", RunTables.Metrics(report));
        folder.Write("reliability.csv", RunTables.Reliability(report));
        folder.Write("classes.csv", RunTables.Classes(report));
        folder.Write("predictions.npz", stream => PredictionsNpz.Write(report, stream, saveScores));
        var figure = ReliabilityFigure.From(report);
        folder.Write("reliability.svg", Encoding.UTF8.GetBytes(FigureRenderer.ToSvg(figure, outlines: false)));
        string? problem = Png.Problem;
        if (problem is null)
        {
            folder.Write("reliability.png", stream => stream.Write(Png.FromSvg(FigureRenderer.ToSvg(figure, outlines: true))));
        }

        cancel.ThrowIfCancellationRequested();
        folder.Commit();
        return problem;
    }
}
