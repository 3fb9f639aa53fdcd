using System.Globalization;
using LsCalib.Core.Catalog;
using LsCalib.Core.Ordering;
using LsCalib.Reports.Figures;
using LsCalib.Reports.Rendering;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Reports;

/// <summary>Figures of several models side by side.</summary>
public sealed class ModelFigureTests : IDisposable
{
    private const string LongName = "resnet50_label-smoothing_0.05_seed42_ep9";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 2)]
    [InlineData(6, 3)]
    [InlineData(7, 4)]
    [InlineData(9, 3)]
    [InlineData(12, 4)]
    public void Every_model_has_its_panels_on_shared_axes_and_no_text_lies_on_another(int count, int columns)
    {
        var source = Source(count);
        foreach (var kind in FigureCatalog.All.Where(kind => kind.Problem(source) is null))
        {
            var figure = kind.OfModels!(source, default).Figure;
            bool isShared = kind.Name == "risk-coverage" && count is > 1 and <= 4;
            bool isSingle = kind.Name == "risk-coverage";
            int lines = (count + columns - 1) / columns;
            Assert.Equal(isShared ? 1 : isSingle ? lines : 2 * lines, figure.Rows.Count);
            Assert.Equal(figure.Rows.Count, figure.RowHeights.Count);
            Assert.Equal(isShared ? 1 : columns, figure.Rows.Max(row => row.Count));
            Assert.Equal(isShared ? 1 : isSingle ? count : 2 * count, figure.Rows.Sum(row => row.Count));
            foreach (var same in figure.Rows.Index().GroupBy(row => isSingle ? 0 : row.Index % 2))
            {
                var panels = same.SelectMany(row => row.Item).ToList();
                Assert.Single(panels.Select(panel => (panel.X.Min, panel.X.Max, panel.Y.Min, panel.Y.Max)).Distinct());
                Assert.All(same, row => Assert.NotEmpty(row.Item[0].Y.Label));
            }

            string svg = FigureRenderer.ToSvg(figure, outlines: false);
            FigureChecks.AllNumbersAreFinite(svg);
            FigureChecks.TextsLieInside(svg);
            string shown = string.Concat(FigureChecks.Texts(svg));
            Assert.All(source.Stages, stage => Assert.Contains(stage.Title[^6..], shown, StringComparison.Ordinal));
            Assert.All(source.Stages, stage => Assert.Contains(stage.Title, figure.AltText, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Up_to_four_models_share_a_panel_of_risk_and_their_lines_differ_without_colour()
    {
        for (int count = 2; count <= 4; count++)
        {
            var figure = RiskCoverageOfModelsFigure.From(Source(count)).Figure;
            var lines = Assert.Single(figure.Rows.SelectMany(row => row)).Marks.OfType<Mark.Line>().ToList();
            Assert.Equal(count, lines.Count);
            Assert.Equal(count, lines.Select(line => LineLook.Of(line.Style).Dashes).Distinct().Count());
            Assert.Equal(lines.Select(line => line.Style), figure.Legend.Select(entry => entry.Style));
        }
    }

    [Fact]
    public void The_caption_gives_the_rows_of_each_model_once_where_they_are_the_same()
    {
        var models = Models();
        string Caption(params FigureStage[] stages) => ReliabilityFigure.From(FigureSource.OfModels(stages, 0.95, 0, "ece-15")).Caption;
        Assert.StartsWith("n = 300 rows, 3 classes. 15 bins", Caption(models[0], models[0] with { Title = "b" }), StringComparison.Ordinal);
        Assert.StartsWith(
            "“a, or so”, b: n = 300 rows, 3 classes; c: n = 7 rows, 3 classes. 15 bins",
            Caption(models[0] with { Title = "a, or so" }, models[0] with { Title = "b" }, models[1] with { Title = "c" }), StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_have_no_intervals_of_their_own_and_the_caption_says_so()
    {
        var (plain, grouped) = (Models()[0], Models()[0] with { IsGrouped = true, Rows = "n = 300 rows, in 20 groups (g)" });
        var mixed = ReliabilityFigure.From(FigureSource.OfModels([plain, grouped], 0.95, 0, "ece-15"));
        int Intervals(Panel panel) => panel.Marks.OfType<Mark.Intervals>().Where(mark => mark.Style == MarkStyle.Measured).Sum(mark => mark.Items.Count);
        Assert.True(Intervals(mixed.Rows[0][0]) > 0);
        Assert.Equal(0, Intervals(mixed.Rows[0][1]));
        Assert.Contains("Rows in groups have no interval", mixed.Caption, StringComparison.Ordinal);
        var all = ReliabilityFigure.From(FigureSource.OfModels([grouped, grouped], 0.95, 0, "ece-15"));
        Assert.DoesNotContain(all.Legend, entry => entry.Text.Contains("interval", StringComparison.Ordinal));
    }

    [Fact]
    public void Many_bins_have_a_band_in_place_of_boxes()
    {
        var stage = Models()[0];
        var (c, a) = Core.Binless.Predictions.Sample(2000, 3, 0.2, 0);
        var fine = stage with { Evaluation = new MetricSet(BinCount: 100) { ResampleCount = 0 }.Compute(ConfidenceOrder.From(c, a)) };
        var figure = ReliabilityFigure.From(FigureSource.OfModels([fine, fine], 0.95, 0, "ece-100"));
        Assert.Empty(figure.Rows[0][0].Marks.OfType<Mark.Intervals>().SelectMany(mark => mark.Items));
        var band = Assert.Single(figure.Rows[0][0].Marks.OfType<Mark.Band>());
        Assert.Equal(fine.Evaluation.ConsistencyBars.Count(bar => bar is not null), band.Items.Count);
        Assert.Contains("Band: 5% to 95% points", figure.Caption, StringComparison.Ordinal);
        Assert.Contains(figure.Legend, entry => entry.Key == LegendKey.Band);
        FigureChecks.TextsLieInside(FigureRenderer.ToSvg(figure, outlines: false));
    }

    [Theory]
    [InlineData("short", "short")]
    [InlineData("ResNet-152 with label smoothing 0.1, run 3", "ResNet-152 with label|smoothing 0.1, run 3")]
    [InlineData("resnet50_label-smoothing_0.05_seed42_ep90", "resnet50_label-smoothing_|0.05_seed42_ep90")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaa|aaaaaaaaaaaaaaaaa")]
    public void A_long_name_is_broken_where_its_words_are(string name, string lines) =>
        Assert.Equal(lines, string.Join('|', TextLines.InTwo(name, 178, 11, FigureFonts.Shipped.Bold)));

    [Fact]
    public void Classes_are_not_kept_and_have_no_figure_of_several_models()
    {
        var source = Source(2);
        Assert.All(source.Stages, stage => Assert.True(stage.Scored is null && stage.Evaluation.Classwise is null && stage.Evaluation.Classes.IsEmpty));
        Assert.Equal(["temperature-profile", "classwise"], FigureCatalog.All.Where(kind => kind.Problem(source) is not null).Select(kind => kind.Name));
    }

    private FigureSource Source(int count)
    {
        var models = Models();
        return FigureSource.OfModels(
            [.. Enumerable.Range(0, count).Select(i => models[i % models.Count] with { Key = i.ToString(CultureInfo.InvariantCulture), Title = i % 3 == 0 ? $"model {i}" : $"{LongName}{i}" })], 0.95, 0, "ece-15");
    }

    /// <summary>Ordinary predictions, few rows, one row, and rows that are all wrong or all sure.</summary>
    private List<FigureStage> Models()
    {
        var models = new List<FigureStage>();
        foreach (string csv in new[]
        {
            Logits(300, 4), Logits(7, 5), "prob_0,prob_1,label\n.3,.7,0\n",
            "confidence,correct\n" + string.Concat(Enumerable.Repeat(".1,0\n.05,0\n", 20)), "confidence,correct\n" + string.Concat(Enumerable.Repeat("1,1\n", 20)),
        })
        {
            ReportOf.Use(_folder.Write("p.csv", csv), report => models.Add(FigureStage.OfModel(report, "model")));
        }

        return models;
    }

    private static string Logits(int rows, long seed)
    {
        var (logits, labels) = Samples.Calibrated(rows, 3, 1.5, 2, seed);
        return "logit_0,logit_1,logit_2,label\n" + string.Concat(labels.Select((label, i) => FormattableString.Invariant($"{logits[3 * i]:R},{logits[(3 * i) + 1]:R},{logits[(3 * i) + 2]:R},{label}\n")));
    }
}
