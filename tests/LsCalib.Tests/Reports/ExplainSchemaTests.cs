using System.Text.Json;
using LsCalib.Core.Catalog;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Reports;

public sealed class ExplainSchemaTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JsonSchema _schema = new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "explain.schema.json"))).RootElement);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ece-15", false)]
    [InlineData("mce-15-min10", false)]
    [InlineData("l2-debiased-15", true)]
    [InlineData("nll", false)]
    [InlineData("spiegelhalter", false)]
    [InlineData("skce", false)]
    [InlineData("torchmetrics-rmsce-15", false)]
    [InlineData("netcal-ace-10", false)]
    public void Every_explanation_fits_the_schema(string key, bool grouped)
    {
        string csv = _folder.Write("p.csv", "prob_0,prob_1,label,g\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $".2,.8,1,{i}\n.5,.5,0,{i}\n")));
        string[] extra = grouped ? ["--group-column", "g"] : [];
        var run = CommandLine.Run(["explain", key, "--predictions", csv, "--json", .. extra]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(_schema.Validate(run.Json));
    }

    [Fact]
    public void Every_metric_of_one_row_fits_it_too()
    {
        string csv = _folder.Write("one.csv", "confidence,correct\n1,0\n");
        foreach (string key in new[] { "ece-15", "l2-debiased-15", "corp-log-mcb", "t-cal", "ece-kde", "mmce" })
        {
            Assert.Empty(_schema.Validate(CommandLine.Run("explain", key, "--predictions", csv, "--json").Json));
        }
    }

    [Fact]
    public void The_schema_knows_the_units_of_every_metric()
    {
        var root = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "explain.schema.json"))).RootElement;
        var units = root.GetProperty("$defs").GetProperty("unit").GetProperty("enum").EnumerateArray().Select(unit => unit.GetString()).ToHashSet();
        Assert.All(MetricCatalog.All().Concat(MetricCatalog.Libraries.SelectMany(MetricCatalog.OfLibrary)), info => Assert.Contains(info.Unit, units));
    }

    [Fact]
    public void What_is_missing_wrong_or_unknown_is_found()
    {
        var errors = _schema.Validate(JsonDocument.Parse("{\"schemaVersion\": 2, \"rowCount\": 1.5, \"more\": 1, \"bins\": {\"fold\": \"median\"}}").RootElement);
        Assert.Contains("$: metric is missing", errors);
        Assert.Contains(errors, error => error.StartsWith("$.schemaVersion", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("$.rowCount", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("$.bins.fold", StringComparison.Ordinal));
        Assert.Contains("$.bins: table is missing", errors);
        Assert.Contains("$: more is not in the schema", errors);
    }
}
