using LsCalib.Core.Compat;
using LsCalib.Core.Metrics;

namespace LsCalib.Core.Catalog;

/// <summary>Other libraries' numbers, digit for digit, on the top label. They are not ours: no interval, no noise floor.</summary>
internal static class CompatMetrics
{
    private const string Ece = MetricFamily.Quantities.Expected;
    private const string Mce = MetricFamily.Quantities.Maximum;
    private const string Rmsce = MetricFamily.Quantities.RootMeanSquare;
    private const string Weighted = "Σ n_m/N |accuracy_m − mean confidence_m|";
    private const string TorchBins = "# bins [lower, upper) of confidences rounded to float32, those that are 1 in one more bin, all sums in float32 in row order";
    private const string NetcalBins = "# bins [lower, upper) between multiples of 1/#, the last closed, confidences clipped into [2^−52, 1 − 2^−52]";
    private const string VerifiedMass = "# bins (lower, upper] of equal mass, edges midway, equal ones merged";

    /// <summary>Libraries in the order of lists.</summary>
    public static IReadOnlyList<string> Libraries { get; } = [Guo.Name, Torchmetrics.Name, Netcal.Name, Relplot.Name, Verified.Name, Mapie.Name, Helm.Name];

    public static IEnumerable<MetricFamily> Families =>
    [
        .. OfGuo, .. OfTorchmetrics, .. OfNetcal, .. OfRelplot, .. OfVerified,
        Binned(Mapie.Name, "mapie-ece-#", "MAPIE ECE, #", 50, $"expected_calibration_error of correctness: {Weighted} over # edges from 0 to 1, so # − 1 intervals (lower, upper], and a bin for confidence 0", "# edges, so # − 1 intervals", Ece,
            (context, bins) => Mapie.Table(context.Order, bins), BinTermOf.Weighted, (context, bins) => Mapie.Table(context.Order, bins).Expected) with { Facts = CompatFacts.Mapie },
        Binned(Helm.Name, "helm-ece-#", "HELM ECE, #", 10, $"ece_10_bin: {Weighted} over {VerifiedMass}", "bins of equal mass", Ece,
            (context, bins) => Helm.Table(context.Order, bins), BinTermOf.Weighted, (context, bins) => Helm.Table(context.Order, bins).Expected) with { IsEqualMass = true },
    ];

    private static IEnumerable<MetricFamily> OfGuo =>
    [
        Binned(Guo.Name, "guo-ece-#", "Guo ECE, #", 15, $"_ECELoss of gpleiss/temperature_scaling for float64 logits: {Weighted} over # bins (lower, upper] with float32 edges, confidence 0 in none of them, summed in float32", "confidence 0 dropped, float32 sum", Ece,
            (context, bins) => LibraryTable.From(context.Order, Guo.Bins(bins)), BinTermOf.Weighted, (context, bins) => Guo.Expected(context.Order, bins)) with { Facts = CompatFacts.Guo },
    ];

    private static IEnumerable<MetricFamily> OfTorchmetrics =>
    [
        Torch("torchmetrics-ece-#", "torchmetrics ECE, #", $"norm=\"l1\": {Weighted}", Ece, BinTermOf.Weighted, result => result.Expected),
        Torch("torchmetrics-mce-#", "torchmetrics MCE, #", "norm=\"max\": largest |accuracy − mean confidence|", Mce, BinTermOf.Gap, result => result.Maximum),
        Torch("torchmetrics-rmsce-#", "torchmetrics RMSCE, #", "norm=\"l2\": square root of Σ n_m/N (accuracy_m − mean confidence_m)²", Rmsce, BinTermOf.Square, result => result.RootMeanSquare),
    ];

    private static IEnumerable<MetricFamily> OfNetcal =>
    [
        OfNetcalWidth("netcal-ece-#", "netcal ECE, #", Weighted, Ece, BinTermOf.Weighted, table => table.Expected),
        OfNetcalWidth("netcal-mce-#", "netcal MCE, #", "largest |accuracy − mean confidence|", Mce, BinTermOf.Gap, table => table.Maximum),
        OfNetcalWidth("netcal-ace-#", "netcal ACE, #", "average calibration error: mean |accuracy − mean confidence| of the bins that have rows, all alike", "", BinTermOf.Mean, table => table.Average),
        Binned(Netcal.Name, "netcal-ece-#-mass", "netcal ECE, # mass", 10, $"ECE(equal_intervals=False): {Weighted} over # bins [lower, upper) between interpolated quantiles; undefined where two of them are equal", "edges are quantiles", Ece,
            (context, bins) => Netcal.QuantileBins(context.Order, bins) is { } found ? Netcal.Table(context.Order, found) : null, BinTermOf.Weighted,
            (context, bins) => Netcal.QuantileBins(context.Order, bins) is { } found ? Netcal.Table(context.Order, found).Expected : double.NaN) with { IsEqualMass = true, Facts = CompatFacts.NetcalMass },
    ];

    private static IEnumerable<MetricFamily> OfRelplot =>
    [
        new()
        {
            Pattern = "relplot-smece",
            Title = "relplot smECE",
            Library = Relplot.Name,
            Quantity = MetricFamily.Quantities.Smooth,
            Definition = "smECE of relplot 1.0.3: grid of at least 1,001 nodes, reflected without doubling the end nodes, normalised by the smoothed density, at the bandwidth that ten bisections of [0,1] leave",
            Source = "Błasiok and Nakkiran 2023",
            Facts = (context, _) => CompatFacts.RelplotSmooth(context),
            Measure = (context, _) =>
            {
                var smooth = context.Once(Relplot.Name, () => RelplotSmoothEce.Compute(context.Order));
                return new(smooth.Value) { Note = FormattableString.Invariant($"rows at 0 and 1 weigh half; bandwidth {smooth.Bandwidth}") };
            },
        },
        Binned(Relplot.Name, "relplot-binned-ece-#", "relplot binnedECE, #", 10, $"binnedECE: {Weighted} over # bins [lower, upper), found by dividing by 1/#, confidence 1 in one more bin", "confidence 1 has a bin of its own", Ece,
            (context, bins) => Relplot.Table(context.Order, bins), BinTermOf.Weighted, (context, bins) => Relplot.Table(context.Order, bins).Expected) with { Facts = CompatFacts.Relplot },
    ];

