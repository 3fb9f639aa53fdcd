using System.Globalization;
using System.Text;
using LsCalib.Core.Catalog;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Figures;
using LsCalib.Reports.Rendering;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Reports;

public sealed class TemperatureProfileFigureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_csv_file_holds_what_is_drawn() => ReportOf.Use(Logits(400, 3), report =>
    {
        var data = TemperatureProfileFigure.From(report, default);
        var lines = Encoding.UTF8.GetString(data.Csv!).TrimEnd('\n').Split('\n').Select(line => line.Split(',')).ToList();
        Assert.Equal("stage,part,temperature,nll,ece,noise_floor_mean,noise_floor_q95", string.Join(',', lines[0]));
        double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
        var curve = lines.Where(line => line[1] == "curve").Select(line => line.Skip(2).Select(Number).ToArray()).ToList();
        var (nll, ece) = (data.Figure.Rows[0].Single(), data.Figure.Rows[1].Single());
        Assert.Equal(61, curve.Count);
        Assert.Equal(curve.Select(point => (point[0], point[1])), nll.Marks.OfType<Mark.Line>().Single().Points);
        Assert.Equal(curve.Select(point => (point[0], point[2])), ece.Marks.OfType<Mark.Line>().Single(line => line.Style == MarkStyle.Measured).Points);
        Assert.Equal(curve.Select(point => (point[0], point[3], point[4])), ece.Marks.OfType<Mark.Band>().Single(band => band.Style == MarkStyle.Noise).Items);

        // The points at T = 1 are the metrics of the run; the cross-fitted temperature is that of the profile.
        var unscaled = curve.Single(point => point[0] == 1);
        Assert.Equal(report.Evaluation["nll"].Value, unscaled[1], 1e-12);
        Assert.Equal(report.Evaluation["ece-15"].Value, unscaled[2], 1e-12);
        Assert.Equal(report.Evaluation["ece-15"].NoiseFloor!.Q95, unscaled[4], 1e-12);
        Assert.Equal([(1, unscaled[1])], nll.Marks.OfType<Mark.Dots>().Single().Points);
        double optimum = Number(lines.Single(line => line[1] == "optimum")[2]);
        Assert.Equal(report.Calibrations[0].Parameters[0].Value, optimum, 1e-9);
        foreach (var panel in new[] { nll, ece })
        {
            Assert.Equal(optimum, panel.Marks.OfType<Mark.Upright>().Single().X);
            Assert.Equal(
                lines.Where(line => line[1] is "interval-lower" or "interval-upper").Select(line => Number(line[2])),
                panel.Marks.OfType<Mark.Band>().Single(band => band.Style == MarkStyle.Measured).Items.Select(item => item.X));
        }

        Assert.Contains(FormattableString.Invariant($"T* = {optimum:0.000}, 95% "), nll.Title, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"NLL {unscaled[1]:0.0000} at T = 1, "), nll.Title, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"ECE {unscaled[2]:0.0000} at T = 1, "), ece.Title, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"least {curve.Min(point => point[2]):0.0000} at T = "), ece.Title, StringComparison.Ordinal);
        Assert.True(nll.X.IsLogarithmic && ece.X.IsLogarithmic);
    });

    [Fact]
    public void A_temperature_fitted_on_other_data_has_a_line_of_its_own() => ReportOf.Use(
        Logits(400, 3),
        report =>
        {
            var figure = TemperatureProfileFigure.From(report, default).Figure;
            foreach (var panel in figure.Rows.Select(row => row.Single()))
            {
                var lines = panel.Marks.OfType<Mark.Upright>().ToList();
                Assert.Equal(["T*", "fitted:"], lines.Select(line => line.Label.Split(' ')[0]));
                Assert.Equal(report.Calibrations[0].Parameters[0].Value, lines[1].X);
                Assert.NotEqual(lines[0].LabelOnLeft, lines[1].LabelOnLeft);
                Assert.Equal(lines[0].X > lines[1].X, lines[1].LabelOnLeft);
            }

            Assert.Contains(figure.Legend, entry => entry.Text.StartsWith("fitted on ", StringComparison.Ordinal));
            FigureChecks.TextsLieInside(FigureRenderer.ToSvg(figure, outlines: false));
        },
        calibration: Logits(200, 4));

    [Fact]
    public void Without_an_optimum_the_caption_says_why()
    {
        string csv = _folder.Write("right.csv", "prob_0,prob_1,label\n" + string.Concat(Enumerable.Repeat(".2,.8,1\n.7,.3,0\n", 40)));
        ReportOf.Use(csv, report =>
        {
            var data = TemperatureProfileFigure.From(report, default);
            Assert.Contains("no T*: all 80 rows are classified correctly", data.Figure.Caption, StringComparison.Ordinal);
            Assert.StartsWith("NLL\nno finite optimum\nNLL ", data.Figure.Rows[0][0].Title, StringComparison.Ordinal);
            Assert.Empty(data.Figure.Rows.SelectMany(row => row[0].Marks).OfType<Mark.Upright>());
            Assert.DoesNotContain(data.Figure.Legend, entry => entry.Text.Contains("T*", StringComparison.Ordinal) || entry.Text.Contains("interval", StringComparison.Ordinal));
            Assert.DoesNotContain("optimum", Encoding.UTF8.GetString(data.Csv!), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Bins_level_and_weights_are_those_of_the_run()
    {
        string csv = Logits(300, 5, weighted: true);
        var run = CommandLine.Run("evaluate", "--predictions", csv, "--weight-column", "w", "--bins", "7", "--binning", "equal-mass", "--confidence", "0.9", "--figures", "temperature-profile", "--bootstrap", "0", "-o", _folder.File("out"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Empty(run.Error);
        var unscaled = File.ReadLines(_folder.File("out/temperature-profile.csv")).Select(line => line.Split(',')).Single(line => line[1] == "curve" && line[2] == "1");
        double Metric(string key) => run.Json.GetProperty("metrics").GetProperty(key).GetProperty("value").GetDouble();
        Assert.Equal(Metric("nll"), double.Parse(unscaled[3], CultureInfo.InvariantCulture), 1e-12);
        Assert.Equal(Metric("ece-7-mass"), double.Parse(unscaled[4], CultureInfo.InvariantCulture), 1e-12);
        string svg = File.ReadAllText(_folder.File("out/temperature-profile.svg")).Replace("\n", " ", StringComparison.Ordinal);
        Assert.Contains("7 bins of equal mass", string.Join(' ', FigureChecks.Texts(svg)), StringComparison.Ordinal);
        Assert.Contains("its 90% interval", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Confidences_alone_do_not_do_and_it_is_said_so()
    {
        string csv = _folder.Write("c.csv", "confidence,correct\n" + string.Concat(Enumerable.Repeat(".6,1\n.9,0\n", 30)));
        var run = CommandLine.Run("evaluate", "--predictions", csv, "--figures", "temperature-profile", "-o", _folder.File("out"), "-q");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("note: temperature-profile is not drawn: it needs the scores of all classes.", run.Error, StringComparison.Ordinal);
        var plot = CommandLine.Run("plot", $"a={Logits(100, 6)}", $"b={csv}", "--figures", "temperature-profile,reliability", "-o", _folder.File("figures"), "-q");
        Assert.Equal(0, plot.ExitCode);
        Assert.Equal("note: temperature-profile is not drawn: it needs the scores of all classes, and those of b are not known.", plot.Error.Trim());
        Assert.True(File.Exists(_folder.File("figures/reliability.svg")));
        Assert.False(File.Exists(_folder.File("figures/temperature-profile.svg")));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(12, 4)]
    public void Models_have_panels_on_shared_axes_and_no_text_lies_on_another(int count, int columns)
    {
        var made = new List<FigureStage>();
        foreach (string csv in new[] { Logits(300, 7), Logits(25, 8), _folder.Write("one.csv", "prob_0,prob_1,label\n.3,.7,0\n") })
        {
            ReportOf.Use(csv, report => made.Add(FigureStage.OfModel(report, "model").WithProfile(report, default)), metrics: new MetricSet { Keys = [] });
        }

        var stages = Enumerable.Range(0, count).Select(i => made[i % 3] with { Key = $"{i}", Title = i % 2 == 0 ? $"model {i}" : $"resnet50_label-smoothing_0.05_seed42_ep{i}" }).ToList();
        var source = FigureSource.OfModels(stages, 0.95, 0, "ece-15");
        Assert.Null(FigureCatalog.Find("temperature-profile")!.Problem(source));
        var figure = TemperatureProfileFigure.From(source).Figure;
        Assert.Equal(columns, figure.Rows[0].Count);
        foreach (var same in figure.Rows.Index().GroupBy(row => row.Index % 2))
        {
            Assert.Single(same.SelectMany(row => row.Item).Select(panel => (panel.X.Min, panel.X.Max, panel.Y.Min, panel.Y.Max)).Distinct());
        }

        string svg = FigureRenderer.ToSvg(figure, outlines: false);
        FigureChecks.AllNumbersAreFinite(svg);
        FigureChecks.TextsLieInside(svg);
        Assert.All(stages, stage => Assert.Contains(stage.Title, figure.AltText, StringComparison.Ordinal));
    }

    private string Logits(int rows, long seed, bool weighted = false)
    {
        var (logits, labels) = Samples.Calibrated(rows, 3, 1.5, 2, seed);
        return _folder.Write($"p{seed}.csv", $"logit_0,logit_1,logit_2,label{(weighted ? ",w" : "")}\n" + string.Concat(labels.Select((label, i) =>
            FormattableString.Invariant($"{logits[3 * i]:R},{logits[(3 * i) + 1]:R},{logits[(3 * i) + 2]:R},{label}{(weighted ? FormattableString.Invariant($",{1 + (i % 4)}") : "")}\n"))));
    }
}
