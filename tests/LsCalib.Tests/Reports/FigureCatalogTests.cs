using System.Globalization;
using System.Text;
using System.Xml.Linq;
using LsCalib.Core.Catalog;
using LsCalib.Reports.Documents;
using LsCalib.Reports.Figures;
using LsCalib.Reports.Rendering;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Reports;

/// <summary>Every figure on ordinary and on hostile predictions.</summary>
public sealed class FigureCatalogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Data => ["ordinary", "one row", "all right", "saturated", "all equal", "two classes", "no temperature", "long names"];

    [Theory]
    [MemberData(nameof(Data))]
    public void Figures_have_finite_numbers_inside_their_panels_and_texts_inside_the_page(string data) => Use(data, report =>
    {
        foreach (var kind in FigureCatalog.All)
        {
            var made = kind.Make(report, default);
            foreach (var panel in made.Figure.Rows.SelectMany(row => row))
            {
                Assert.True(double.IsFinite(panel.X.Max) && double.IsFinite(panel.Y.Max) && panel.Y.Max > panel.Y.Min, kind.Name);
                Assert.DoesNotContain("NaN", panel.Title, StringComparison.Ordinal);
                foreach (var (x, y) in panel.Marks.SelectMany(mark => Points(mark, panel)).Where(point => !double.IsNaN(point.Y)))
                {
                    Assert.InRange(x, panel.X.Min, panel.X.Max);
                    Assert.InRange(y, panel.Y.Min, panel.Y.Max);
                }
            }

            string svg = FigureRenderer.ToSvg(made.Figure, outlines: false);
            FigureChecks.AllNumbersAreFinite(svg);
            FigureChecks.TextsLieInside(svg);
            var shown = FigureChecks.Texts(svg);
            Assert.Contains(shown, text => text.Contains(report.Name, StringComparison.Ordinal));
            Assert.All(made.Figure.Legend, entry => Assert.Contains(entry.Text, shown));
            Assert.NotEmpty(made.Figure.AltText);
            Assert.All(shown, text => Assert.True(FigureFonts.Shipped.Regular.Covers(text), text));
        }
    });

    [Fact]
    public void The_same_run_gives_the_same_bytes()
    {
        var texts = new List<string>[] { [], [] };
        foreach (var list in texts)
        {
            Use("ordinary", report => list.AddRange(FigureCatalog.All.Select(kind => kind.Make(report, default)).Select(made =>
                FigureRenderer.ToSvg(made.Figure, outlines: true) + (made.Csv is { } csv ? Encoding.UTF8.GetString(csv) : ""))));
        }

        Assert.Equal(texts[0], texts[1]);
    }

    [Fact]
    public void The_csv_files_hold_what_is_drawn() => Use("ordinary", report =>
    {
        string[] stages = ["uncalibrated", "temperature"];
        var corp = Made("corp", report);
        var smooth = Made("smooth", report);
        var risk = Made("risk-coverage", report);
        var bins = Made("ece-bins", report);
        var classwise = Made("classwise", report);
        var reliability = Made("reliability", report);
        for (int s = 0; s < 2; s++)
        {
            var curve = corp.Rows("stage", stages[s], "part", "curve");
            Assert.Equal(curve.Select(row => (row["confidence"], row["accuracy"])), Lines(corp.Panel(0, s), MarkStyle.Measured).Single());
            Assert.Equal(curve.Select(row => (row["confidence"], row["consistency_lower"], row["consistency_upper"])), corp.Panel(0, s).Marks.OfType<Mark.Band>().Single().Items);
            var histogram = corp.Rows("stage", stages[s], "part", "histogram").Where(row => row["count"] > 0);
            Assert.Equal(
                histogram.Select(row => (row["confidence"], row["count"] / 300)),
                corp.Panel(1, s).Marks.OfType<Mark.Bars>().Single().Items.Select(bar => (bar.Right, bar.High)));

            var smoothed = smooth.Rows("stage", stages[s]);
            Assert.Equal(smoothed.Select(row => (row["confidence"], row["accuracy"])), Lines(smooth.Panel(0, s), MarkStyle.Faint).Single());
            Assert.Equal(smoothed.Select(row => (row["confidence"], 0.0, row["density"])), smooth.Panel(1, s).Marks.OfType<Mark.Band>().Single().Items);

            foreach (var (score, style) in new[] { ("maximum-probability", MarkStyle.Measured), ("maximum-logit", MarkStyle.Second), ("margin", MarkStyle.Third), ("normalized-logit", MarkStyle.Fourth), ("optimal", MarkStyle.Reference) })
            {
                Assert.Equal(risk.Rows("stage", stages[s], "score", score).Select(row => (row["coverage"], row["risk"])), Lines(risk.Panel(0, s), style).Single());
            }

            foreach (var (binning, row) in new[] { ("equal-width", 0), ("equal-mass", 1) })
            {
                var points = bins.Rows("stage", stages[s], "binning", binning);
                Assert.Equal(points.Select(point => (point["bins"], point["ece"])), Lines(bins.Panel(row, s), MarkStyle.Measured).Single());
                Assert.Equal(points.Select(point => (point["bins"], point["noise_floor_mean"], point["noise_floor_q95"])), bins.Panel(row, s).Marks.OfType<Mark.Band>().Single().Items);
            }

            var style2 = s == 0 ? MarkStyle.Measured : MarkStyle.Second;
            var dots = classwise.Data.Figure.Rows.SelectMany(row => row).SelectMany(panel => panel.Marks).OfType<Mark.Dots>().Where(mark => mark.Style == style2).SelectMany(mark => mark.Points);
            Assert.Equal(classwise.Rows("stage", stages[s]).Where(row => row["count"] > 0).Select(row => (row["mean_probability"], row["frequency"])).Order(), dots.Order());

            var table = reliability.Rows("stage", stages[s]).Where(row => row["count"] > 0).ToList();
            var intervals = reliability.Panel(0, s).Marks.OfType<Mark.Intervals>().ToList();
            Assert.Equal(table.Select(row => (row["mean_confidence"], row["accuracy_lower"], row["accuracy_upper"])), intervals.Where(mark => mark.Style == MarkStyle.Measured).SelectMany(mark => mark.Items).Order());
            Assert.Equal(table.Select(row => (row["mean_confidence"], row["consistency_lower"], row["consistency_upper"])), intervals.Where(mark => mark.Style == MarkStyle.Noise).SelectMany(mark => mark.Items).Order());
        }
    });

    [Fact]
    public void The_numbers_in_words_are_those_of_the_metrics()
    {
        string[] keys = ["ece-15", "ece-15-mass", "smooth-ece", "corp-brier-mcb", "corp-brier-dsc", "corp-brier-unc", "aurc", "aurc-max-logit", "aurc-margin", "aurc-norm-logit", "classwise-ece-15"];
        Use("ordinary", report =>
        {
            string Number(string key) => report.Evaluation[key].Value.ToString("0.0000", CultureInfo.InvariantCulture);
            Assert.Contains($"smECE {Number("smooth-ece")} ", Made("smooth", report).Panel(0, 0).Title, StringComparison.Ordinal);
            Assert.EndsWith($"MCB {Number("corp-brier-mcb")}   DSC {Number("corp-brier-dsc")}   UNC {Number("corp-brier-unc")}", Made("corp", report).Panel(0, 0).Title, StringComparison.Ordinal);
            var legend = Made("risk-coverage", report).Data.Figure.Legend;
            foreach (var (i, key) in new[] { "aurc", "aurc-max-logit", "aurc-margin", "aurc-norm-logit" }.Index())
            {
                Assert.Contains($": AURC {Number(key)}", legend[i].Text, StringComparison.Ordinal);
            }

            var bins = Made("ece-bins", report);
            Assert.Equal(report.Evaluation["ece-15"].Value, bins.Rows("stage", "uncalibrated", "binning", "equal-width").Single(row => row["bins"] == 15)["ece"], 1e-12);
            Assert.Equal(report.Evaluation["ece-15-mass"].Value, bins.Rows("stage", "uncalibrated", "binning", "equal-mass").Single(row => row["bins"] == 15)["ece"], 1e-12);

            // Σ over classes and bins of count/N |gap|, divided by K, from the file.
            var cells = Made("classwise", report).Rows("stage", "uncalibrated").Where(row => row["count"] > 0);
            Assert.Equal(report.Evaluation["classwise-ece-15"].Value, cells.Sum(row => row["count"] / 300 * Math.Abs(row["mean_probability"] - row["frequency"])) / 3, 1e-12);
        }, new MetricSet { Keys = keys });
    }

    [Fact]
    public void The_worst_nine_classes_come_first()
    {
        var (logits, labels) = Samples.Calibrated(500, 12, 1, 2, 6);
        ReportOf.Use(Csv(logits, labels, 12), report =>
        {
            var drawn = Made("classwise", report).Data.Figure.Rows.SelectMany(row => row).Select(panel => panel.Title.Split('\n')[0]["class ".Length..]);
            var worst = report.Evaluation.Classes.OrderByDescending(summary => summary.Ece).Take(9).Select(summary => summary.Class.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(worst, drawn);
        });
    }

    [Fact]
    public void Curves_that_a_temperature_leaves_alone_are_drawn_once()
    {
        // With two classes one temperature keeps every order; without a temperature there is one panel everywhere.
        string data = Write("two classes");
        ReportOf.Use(data, report => Assert.Single(Made("risk-coverage", report).Data.Figure.Rows[0]), calibration: data);
        Use("no temperature", report => Assert.All(FigureCatalog.All.Where(kind => kind.Name != "classwise"), kind => Assert.Single(kind.Make(report, default).Figure.Rows[0])));
        Use("ordinary", report => Assert.Equal(2, Made("risk-coverage", report).Data.Figure.Rows[0].Count));
    }

    [Fact]
    public void Figures_are_chosen_by_name()
    {
        string csv = Write("ordinary");
        string[] Files(params string[] options)
        {
            var run = CommandLine.Run(["evaluate", "--predictions", csv, "-o", _folder.File("out"), "-q", .. options]);
            Assert.True(run.ExitCode == 0, run.Error);
            return [.. Directory.GetFiles(_folder.File("out")).Select(path => Path.GetFileName(path)).Where(name => name.EndsWith(".svg", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        }

        Assert.Equal(["reliability.svg"], Files());
        byte[] json = File.ReadAllBytes(_folder.File("out/run.json"));
        Assert.Empty(Files("--figures", "none"));
        Assert.Equal(["corp.svg", "reliability.svg"], Files("--figures", "corp,default,corp"));
        Assert.Equal(FigureCatalog.All.Select(kind => kind.Name + ".svg").Order(StringComparer.Ordinal), Files("--figures=all"));
        Assert.Equal(json, File.ReadAllBytes(_folder.File("out/run.json")));
        Assert.All(FigureCatalog.All, kind => Assert.True(File.Exists(_folder.File($"out/{kind.Name}.csv"))));
        Assert.Equal("stage,bin,lower,upper,count,mean_confidence,accuracy,gap,accuracy_lower,accuracy_upper,consistency_lower,consistency_upper,weight", File.ReadLines(_folder.File("out/reliability.csv")).First());

        var wrong = CommandLine.Run("evaluate", "--predictions", csv, "--figures", "reliability,ece-bin", "--no-output");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("\"ece-bin\" names no figure. Did you mean \"ece-bins\"?", wrong.Error, StringComparison.Ordinal);
    }

    private static Drawn Made(string name, RunReport report)
    {
        var made = FigureCatalog.Find(name)!.Make(report, default);
        return new(made, made.Csv ?? RunTables.Reliability(report));
    }

    private static IEnumerable<IReadOnlyList<(double X, double Y)>> Lines(Panel panel, MarkStyle style) =>
        panel.Marks.OfType<Mark.Line>().Where(line => line.Style == style && line.Points.Count != 2).Select(line => line.Points);

    private static IEnumerable<(double X, double Y)> Points(Mark mark, Panel panel) => mark switch
    {
        Mark.Bars bars => bars.Items.SelectMany(bar => new[] { (bar.Left, bar.Low), (bar.Right, bar.High) }),
        Mark.Intervals intervals => intervals.Items.SelectMany(item => new[] { (item.X, item.Low), (item.X, item.High) }),
        Mark.Band band => band.Items.SelectMany(item => new[] { (item.X, item.Low), (item.X, item.High) }),
        Mark.Dots dots => dots.Points,
        Mark.Line line => line.Points,
        Mark.Upright upright => [(upright.X, panel.Y.Min)],
        _ => throw new ArgumentException(mark.ToString(), nameof(mark)),
    };

    private void Use(string data, Action<RunReport> use, MetricSet? metrics = null) =>
        ReportOf.Use(Write(data), use, metrics: metrics, classNames: data == "long names" ? _folder.Write("names.txt", "ä\nlong\n" + string.Concat(Enumerable.Repeat("a name that goes on ", 20)) + "\n") : null);

    private string Write(string data)
    {
        var (logits, labels) = Samples.Calibrated(300, data == "two classes" ? 2 : 3, 1.5, 2, 17);
        return data switch
        {
            "one row" => _folder.Write("p.csv", "prob_0,prob_1,label\n.3,.7,0\n"),
            "all right" => Csv(logits, [.. labels.Select((_, i) => Array.IndexOf(logits[(3 * i)..((3 * i) + 3)], logits[(3 * i)..((3 * i) + 3)].Max()))], 3),
            "saturated" => _folder.Write("p.csv", "prob_0,prob_1,label\n" + string.Concat(Enumerable.Repeat("0,1,1\n1,0,0\n0,1,0\n", 30))),
            "all equal" => _folder.Write("p.csv", "prob_0,prob_1,label\n" + string.Concat(Enumerable.Repeat(".3,.7,1\n.3,.7,0\n", 30))),
            "no temperature" => _folder.Write("p.csv", "prob_0,prob_1,label\n" + string.Concat(Enumerable.Repeat("0,1,1\n1,0,0\n", 20))),
            "two classes" => Csv(logits, labels, 2),
            _ => Csv(logits, labels, 3),
        };
    }

    private string Csv(float[] logits, int[] labels, int classes)
    {
        var text = new StringBuilder(string.Concat(Enumerable.Range(0, classes).Select(k => $"logit_{k},")) + "label\n");
        for (int i = 0; i < labels.Length; i++)
        {
            for (int k = 0; k < classes; k++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{logits[(i * classes) + k]:R},");
            }

            text.Append(CultureInfo.InvariantCulture, $"{labels[i]}\n");
        }

        return _folder.Write("p.csv", text.ToString());
    }

    /// <summary>A figure with the rows of its file; empty cells and words are NaN.</summary>
    private sealed class Drawn(FigureData data, byte[] csv)
    {
        private readonly List<string[]> _lines = [.. Encoding.UTF8.GetString(csv).TrimEnd('\n').Split('\n').Select(line => line.Split(','))];

        public FigureData Data => data;

        public Panel Panel(int row, int column) => data.Figure.Rows[row][column];

        public List<Dictionary<string, double>> Rows(params string[] conditions) =>
        [
            .. _lines.Skip(1)
                .Where(line => conditions.Chunk(2).All(pair => line[Array.IndexOf(_lines[0], pair[0])] == pair[1]))
                .Select(line => _lines[0].Zip(line).ToDictionary(
                    cell => cell.First, cell => double.TryParse(cell.Second, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN)),
        ];
    }
}
