using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;

namespace LsCalib.Benchmarks;

/// <summary>Metrics of a population whose true probabilities are known.</summary>
internal static class GateTruths
{
    private const int Bins = 15;

    /// <summary>So many that smooth curves are flat within each.</summary>
    private const int FineBins = 200;

    /// <summary>Rows that pairs are formed of.</summary>
    private const int PairRows = 12_000;

    /// <summary>A metric where outcomes are replaced by their probabilities.</summary>
    /// <param name="key">Key of one of those simulated.</param>
    /// <param name="results">Row results; NLL and Brier score are expected values.</param>
    /// <param name="p">True probabilities [N,K].</param>
    public static double Of(string key, RowResults results, double[] p)
    {
        int n = results.RowCount;
        int classCount = results.ClassCount;
        switch (key)
        {
            case "ece-15" or "l2-debiased-15":
                var (width, mass) = Sums(results.Confidence, row => p[(row * classCount) + results.Predicted[row]]);
                return key == "ece-15" ? width.Sum(Math.Abs) : Math.Sqrt(Bins * mass.Sum(gap => gap * gap));
            case "aurc" or "auroc-correctness":
                return Ranking(key == "aurc", results.Confidence, row => p[(row * classCount) + results.Predicted[row]]);
            case "aurc-margin" or "auroc-correctness-margin":
                return Ranking(key == "aurc-margin", [.. Enumerable.Range(0, n).Select(row => Margin(results, row))], row => p[(row * classCount) + results.Predicted[row]]);
            case "conditional-ece-15":
                return Enumerable.Range(0, classCount).Sum(k =>
                {
                    int[] rows = [.. Enumerable.Range(0, n).Where(row => results.Predicted[row] == k)];
                    return Sums(Array.ConvertAll(rows, row => results.Confidence[row]), at => p[(rows[at] * classCount) + k]).Width.Sum(Math.Abs) * rows.Length / n;
                });
            case "ece-kde":
                return Sums(results.Confidence, row => p[(row * classCount) + results.Predicted[row]], FineBins).Mass.Sum(Math.Abs);
            case "nll":
                return Enumerable.Range(0, n).Average(row => -results.TrueProbability[row]);
            case "brier":
                return results.Brier.Average();
            case "skce":
                return SquaredKernelError(results, p);
            case "top5-accuracy":
                return Enumerable.Range(0, n).Average(row => Row(results, row).Select((q, k) => (q, k)).OrderByDescending(each => each.q).Take(5).Sum(each => p[(row * classCount) + each.k]));
        }

        double absolute = 0;
        double adaptive = 0;
        double square = 0;
        var column = new double[n];
        for (int k = 0; k < classCount; k++)
        {
            for (int row = 0; row < n; row++)
            {
                results.Probabilities!.CopyRow(row, k, column.AsSpan(row, 1));
            }

            int[] rows = [.. Enumerable.Range(0, n).Where(row => key != "tace-15" || column[row] > MarginalErrors.Threshold)];
            var (width, mass) = Sums(Array.ConvertAll(rows, row => column[row]), at => p[(rows[at] * classCount) + k]);
            absolute += width.Sum(Math.Abs) / classCount;
            adaptive += mass.Sum(Math.Abs) / classCount;
            square += Bins * mass.Sum(gap => gap * gap) / classCount;
        }

        return key switch { "classwise-ece-15" => absolute, "ace-15" or "tace-15" => adaptive, _ => Math.Sqrt(square) };
    }

    /// <summary>Σ (true − claimed)/N by bins of equal width and of equal mass.</summary>
    private static (double[] Width, double[] Mass) Sums(double[] claimed, Func<int, double> truth, int bins = Bins)
    {
        int n = claimed.Length;
        int[] order = [.. Enumerable.Range(0, n)];
        double[] keys = [.. claimed];
        Array.Sort(keys, order);
        var width = new double[bins];
        var mass = new double[bins];
        for (int place = 0; place < n; place++)
        {
            double gap = (truth(order[place]) - keys[place]) / n;
            width[Math.Clamp((int)Math.Ceiling(keys[place] * bins) - 1, 0, bins - 1)] += gap;
            mass[(int)((long)place * bins / n)] += gap;
        }

        return (width, mass);
    }

    /// <summary>Area under the risk–coverage curve, or the probability that a right prediction ranks above a wrong one.</summary>
    private static double Ranking(bool isRisk, double[] scores, Func<int, double> truth)
    {
        int[] order = [.. Enumerable.Range(0, scores.Length)];
        Array.Sort(Array.ConvertAll(scores, score => -score), order);
        double right = 0;
        double wrong = 0;
        double risk = 0;
        double pairs = 0;
        for (int place = 0; place < order.Length; place++)
        {
            double own = truth(order[place]);
            pairs += (1 - own) * right;
            right += own;
            wrong += 1 - own;
            risk += wrong / (place + 1) / order.Length;
        }

        return isRisk ? risk : pairs / right / wrong;
    }

    private static double Margin(RowResults results, int row)
    {
        double[] q = Row(results, row);
        Array.Sort(q);
        return q[^1] - q[^2];
    }

    /// <summary>Mean over pairs of the first rows of kernel times product of the expected residuals, γ their median distance.</summary>
    private static double SquaredKernelError(RowResults results, double[] p)
    {
        int n = Math.Min(PairRows, results.RowCount);
        int classCount = results.ClassCount;
        var q = new double[n][];
        var residual = new double[n][];
        for (int row = 0; row < n; row++)
        {
            q[row] = Row(results, row);
            int start = row * classCount;
            residual[row] = [.. q[row].Select((value, k) => p[start + k] - value)];
        }

        double[] distances = [.. Enumerable.Range(0, 2000).SelectMany(i => Enumerable.Range(0, i).Select(j => Distance(q[i], q[j])))];
        Array.Sort(distances);
        double factor = 1 / (2 * distances[distances.Length / 2]);
        double sum = ParallelEnumerable.Range(0, n).AsOrdered().Select(i =>
        {
            double own = 0;
            for (int j = 0; j < i; j++)
            {
                double product = 0;
                for (int k = 0; k < classCount; k++)
                {
                    product += residual[i][k] * residual[j][k];
                }

                own += product * Math.Exp(-factor * Distance(q[i], q[j]));
            }

            return own;
        }).ToArray().Sum();
        return sum / (0.5 * n * (n - 1));
    }

    private static double[] Row(RowResults results, int row)
    {
        var q = new double[results.ClassCount];
        results.Probabilities!.CopyRow(row, q);
        return q;
    }

    private static double Distance(double[] a, double[] b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++)
        {
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        }

        return sum;
    }
}
