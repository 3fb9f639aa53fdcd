using LsCalib.Reports.Documents;
using LsCalib.Reports.Figures;
using LsCalib.Reports.Rendering;

namespace LsCalib.Cli.Evaluating;

/// <summary>The files of a run.</summary>
internal static class RunFolder
{
    /// <param name="report">The run.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="json">Its run.json.</param>
    /// <param name="figures">Figures to draw.</param>
    /// <param name="saveScores">Save the scores however many there are.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <returns>Why there is no PNG, or null.</returns>
    public static string? Write(RunReport report, OutputFolder folder, byte[] json, IReadOnlyList<FigureKind> figures, bool saveScores, CancellationToken cancel)
    {
        folder.Write("run.json", json);
        folder.Write("metrics.csv", RunTables.Metrics(report));
        folder.Write("reliability.csv", RunTables.Reliability(report));
        if (report.Scored is not null)
        {
            folder.Write("classes.csv", RunTables.Classes(report));
        }

        if (!report.Slices.IsEmpty)
        {
            folder.Write("slices.csv", RunTables.Slices(report));
        }

        folder.Write(RunData.Predictions, stream => PredictionsNpz.Write(report, stream, saveScores));
        if (report.Fitted is { } fitted && PredictionsNpz.Saves(fitted.Scores, saveScores))
        {
            folder.Write(RunData.Calibration, stream => PredictionsNpz.Write(fitted, stream));
        }

        foreach (var kind in figures.Where(kind => kind.Problem(report) is null))
        {
            cancel.ThrowIfCancellationRequested();
            FigureFiles.Write(kind.Name, kind.Make(report, cancel), folder);
        }

        cancel.ThrowIfCancellationRequested();
        folder.Commit();
        return figures.Count > 0 ? Png.Problem : null;
    }
}
