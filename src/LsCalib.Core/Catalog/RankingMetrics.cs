using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;
using LsCalib.Core.Ranking;
using LsCalib.Core.Resampling;
using LsCalib.Core.Statistics;

namespace LsCalib.Core.Catalog;

/// <summary>How well confidence tells right predictions from wrong ones, by four scores. Label smoothing is known to hurt here.</summary>
internal static class RankingMetrics
{
    public static IEnumerable<MetricFamily> Families =>
    [
        .. Of(ConfidenceScore.MaximumProbability, "", "", "the maximum probability", MetricNeeds.TopLabel),
        .. Of(ConfidenceScore.MaximumLogit, "-max-logit", ", max logit", "the maximum logit", MetricNeeds.Scores),
        .. Of(ConfidenceScore.Margin, "-margin", ", margin", "the margin, the largest less the second largest probability", MetricNeeds.Scores),
        .. Of(ConfidenceScore.NormalizedLogit, "-norm-logit", ", norm logit", "the normalised maximum logit max_k (z_k − mean z)/‖z − mean z‖₂ (Cattelan and Silva 2024)", MetricNeeds.Scores),
    ];

    private static IEnumerable<MetricFamily> Of(ConfidenceScore score, string key, string title, string ranked, MetricNeeds needs) =>
    [
        new()
        {
            Pattern = "aurc" + key,
            Paired = Paired(score, risk => risk.Aurc, sums => sums.Aurc),
            Title = "AURC" + title,
            Definition = $"area under the risk–coverage curve: mean over i = 1 to N of the error rate of the i rows ranked highest by {ranked}; tied rows in expectation over their orders",
            Source = "Geifman, Uziel and El-Yaniv 2019",
            Needs = needs,
            IsResampled = true,
            Measure = (context, _) => context.Ranked(score).Measure(context.Ranked(score).Risk.Aurc, sums => sums.Aurc, context.Level),
        },
        new()
        {
            Pattern = "e-aurc" + key,
            Paired = Paired(score, risk => risk.ExcessAurc, sums => sums.ExcessAurc),
            Title = "E-AURC" + title,
            Definition = $"AURC by {ranked} less the least AURC that N rows with so many errors can have",
            Source = "Geifman, Uziel and El-Yaniv 2019",
            Needs = needs,
            IsResampled = true,
            Measure = (context, _) => context.Ranked(score).Measure(context.Ranked(score).Risk.ExcessAurc, sums => sums.ExcessAurc, context.Level),
        },
        new()
        {
            Pattern = "augrc" + key,
            Paired = Paired(score, risk => risk.Augrc, sums => sums.Augrc),
            Title = "AUGRC" + title,
            Definition = $"area under the generalised risk–coverage curve: errors accepted / N against coverage, rows ranked by {ranked}, trapezoids, tied rows in expectation",
            Source = "Traub et al. 2024",
            Needs = needs,
            IsResampled = true,
            Measure = (context, _) => context.Ranked(score).Measure(context.Ranked(score).Risk.Augrc, sums => sums.Augrc, context.Level),
        },
        new()
        {
            Pattern = "auroc-correctness" + key,
            Paired = Paired(score, risk => risk.AurocOfCorrectness, sums => sums.Auroc),
            Title = "AUROC right" + title,
            Better = Better.Higher,
            Definition = $"probability that a right prediction has the larger score than a wrong one, ties counted half; the score is {ranked}",
            Source = "Hendrycks and Gimpel 2017",
            Needs = needs,
            IsResampled = true,
            Measure = (context, _) => context.Ranked(score).Measure(context.Ranked(score).Risk.AurocOfCorrectness, sums => sums.Auroc, context.Level),
        },
        new()
        {
            Pattern = "risk-at-#" + key,
            Title = "risk at #%" + title,
            Default = 80,
            Most = 100,
            Definition = $"error rate of the #% of rows ranked highest by {ranked}; Wilson's interval given those rows",
            Source = "El-Yaniv and Wiener 2010",
            Needs = needs,
            Measure = (context, percent) => RiskAt(context, context.Ranked(score), percent),
        },
        new()
        {
            Pattern = "coverage-at-#" + key,
            Title = "coverage at #%" + title,
            Default = 5,
            Most = 100,
            Better = Better.Higher,
            Definition = $"largest fraction of rows, ranked by {ranked}, whose error rate is at most #%; tied rows are taken together",
            Source = "El-Yaniv and Wiener 2010",
            Needs = needs,
            Measure = (context, percent) => new(context.Ranked(score).Risk.CoverageAt(percent / 100.0)),
        },
    ];

    private static Measurement RiskAt(MetricContext context, RankedScore ranked, int percent)
    {
        double risk = ranked.Risk.RiskAt(percent / 100.0);
        int rows = (int)Math.Ceiling(percent / 100.0 * context.RowCount * (1 - 1e-12));
        return rows == 0 ? new(risk) : new(risk, Intervals.Wilson((int)Math.Round(risk * rows), rows, context.Level));
    }

    /// <summary>Of the rankings by what is kept of a row: logits are not, and probabilities do not tell them.</summary>
    private static PairedResampledMeasure? Paired(ConfidenceScore score, Func<RiskCoverage, double> value, Func<BootstrapSums, double[]> draws) => score switch
    {
        ConfidenceScore.MaximumProbability => new(context => value(context.Ranked(score).Risk), context => context.Bootstrap is { } sums ? draws(sums) : null),
        ConfidenceScore.Margin => new(context => value(context.Ranked(score).Risk), context => context.Ranked(score).Resamples is { } sums ? draws(sums) : null) { OfProbabilities = true },
        _ => null,
    };
}
