using LsCalib.Core.Calibrators;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>What a figure is made of: the stages of one run, or several models as they are.</summary>
/// <param name="Name">What is shown, for titles.</param>
/// <param name="KeyColumn">First column of the figure's CSV file, which holds the keys of the stages.</param>
/// <param name="Stages">The columns of the figure, one at least.</param>
/// <param name="Level">Confidence level of intervals, of all stages.</param>
/// <param name="Seed">Seed of everything random.</param>
/// <param name="EceKey">Key of the ECE that belongs to the diagrams.</param>
public sealed record FigureSource(string Name, string KeyColumn, IReadOnlyList<FigureStage> Stages, double Level, long Seed, string EceKey)
{
    /// <summary>Whether the stages are different models, whose names can be long.</summary>
    public bool IsOfModels { get; private init; }

    /// <summary>n and K, for captions: once where all stages share them, else with the titles of those that do.</summary>
    internal string Size
    {
        get
        {
            var sizes = Stages.GroupBy(stage => stage.Rows).ToList();
            return sizes.Count == 1
                ? $"{sizes[0].Key}."
                : $"{string.Join("; ", sizes.Select(size => $"{string.Join(", ", size.Select(stage => Quoted(stage.Title)))}: {size.Key}"))}.";
        }
    }

    /// <summary>What recalibrations were fitted on, for captions; starts with a space where there were any.</summary>
    internal string Fits { get; private init; } = "";

    /// <summary>A title in a list, in quotation marks where it holds a sign that the list is made of.</summary>
    private static string Quoted(string title) => title.AsSpan().IndexOfAny(",;:") < 0 ? title : $"“{title}”";

    /// <summary>A run: the model as it is, and after each recalibration that there are numbers for.</summary>
    public static FigureSource Of(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new(report.Name, "stage", FigureStage.Of(report), report.Level, report.Seed, report.DiagramEceKey)
        {
            Fits = string.Concat(report.Calibrations.Where(calibration => calibration.Evaluation is not null).Select(calibration => calibration.FitOn).Distinct().Select(fit =>
                    $" {(report.Calibrations.Count == 1 && report.Calibrations[0].Method == "temperature" ? "Temperature" : "Recalibration")} fitted on {(fit.Origin == FitOrigin.CrossFitted ? $"the test data, {TemperatureScaling.FoldCount}-fold cross-fitted" : fit.Words)}."))
                + string.Concat(report.Calibrations.Where(calibration => calibration.Evaluation is null).Select(calibration => $" No {calibration.Title}: {calibration.Reason}.")),
        };
    }

    /// <summary>Several models side by side, all measured with the same options.</summary>
    /// <param name="models">The models, one at least.</param>
    /// <param name="level">Confidence level of intervals.</param>
    /// <param name="seed">Seed of everything random.</param>
    /// <param name="eceKey">Key of the ECE that belongs to the diagrams.</param>
    public static FigureSource OfModels(IReadOnlyList<FigureStage> models, double level, long seed, string eceKey)
    {
        ArgumentNullException.ThrowIfNull(models);
        string name = models.Count == 1 ? models[0].Title : FormattableString.Invariant($"{models.Count} models");
        return new(name, "model", models, level, seed, eceKey) { IsOfModels = true };
    }
}
