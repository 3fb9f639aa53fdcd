using System.Text;
using LsCalib.Core.Gates;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Gates;

/// <summary>
/// A gate as OpenMetrics 1.0 text, such as GitLab's metrics report reads: one gauge for each quantity, one sample for each
/// rule, by metric, rows and kind. What is not known has no sample.
/// </summary>
public static class GateOpenMetrics
{
    /// <summary>What the names of all families begin with.</summary>
    public const string Prefix = "ls_calib_gate_";

    /// <summary>The text, UTF-8, ending in # EOF and a line feed.</summary>
    public static byte[] Write(GateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        var rules = report.Result.Rules.Select(rule => (Rule: rule, Labels: Labels(rule.Rule))).DistinctBy(rule => rule.Labels).ToList();
        foreach (var quantity in GateQuantity.All)
        {
            var samples = rules.Select(rule => (rule.Labels, Value: quantity.Text(rule.Rule))).Where(sample => sample.Value is not null).ToList();
            if (samples.Count == 0)
            {
                continue;
            }

            string name = Prefix + quantity.Name;
            text.Append("# TYPE ").Append(name).Append(" gauge\n");
            if (quantity.Unit.Length > 0)
            {
                text.Append("# UNIT ").Append(name).Append(' ').Append(quantity.Unit).Append('\n');
            }

            text.Append("# HELP ").Append(name).Append(' ').Append(quantity.Help).Append(".\n");
            foreach (var (labels, value) in samples)
            {
                text.Append(name).Append(labels).Append(' ').Append(value).Append('\n');
            }
        }

        return Encoding.UTF8.GetBytes(text.Append("# EOF\n").ToString());
    }

    /// <summary>What tells rules apart: no two of a gate have the same.</summary>
    private static string Labels(GateRule rule)
    {
        string kind = rule.Kind.Word() + (rule.IsRelative ? "-relative" : rule.Use == RuleUse.Bound ? "-bound" : "");
        return $"{{metric=\"{Escape(rule.Metric)}\",rows=\"{Escape(rule.Rows?.ToString() ?? "all")}\",kind=\"{kind}\"}}";
    }

    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (char c in value)
        {
            // Readers that split at other line ends than the line feed would break a line in two.
            text.Append(c switch
            {
                '\\' => @"\\",
                '"' => "\\\"",
                '\n' => @"\n",
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' => GateText.Text($@"\\u{(int)c:x4}"),
                _ => c.ToString(),
            });
        }

        return text.ToString();
    }
}
