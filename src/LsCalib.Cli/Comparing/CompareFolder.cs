using LsCalib.Cli.Evaluating;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Figures;
using LsCalib.Reports.Rendering;

namespace LsCalib.Cli.Comparing;

/// <summary>The files of a comparison.</summary>
internal static class CompareFolder
{
    /// <param name="report">The comparison.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="json">Its compare.json.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <returns>Why there is no PNG, or null.</returns>
    public static string? Write(CompareReport report, OutputFolder folder, byte[] json, CancellationToken cancel)
    {
        folder.Write(Manifest.Compare, json);
        folder.Write("compare.csv", CompareTables.Models(report));
        var source = FigureSource.OfModels([.. report.Models.Select(model => model.Stage with { Title = report.ShortNames[model.Name] })], report.Level, report.Seed, report.DiagramEceKey);
        FigureFiles.Write("differences", DifferencesFigure.From(report), folder);
        FigureFiles.Write("reliability", FigureCatalog.Find("reliability")!.OfModels!(source, cancel), folder);
        cancel.ThrowIfCancellationRequested();
        folder.Commit();
        return Png.Problem;
    }
}
