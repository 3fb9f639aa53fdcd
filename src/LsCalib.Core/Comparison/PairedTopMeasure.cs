using LsCalib.Core.Catalog;

namespace LsCalib.Core.Comparison;

/// <summary>Whether the label is among the largest probabilities; lower indices come first in a tie.</summary>
/// <param name="Count">How many of them.</param>
internal sealed record PairedTopMeasure(int Count) : PairedMeasure
{
    public override bool NeedsProbabilities => true;

    public override Worsening Compare(PairedRows rows, MetricFamily family, int parameter) =>
        new MeanWorsening(Of(rows.Baseline), Of(rows.Candidate), rows.Groups, Sign(family));

    private double[] Of(RowResults results)
    {
        var inside = new double[results.RowCount];
        var row = new double[results.ClassCount];
        for (int i = 0; i < inside.Length; i++)
        {
            results.Probabilities!.CopyRow(i, row);
            double own = row[results.Labels[i]];
            int before = 0;
            for (int k = 0; k < row.Length; k++)
            {
                before += row[k] > own || (row[k] == own && k < results.Labels[i]) ? 1 : 0;
            }

            inside[i] = before < Count ? 1 : 0;
        }

        return inside;
    }
}
