using System.Globalization;
using System.Text;
using System.Xml;
using LsCalib.Core.Gates;
using LsCalib.Reports.Documents;

namespace LsCalib.Reports.Gates;

/// <summary>
/// A gate as JUnit XML: a suite with a test case for each rule, failed, skipped where inconclusive, or passed. What is known
/// of the rules stands in the properties of the suite, as those of a test case are not in every schema.
/// </summary>
public static class GateJUnit
{
    private static readonly NumberText Numbers = new(unicode: true);

    /// <summary>The document, UTF-8, ending in a line feed.</summary>
    public static byte[] Write(GateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, NewLineChars = "\n", CloseOutput = false }))
        {
            xml.WriteStartDocument();
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "ls-calib gate");
            Totals(xml, report.Result);
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", Valid($"ls-calib gate: {report.Name}"));
            Totals(xml, report.Result);
            xml.WriteAttributeString("skipped", Text(GateText.Count(report.Result, Decision.Inconclusive)));
            Properties(xml, report);
            foreach (var rule in report.Result.Rules)
            {
                Case(xml, rule);
            }

            xml.WriteEndDocument();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void Totals(XmlWriter xml, GateResult result)
    {
        xml.WriteAttributeString("tests", Text(result.Rules.Length));
        xml.WriteAttributeString("failures", Text(GateText.Count(result, Decision.Fail)));
        xml.WriteAttributeString("errors", "0");
    }

    private static void Properties(XmlWriter xml, GateReport report)
    {
        xml.WriteStartElement("properties");
        Property(xml, "tool", report.Tool);
        Property(xml, "decision", report.Result.Decision.Word());
        Property(xml, "level", report.Result.Level.ToString("R", CultureInfo.InvariantCulture));
        Property(xml, "seed", report.Result.Seed.ToString(CultureInfo.InvariantCulture));
        Property(xml, "resamples", Text(report.Result.ResampleCount));
        foreach (var file in report.Model.Concat(report.Data).Concat(report.Baseline is { } baseline ? [baseline.File] : []).Concat(report.RulesFile is { } rules ? [rules] : []))
        {
            Property(xml, $"sha256 {file.Path}", file.Sha256);
        }

        foreach (var rule in report.Result.Rules)
        {
            Property(xml, $"{RuleText.Of(rule.Rule)}: decision", rule.Decision.Word());
            foreach (var (name, value) in Known(rule))
            {
                Property(xml, $"{RuleText.Of(rule.Rule)}: {name}", value);
            }
        }

        xml.WriteEndElement();
    }

    private static void Case(XmlWriter xml, RuleResult rule)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", Valid(RuleText.Of(rule.Rule)));
        xml.WriteAttributeString("classname", "ls-calib.gate");
        if (rule.Decision != Decision.Pass)
        {
            xml.WriteStartElement(rule.Decision == Decision.Fail ? "failure" : "skipped");
            xml.WriteAttributeString("message", Valid(string.Join("; ", new[] { rule.Reason, GateText.Power(rule, Numbers) }.Where(part => part.Length > 0))));
            xml.WriteAttributeString("type", rule.Decision.Word());
            xml.WriteEndElement();
        }

        string[] lines = [rule.Reason, .. rule.Warnings.Select(warning => $"warning: {warning}"), .. Known(rule).Select(known => $"{known.Name} = {known.Value}")];
        xml.WriteElementString("system-out", Valid(string.Join("\n", lines)));
        xml.WriteEndElement();
    }

    /// <summary>Name and value of the numbers known of a rule, but for its decision.</summary>
    private static IEnumerable<(string Name, string Value)> Known(RuleResult rule) => GateQuantity.All.Skip(1)
        .Select(quantity => (Name: quantity.Name.Replace('_', '-'), Value: quantity.Text(rule)))
        .Where(known => known.Value is not null)
        .Select(known => (known.Name, known.Value!));

    private static void Property(XmlWriter xml, string name, string value)
    {
        xml.WriteStartElement("property");
        xml.WriteAttributeString("name", Valid(name));
        xml.WriteAttributeString("value", Valid(value));
        xml.WriteEndElement();
    }

    /// <summary>Characters that XML cannot hold become the replacement character.</summary>
    private static string Valid(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0)
        {
            return text;
        }

        var valid = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            valid.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString());
        }

        return valid.ToString();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
