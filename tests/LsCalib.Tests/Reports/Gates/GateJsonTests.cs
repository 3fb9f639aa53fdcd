using System.Globalization;
using System.Text;
using System.Text.Json;
using LsCalib.Core.Catalog;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Gates;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Reports.Gates;

public sealed class GateJsonTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "gate.schema.json"))).RootElement;

    public static TheoryData<string> Reports => GateReports.Names;

    [Theory]
    [MemberData(nameof(Reports))]
    public void Every_gate_fits_the_schema(string name) =>
        Assert.Empty(new JsonSchema(Schema).Validate(JsonDocument.Parse(GateJson.Write(GateReports.All[name])).RootElement));

    [Fact]
    public void Numbers_and_words_are_those_of_the_report()
    {
        var root = JsonDocument.Parse(GateJson.Write(GateReports.All["all"])).RootElement;
        Assert.Equal("fail", root.GetProperty("decision").GetString());
        Assert.Equal(2, root.GetProperty("counts").GetProperty("fail").GetInt32());
        Assert.Equal(1, root.GetProperty("counts").GetProperty("inconclusive").GetInt32());
        Assert.Equal(3, root.GetProperty("counts").GetProperty("pass").GetInt32());
        var open = root.GetProperty("rules")[1];
        Assert.Equal("max-increase", open.GetProperty("kind").GetString());
        Assert.Equal("bound", open.GetProperty("use").GetString());
        Assert.True(open.GetProperty("isRelative").GetBoolean());
        Assert.Equal(0.02, open.GetProperty("limit").GetDouble());
        Assert.Equal("inconclusive", open.GetProperty("decision").GetString());
        Assert.Equal(0.006, open.GetProperty("comparison").GetProperty("worsening").GetProperty("value").GetDouble());
        Assert.Equal(0.016, open.GetProperty("comparison").GetProperty("worsening").GetProperty("upper").GetDouble());
        Assert.Equal(0.008, open.GetProperty("comparison").GetProperty("tolerance").GetDouble());
        Assert.Equal(21_000, open.GetProperty("comparison").GetProperty("rowsToDecide").GetInt64());
        Assert.Equal("cat", root.GetProperty("rules")[5].GetProperty("rows").GetProperty("class").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("rules")[0].GetProperty("comparison").ValueKind);
    }

    [Fact]
    public void What_is_undefined_is_null()
    {
        var rules = JsonDocument.Parse(GateJson.Write(GateReports.All["undefined"])).RootElement.GetProperty("rules");
        Assert.Equal(JsonValueKind.Null, rules[0].GetProperty("candidate").GetProperty("value").ValueKind);
        Assert.Equal(JsonValueKind.Null, rules[2].GetProperty("comparison").GetProperty("worsening").GetProperty("upper").ValueKind);
        Assert.Equal(JsonValueKind.Null, rules[2].GetProperty("comparison").GetProperty("adjustedPValue").ValueKind);
    }

    [Fact]
    public void Names_are_kept_to_the_letter()
    {
        var rules = JsonDocument.Parse(GateJson.Write(GateReports.All["nasty names"])).RootElement.GetProperty("rules");
        for (int i = 0; i < GateReports.NastyNames.Length; i++)
        {
            var rows = rules[i].GetProperty("rows");
            string? written = (rows.TryGetProperty("class", out var of) ? of : rows.GetProperty("value")).GetString();
            Assert.Equal(GateReports.NastyNames[i].Replace("\uD83D half", "\uFFFD half", StringComparison.Ordinal), written);
        }
    }

    [Fact]
    public void The_schema_knows_the_units_of_every_metric()
    {
        var units = Schema.GetProperty("properties").GetProperty("rules").GetProperty("items").GetProperty("properties").GetProperty("unit").GetProperty("enum").EnumerateArray().Select(unit => unit.GetString()).ToHashSet();
        Assert.All(MetricCatalog.All().Concat(MetricCatalog.Libraries.SelectMany(MetricCatalog.OfLibrary)), info => Assert.Contains(info.Unit, units));
    }

    /// <summary>All outputs in one place: none follows the culture, and none differs from run to run.</summary>
    [Theory]
    [MemberData(nameof(Reports))]
    public void No_output_follows_the_culture(string name)
    {
        var report = GateReports.All[name];
        Func<GateReport, byte[]>[] outputs =
            [GateJson.Write, GateJUnit.Write, GateMarkdown.Write, GateOpenMetrics.Write, each => Encoding.UTF8.GetBytes(string.Join('\n', GitHubAnnotations.Lines(each)))];
        byte[][] before = Array.ConvertAll(outputs, write => write(report));
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("ru-RU") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "\u00a0", NegativeSign = "~" } };
            Assert.All(outputs.Zip(before), output => Assert.True(output.First(report).AsSpan().SequenceEqual(output.Second)));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
