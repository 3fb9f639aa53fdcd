using System.Collections.Immutable;
using LsCalib.Core.Metrics;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>ECE against the number of bins, over what a calibrated model would show: a number of bins is a choice, and it moves the ECE.</summary>
public static class EceBinsFigure
{
    private const int MostBins = 100;

    /// <summary>The figure; its data are the points drawn.</summary>
    /// <param name="source">A run, or several models.</param>
    /// <param name="cancel">Stops the simulation of the noise floor.</param>
    public static FigureData From(FigureSource source, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(source);
        var csv = new CsvDocument($"{source.KeyColumn},binning,bins,ece,noise_floor_mean,noise_floor_q95");
        var stages = source.Stages;
        var grid = new PanelGrid(stages.Count);
        (Binning Binning, string Key, string Words)[] kinds = [(Binning.EqualWidth, "equal-width", "equal width"), (Binning.EqualMass, "equal-mass", "equal mass")];
        var curves = new Dictionary<(int Stage, int Kind), ImmutableArray<EceOfBins>>();
        for (int s = 0; s < stages.Count; s++)
        {
            for (int k = 0; k < kinds.Length; k++)
            {
                var curve = BinSensitivity.Compute(stages[s].Evaluation.Order, kinds[k].Binning, MostBins, source.Seed, cancel);
                curves.Add((s, k), curve);
                foreach (var point in curve)
                {
                    csv.Row(stages[s].Key, kinds[k].Key, point.BinCount, point.Ece, point.Floor.Mean, point.Floor.Q95);
                }
            }
        }

        double top = Math.Min(1, 1.1 * curves.Values.Max(curve => curve.Max(point => Math.Max(point.Ece, point.Floor.Q95))));
        top = top > 0 ? top : 0.01;
        int bins = stages[0].Evaluation.Reliability.RequestedBinCount;
        string Range(int s, int k) => FormattableString.Invariant($"ECE {curves[(s, k)].Min(point => point.Ece):0.0000} to {curves[(s, k)].Max(point => point.Ece):0.0000}");
        Panel Panel(int s, int k, bool first)
        {
            var curve = curves[(s, k)];
            return new(
                $"{stages[s].Title}\n{(grid.IsNarrow ? "" : "bins of ")}{kinds[k].Words}: {Range(s, k)}",
                new Axis(k == kinds.Length - 1 ? "number of bins" : "", 1, MostBins),
                new Axis(first ? "ECE" : "", 0, top),
                [
                    new Mark.Band([.. curve.Select(point => ((double)point.BinCount, point.Floor.Mean, point.Floor.Q95))], MarkStyle.Noise),
                    new Mark.Line([.. curve.Select(point => ((double)point.BinCount, point.Floor.Mean))], MarkStyle.Noise),
                    new Mark.Line([.. curve.Select(point => ((double)point.BinCount, point.Ece))], MarkStyle.Measured),
                    .. bins <= MostBins ? [new Mark.Dots([(bins, curve[bins - 1].Ece)], MarkStyle.Second)] : Array.Empty<Mark>(),
                ]);
        }

        var figure = new Figure(
            $"ECE of {source.Name} by number of bins",
            $"Expected calibration error of {source.Name} against 1 to {MostBins} bins of equal width and of equal mass, with the noise floor of a calibrated model.{(source.IsOfModels ? $" With bins of equal width: {string.Join("; ", stages.Select((stage, s) => $"{stage.Title}: {Range(s, 0)}"))}." : "")}",
            grid.Rows((s, first) => Panel(s, 0, first), (s, first) => Panel(s, 1, first)),
            grid.Heights(170, 170),
            [
                new("ECE", LegendKey.Line),
                new("noise floor: mean", LegendKey.Line, MarkStyle.Noise),
                new("to its 95% point", LegendKey.Band, MarkStyle.Noise),
                .. bins <= MostBins ? [new LegendEntry(FormattableString.Invariant($"{bins} bins"), LegendKey.Dot, MarkStyle.Second)] : Array.Empty<LegendEntry>(),
            ],
            $"{source.Size} Noise floor: ECE of a perfectly calibrated model with the same confidences, by simulation; an ECE below the top of the band says nothing against the model. Tied rows share a bin of equal mass, so fewer bins than asked for can be left.{source.Fits}")
        {
            PlotWidth = grid.PlotWidth,
            BreaksTitles = source.IsOfModels,
        };
        return new(figure, csv.ToBytes());
    }
}
