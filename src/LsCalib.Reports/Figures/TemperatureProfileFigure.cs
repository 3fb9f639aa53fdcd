using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>NLL and ECE against the temperature (the axes of Müller et al. 2019, figure 4), with the temperature of least NLL and its interval.</summary>
public static class TemperatureProfileFigure
{
    /// <summary>Width of the panels where there is one column, in points.</summary>
    private const double SingleWidth = 376;

    private const string Header = "part,temperature,nll,ece,noise_floor_mean,noise_floor_q95";

    /// <summary>The figure of a run: of the model as it is, and where a temperature was fitted on other data, with that.</summary>
    /// <param name="report">A run with scores.</param>
    /// <param name="cancel">Stops between passes over the scores.</param>
    public static FigureData From(RunReport report, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(report);
        var all = FigureSource.Of(report);
        var fitted = report.Calibrations.FirstOrDefault(calibration => calibration is { Method: "temperature", Status: FitStatus.Converged, Folds.Count: 0 });
        return From(all with { Stages = [all.Stages[0].WithProfile(report, cancel)] }, fitted);
    }

    /// <summary>The figure of several models; its data are the points drawn.</summary>
    /// <param name="source">Models with their profiles.</param>
    public static FigureData From(FigureSource source) => From(source, null);

    private static FigureData From(FigureSource source, Calibration? fitted)
    {
        ArgumentNullException.ThrowIfNull(source);
        var columns = source.Stages.Select(stage => new ProfileColumn(stage, source.Level)).ToList();
        var csv = new CsvDocument($"{source.KeyColumn},{Header}");
        foreach (var column in columns)
        {
            column.WriteTo(csv);
        }

        var grid = new PanelGrid(columns.Count);
        double low = columns.Min(column => column.Points[0].Temperature);
        double high = columns.Max(column => column.Points[^1].Temperature);
        (double X, string Label)? other = fitted is null ? null : (Math.Clamp(fitted.Parameters[0].Value, low, high), $"fitted: {ProfileColumn.Words(fitted.Parameters[0].Value)}");
        double least = columns.Min(column => column.Points.Min(point => point.Nll));
        double most = columns.Max(column => column.Points.Max(point => point.Nll));
        double span = most > least ? most - least : Math.Max(0.01, 0.1 * Math.Abs(most));
        double top = Math.Min(1, 1.15 * columns.Max(column => column.Points.Max(point => Math.Max(point.Ece, point.Floor.Q95))));
        top = top > 0 ? top : 0.01;
        var x = new Axis("", low, high, IsLogarithmic: true);
        bool hasOptimum = columns.Any(column => column.Profile.Optimum is not null);
        var table = source.Stages[0].Evaluation.Reliability;
        string bins = $"{table.RequestedBinCount} bins of equal {(table.Binning == Binning.EqualWidth ? "width" : "mass")}";
        string Title(int s, string alone) => source.IsOfModels ? source.Stages[s].Title : alone;
        var figure = new Figure(
            $"NLL and ECE of {source.Name} by temperature",
            $"Mean NLL and ECE of {source.Name} against the temperature that logits are divided by. {string.Join(" ", columns.Select(column => column.Sentence(source.IsOfModels)))}",
            grid.Rows(
                (s, first) => columns[s].NllPanel(Title(s, "NLL"), x, new Axis(first ? "mean NLL (nats)" : "", Math.Max(0, least - (0.06 * span)), most + (0.14 * span)), other),
                (s, first) => columns[s].EcePanel(Title(s, "ECE"), x with { Label = "temperature T" }, new Axis(first ? "ECE" : "", 0, top), other)),
            grid.Heights(190, 190),
            [
                new("NLL, ECE", LegendKey.Line),
                .. hasOptimum ? [new LegendEntry("T*: least NLL", LegendKey.Line, MarkStyle.Reference)] : Array.Empty<LegendEntry>(),
                .. columns.Any(column => column.Profile.Interval is not null) ? [new LegendEntry($"its {ProfileColumn.Percent(source.Level)} interval", LegendKey.Band)] : Array.Empty<LegendEntry>(),
                .. other is not null ? [new LegendEntry($"fitted on {fitted!.FitOn.Words}", LegendKey.Line, MarkStyle.Claimed)] : Array.Empty<LegendEntry>(),
                new("T = 1: as the model is", LegendKey.Dot, MarkStyle.Second),
                new("least ECE", LegendKey.Dot, MarkStyle.Third),
                new("noise floor of ECE: mean", LegendKey.Line, MarkStyle.Noise),
                new("to its 95% point", LegendKey.Band, MarkStyle.Noise),
            ],
            $"{source.Size} Probabilities are softmax(z/T). NLL: mean −ln p of the label. ECE: top label, {bins}; its curve is rough, and its least value that of the temperatures drawn.{(hasOptimum ? " T* is fitted on the rows shown, so NLL there is a little less than on others; its interval is that of the likelihood profile, scaled by the sandwich ratio." : "")} Noise floor: ECE of a perfectly calibrated model with the same confidences, by simulation; an ECE below the top of the band says nothing against a temperature.{string.Concat(columns.Select(column => column.Note(source.IsOfModels)))}")
        {
            PlotWidth = columns.Count == 1 ? SingleWidth : grid.PlotWidth,
            BreaksTitles = source.IsOfModels,
        };
        return new(figure, csv.ToBytes());
    }
}
