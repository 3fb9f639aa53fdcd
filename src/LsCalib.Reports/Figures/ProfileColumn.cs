using System.Collections.Immutable;
using System.Globalization;
using LsCalib.Core.Calibrators;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Figures;

/// <summary>The panels, rows and words of one model's temperature profile.</summary>
/// <param name="stage">The model, with its profile.</param>
/// <param name="level">Confidence level of the interval.</param>
internal sealed class ProfileColumn(FigureStage stage, double level)
{
    private const double BandHeight = 0.9;

    public TemperatureProfile Profile { get; } = stage.Profile ?? throw new ArgumentException("The stage has no profile.", nameof(stage));

    public ImmutableArray<ProfilePoint> Points => Profile.Points;

    /// <summary>A temperature with as many digits as can matter.</summary>
    public static string Words(double temperature) => double.IsPositiveInfinity(temperature) ? "∞"
        : temperature.ToString(temperature switch { 0 => "0", < 0.1 => "G3", < 10 => "0.000", < 100 => "0.0", _ => "0" }, CultureInfo.InvariantCulture);

    /// <summary>A confidence level: 95%.</summary>
    public static string Percent(double level) => FormattableString.Invariant($"{100 * level:0.##}%");

    public void WriteTo(CsvDocument csv)
    {
        void Row(string part, double temperature, ProfilePoint? point) =>
            csv.Row(stage.Key, part, temperature, point?.Nll, point?.Ece, point?.Floor.Mean, point?.Floor.Q95);
        foreach (var point in Points)
        {
            Row("curve", point.Temperature, point);
        }

        if (Profile.Optimum is { } optimum)
        {
            Row("optimum", optimum.Temperature, optimum);
        }

        if (Profile.Interval is { } interval)
        {
            Row("interval-lower", interval.Lower, null);
            Row("interval-upper", interval.Upper, null);
        }
    }

    public Panel NllPanel(string title, Axis x, Axis y, (double X, string Label)? fitted) => new(
        $"{title}\n{OptimumWords}\n{NllWords}",
        x,
        y,
        [
            .. Interval(x, y),
            new Mark.Line([.. Points.Select(point => (point.Temperature, point.Nll))], MarkStyle.Measured),
            .. Uprights(x, fitted),
            new Mark.Dots([(1, Profile.Unscaled.Nll)], MarkStyle.Second),
        ]);

    public Panel EcePanel(string title, Axis x, Axis y, (double X, string Label)? fitted) => new(
        $"{title}\n{EceWords}\n{LeastWords}",
        x,
        y,
        [
            .. Interval(x, y),
            new Mark.Band([.. Points.Select(point => (point.Temperature, point.Floor.Mean, point.Floor.Q95))], MarkStyle.Noise),
            new Mark.Line([.. Points.Select(point => (point.Temperature, point.Floor.Mean))], MarkStyle.Noise),
            new Mark.Line([.. Points.Select(point => (point.Temperature, point.Ece))], MarkStyle.Measured),
            .. Uprights(x, fitted),
            new Mark.Dots([(1, Profile.Unscaled.Ece)], MarkStyle.Second),
            new Mark.Dots([(Profile.LeastEce.Temperature, Profile.LeastEce.Ece)], MarkStyle.Third),
        ]);

    /// <summary>The optimum in words for those who cannot see it.</summary>
    public string Sentence(bool isNamed) => $"{(isNamed ? $"{stage.Title}: " : "")}{OptimumWords}; {NllWords}; {EceWords}, {LeastWords}.";

    /// <summary>What else a caption must say: why there is no optimum, and that not all rows are drawn; starts with a space where it is not empty.</summary>
    public string Note(bool isNamed)
    {
        string name = isNamed ? $"{stage.Title}: " : "";
        string none = Profile.Optimum is null ? $" {name}no T*: {Profile.Fit.Reason}." : "";
        return Profile.RowCount == Profile.TotalRowCount ? none : none + FormattableString.Invariant($" {name}curves of {Profile.RowCount:N0} of the rows, drawn at random.");
    }

    private string OptimumWords => Profile.Optimum is not { } optimum ? "no finite optimum"
        : $"T* = {Words(optimum.Temperature)}{(Profile.Interval is { } interval ? $", {Percent(level)} {Words(interval.Lower)}–{Words(interval.Upper)}" : "")}";

    private string NllWords => $"NLL {Twice(point => point.Nll)}";

    private string EceWords => $"ECE {Twice(point => point.Ece)}";

    private string LeastWords => FormattableString.Invariant($"least {Profile.LeastEce.Ece:0.0000} at T = {Words(Profile.LeastEce.Temperature)}");

    private string Twice(Func<ProfilePoint, double> value) => FormattableString.Invariant(
        $"{value(Profile.Unscaled):0.0000} at T = 1{(Profile.Optimum is { } optimum ? FormattableString.Invariant($", {value(optimum):0.0000} at T*") : "")}");

    /// <summary>The interval as far as it lies on the axis, up to where the labels of lines begin.</summary>
    private IEnumerable<Mark> Interval(Axis x, Axis y)
    {
        if (Profile.Interval is { } interval)
        {
            double top = y.Min + (BandHeight * (y.Max - y.Min));
            yield return new Mark.Band([(Math.Clamp(interval.Lower, x.Min, x.Max), y.Min, top), (Math.Clamp(interval.Upper, x.Min, x.Max), y.Min, top)], MarkStyle.Measured);
        }
    }

    /// <summary>Vertical lines at the optimum, and at a temperature fitted elsewhere: labelled on their outer sides, one alone where there is room.</summary>
    private IEnumerable<Mark> Uprights(Axis x, (double X, string Label)? fitted)
    {
        double optimum = Profile.Optimum?.Temperature ?? double.NaN;
        bool OnLeft(double own, double? other) => other is { } there && !double.IsNaN(there) ? own < there : own * own > x.Min * x.Max;
        if (Profile.Optimum is not null)
        {
            yield return new Mark.Upright(optimum, $"T* = {Words(optimum)}", OnLeft(optimum, fitted?.X), MarkStyle.Reference);
        }

        if (fitted is { } line)
        {
            yield return new Mark.Upright(line.X, line.Label, Profile.Optimum is null ? OnLeft(line.X, null) : !OnLeft(optimum, line.X), MarkStyle.Claimed);
        }
    }
}
