using System.Globalization;
using LsCalib.Core.Catalog;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Terminal;

/// <summary>An explanation on the terminal.</summary>
internal sealed class ExplainView(TerminalProfile terminal, TextWriter output)
{
    private const int TableWidth = 78;

    private int Width => Math.Clamp(terminal.Width, TableWidth, 120);

    private string Minus => terminal.Unicode ? "−" : "-";

    public void Write(ExplainReport report)
    {
        var explanation = report.Explanation;
        var info = explanation.Metric.Info;
        Line("");
        Line(Bold($"{info.Key}   {info.Title}"));
        string source = info.Source.Length > 0 ? $" Source: {info.Source}." : "";
        Paragraphs.Write(output, $"{char.ToUpper(info.Definition[0], CultureInfo.InvariantCulture)}{info.Definition[1..]}.{source}", Width, 2);
        Line(Text($"{report.Data[0].Path}   n = {explanation.RowCount:N0}{(report.ClassCount is { } classes ? $", K = {classes}" : ", confidence and outcome only")}"));
        if (explanation.Arithmetic is { } arithmetic)
        {
            Bins(arithmetic, explanation.Metric.Measurement.Value, single: info.Library is "guo" or "torchmetrics");
        }
        else
        {
            Line("");
            Line(Bold(Text($"value {Number(explanation.Metric.Measurement.Value)}")));
        }

        Uncertainty(report);
        Related(explanation);
    }

    private void Bins(BinArithmetic arithmetic, double value, bool single)
    {
        string running = arithmetic.Fold == BinFold.Maximum ? "largest" : "sum";
        Line("");
        bool isWeighted = arithmetic.Bins.Any(term => term.Bin.Weight != term.Bin.Count);
        Line(Bold($"{"bin",-20}{(isWeighted ? "weight" : "rows"),10}{"conf.",8}{"acc.",8}{"gap",9}{Name(arithmetic.TermName),11}{running,11}"));
        int empty = 0;
        foreach (var (bin, term, sum) in arithmetic.Bins)
        {
            if (bin.Weight == 0)
            {
                empty++;
                continue;
            }

            Line(Text($"{Edges(arithmetic.Rule, bin.Lower, bin.Upper),-20}{(isWeighted ? Text($"{bin.Weight:N1}") : Text($"{bin.Count:N0}")),10}{bin.MeanConfidence,8:0.0000}{bin.Accuracy,8:0.0000}{Number(bin.Gap, 4),9}{Number(term, 6),11}{Number(sum, 6),11}"));
        }

        string left = empty == 0 ? "" : Text($"; {empty} empty {(empty == 1 ? "bin" : "bins")} left out");
        string weights = isWeighted ? " n and N are sums of weights, scaled to a mean of 1." : "";
        Paragraphs.Write(output, $"Bins are {arithmetic.Rule}{left}.{weights}", Width, 2);
        double total = arithmetic.Bins.IsEmpty ? double.NaN : arithmetic.Bins[^1].Running;
        string last = arithmetic.Fold switch
        {
            _ when double.IsNaN(total) => "no bin takes part: value",
            BinFold.Maximum => "value = the largest",
            BinFold.RootOfSum => $"value = square root of {Number(total)}{(total < 0 ? ", which is negative: 0" : "")}",
            BinFold.Mean => Text($"value = {Number(total)} / {arithmetic.Bins.Count(bin => bin.Bin.Weight > 0)} bins"),
            _ => "value = the sum",
        };
        Line(Bold($"{last} = {Number(value)}{(single ? ", in single precision" : "")}"));
    }

    private void Uncertainty(ExplainReport report)
    {
        var m = report.Explanation.Metric.Measurement;
        if (m.Interval is { } interval)
        {
            Paragraphs.Write(output, Text($"{100 * report.Level:0.#}% interval {Number(interval.Lower, 6)} to {Number(interval.Upper, 6)}: {interval.Method}."), Width, 2);
        }

        if (m.NoiseFloor is { } floor && !double.IsNaN(floor.Mean))
        {
            Paragraphs.Write(output, Text($"Noise floor: a perfectly calibrated model with these confidences has {Number(floor.Mean, 6)} on average (median {Number(floor.Median, 6)}) and stays below {Number(floor.Q95, 6)} in 95 of 100 samples."), Width, 2);
        }

        if (m.PValue is { } p && !double.IsNaN(p))
        {
            Line(p < 1e-6 ? "p < 0.000001" : Text($"p = {Number(p, 6)}"));
        }

        if (m.Note.Length > 0)
        {
            Paragraphs.Write(output, $"Note: {m.Note}.", Width, 2);
        }
    }

    private void Related(MetricExplanation explanation)
    {
        if (explanation.Related.IsEmpty)
        {
            if (explanation.WhyNothingRelated.Length > 0)
            {
                Paragraphs.Write(output, $"Not compared with other libraries: {explanation.WhyNothingRelated}.", Width, 2);
            }

            return;
        }

        Line("");
        string whose = explanation.Metric.Info.Library is null ? "the same in other libraries" : "the same as ls-calib defines it";
        Line(Bold($"{whose,-34}{"value",16}{"difference",18}"));
        foreach (var related in explanation.Related)
        {
            Line($"{related.Metric.Info.Key,-34}{Number(related.Metric.Measurement.Value),16}{Number(related.Difference),18}");
            foreach (string reason in related.Reasons)
            {
                Paragraphs.Write(output, reason, Width, 6);
            }
        }
    }

    /// <summary>The edges of a bin; those of equal mass can be too near to 1 for six places, where the upper one alone says more.</summary>
    private static string Edges(string rule, double lower, double upper)
    {
        bool closedBelow = rule.StartsWith('[');
        if (lower == upper)
        {
            return Text($"{lower:0.######} alone");
        }

        string from = Text($"{lower:0.000000}");
        string to = Text($"{upper:0.000000}");
        return from == to || (upper < 1 && to == "1.000000") ? Text($"… {upper:0.############}{(closedBelow ? ')' : ']')}")
            : $"{(closedBelow ? '[' : '(')}{from}, {to}{(closedBelow ? ')' : ']')}";
    }

    private string Name(string term) => terminal.Unicode ? term : term.Replace("²", "^2", StringComparison.Ordinal);

    private string Number(double value, int digits = 10)
    {
        if (double.IsNaN(value))
        {
            return terminal.Unicode ? "–" : "-";
        }

        if (double.IsInfinity(value))
        {
            return (value < 0 ? Minus : "") + (terminal.Unicode ? "∞" : "inf");
        }

        string text = Math.Abs(value).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return (value < 0 && text.AsSpan().IndexOfAnyInRange('1', '9') >= 0 ? Minus : "") + text;
    }

    private string Bold(string text) => terminal.Colors ? $"\u001b[1m{text}\u001b[22m" : text;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private void Line(string text) => output.Write(text.Length == 0 ? "\n" : $"  {text}\n");
}