    private static IEnumerable<MetricFamily> OfVerified =>
    [
        Binned(Verified.Name, "verified-ece-#", "verified ECE, #", 15, $"get_ece: {Weighted} over # bins (lower, upper] of equal width", "as ours", Ece,
            (context, bins) => LibraryTable.From(context.Order, Verified.WidthBins(bins)), BinTermOf.Weighted,
            (context, bins) => LibraryTable.From(context.Order, Verified.WidthBins(bins)).Expected) with { Facts = CompatFacts.VerifiedWidth },
        OfVerifiedMass("verified-ece-#-mass", "verified ECE, # mass", $"get_ece_em: {Weighted} over {VerifiedMass}", "as ours", Ece, BinTermOf.Weighted, table => table.Expected),
        OfVerifiedMass("verified-l2-#", "verified L2, # mass", $"get_top_calibration_error(debias=False): square root of Σ n_m/N gap_m² over {VerifiedMass}", "bins of equal mass", Rmsce, BinTermOf.Square, table => Math.Sqrt(table.MeanSquare)),
        OfVerifiedMass("verified-l2-debiased-#", "verified debiased L2, #", $"get_top_calibration_error: square root of Σ n_m/N (gap_m² − accuracy_m (1 − accuracy_m)/(n_m − 1)), 0 where negative, over {VerifiedMass}", "as ours", MetricFamily.Quantities.Debiased, BinTermOf.DebiasedSquare, table => DebiasedError.Root(table.DebiasedSquare)),
        Marginal("verified-l2-#-marginal", "verified marginal L2, #", "get_calibration_error(debias=False): root mean square over classes of the L2 error of the class's probability", result => result.PlugIn),
        Marginal("verified-l2-debiased-#-marginal", "verified marginal deb., #", "package default, get_calibration_error: root mean square over classes of the debiased L2 error of the class's probability, 0 where its square is negative", result => result.Debiased),
    ];

    private static MetricFamily Torch(string pattern, string title, string words, string quantity, BinTermOf term, Func<Torchmetrics, double> of) =>
        Binned(Torchmetrics.Name, pattern, title, 15, $"MulticlassCalibrationError, {words}, over {TorchBins}", "float32; confidence 1 has a bin of its own", quantity,
            (context, bins) => Torchmetrics.Compute(context.Order, bins).Table, term, (context, bins) => of(Torchmetrics.Compute(context.Order, bins))) with
        { Facts = CompatFacts.Torchmetrics };

    private static MetricFamily OfNetcalWidth(string pattern, string title, string words, string quantity, BinTermOf term, Func<LibraryTable, double> of) =>
        Binned(Netcal.Name, pattern, title, 10, $"{words} over {NetcalBins}", "lower edges closed, not upper ones", quantity,
            (context, bins) => Netcal.Table(context.Order, Netcal.Bins(bins)), term, (context, bins) => of(Netcal.Table(context.Order, Netcal.Bins(bins)))) with
        { Facts = CompatFacts.Netcal };

    private static MetricFamily OfVerifiedMass(string pattern, string title, string definition, string note, string quantity, BinTermOf term, Func<LibraryTable, double> of) =>
        Binned(Verified.Name, pattern, title, 15, definition, note, quantity,
            (context, bins) => LibraryTable.From(context.Order, Verified.MassBins(context.Order, bins)), term,
            (context, bins) => of(LibraryTable.From(context.Order, Verified.MassBins(context.Order, bins)))) with
        { IsEqualMass = true };

    private static MetricFamily Marginal(string pattern, string title, string words, Func<VerifiedMarginal, double> of) => new()
    {
        Pattern = pattern,
        Title = title,
        Library = Verified.Name,
        Default = 15,
        Needs = MetricNeeds.Scores,
        IsEqualMass = true,
        Definition = $"{words}, over {VerifiedMass}",
        Source = "Kumar, Liang and Ma 2019",
        Measure = (context, bins) =>
        {
            var marginal = context.Once(
                FormattableString.Invariant($"{Verified.Name}-{bins}"),
                () => VerifiedMarginal.Compute(context.Scores, context.Statistics.Labels, context.Scaling, bins, context.Cancel));
            return new(of(marginal))
            {
                Note = marginal.IsDiscrete ? "few distinct probabilities: get_calibration_error would take those as bins" : "all classes, each in bins of its own",
            };
        },
    };

    private static MetricFamily Binned(
        string library, string pattern, string title, int bins, string definition, string note, string quantity,
        Func<MetricContext, int, LibraryTable?> table, BinTermOf term, Func<MetricContext, int, double> value) => new()
        {
            Pattern = pattern,
            Title = title,
            Library = library,
            Quantity = quantity,
            Default = bins,
            Definition = definition,
            Arithmetic = (context, parameter) => table(context, parameter) is { } found ? term.Of(found.Rule, found.RowCount, found.Bins) : null,
            Measure = (context, parameter) => new(value(context, parameter))
            {
                Note = MetricFamily.Fill(note, parameter),
            },
        };
}
