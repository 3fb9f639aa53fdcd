using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LsCalib.Core.Scores;

namespace LsCalib.Core.Statistics;

/// <summary>
/// The fused pass over one run of rows: softmax, prediction, NLL, Brier score and the classwise cells, while a row lies
/// in the first-level cache. Its methods are compiled with full optimisation at once: a command runs them once, before
/// the runtime would get round to it.
/// </summary>
/// <typeparam name="TScore">Type of the scores.</typeparam>
internal abstract unsafe class RowKernel<TScore>
    where TScore : unmanaged
{
    protected RowKernel(ScoreMatrix<TScore> scores, RowScaling scaling, PredictionStatistics result)
    {
        Scores = scores;
        Scaling = scaling;
        Result = result;
        Edges = BinEdges.EqualWidth(result.Classwise.BinCount);
    }

    protected ScoreMatrix<TScore> Scores { get; }

    protected RowScaling Scaling { get; }

    protected PredictionStatistics Result { get; }

    /// <summary>Edges of the classwise bins.</summary>
    protected double[] Edges { get; }

    /// <summary>Bytes of working memory that a run needs, cleared at its start.</summary>
    protected abstract int ScratchBytes { get; }

    /// <summary>Runs over rows [first, end), writes their row results, and returns the sums of the run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public RunSums Run(int first, int end)
    {
        var sums = new RunSums(Scores.ClassCount, Result.Classwise.BinCount);
        var scratch = (byte*)NativeMemory.AlignedAlloc((nuint)ScratchBytes, 64);
        try
        {
            new Span<byte>(scratch, ScratchBytes).Clear();
            int row = first;
            while (row < end)
            {
                var rows = Scores.Rows(row, end - row);
                fixed (TScore* source = rows)
                {
                    int count = rows.Length / Scores.ClassCount;
                    Rows(source, row, count, scratch, sums);
                    row += count;
                }
            }

            Finish(scratch, sums);
            sums.Cells.CountFirstBins(end - first);
            return sums;
        }
        finally
        {
            NativeMemory.AlignedFree(scratch);
        }
    }

    /// <summary>Runs over rows that lie in one piece.</summary>
    protected abstract void Rows(TScore* source, int firstRow, int count, byte* scratch, RunSums sums);

    /// <summary>Adds what was kept in working memory to the sums.</summary>
    protected abstract void Finish(byte* scratch, RunSums sums);

    /// <summary>Log loss of logits, nats; that of a true class of probability 0 does not depend on the temperature.</summary>
    /// <param name="logOfSum">ln Σ e^((z_k − largest)·factor).</param>
    /// <param name="largest">Largest logit.</param>
    /// <param name="logit">The label's logit.</param>
    /// <param name="factor">1/T.</param>
    /// <param name="sums">Counts probabilities of 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected double LogLoss(double logOfSum, double largest, double logit, double factor, RunSums sums)
    {
        if (logit < Scores.ZeroBelow)
        {
            sums.ZeroProbabilityRowCount++;
            return Scores.ZeroLoss;
        }

        return logOfSum + ((largest - logit) * factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void Record(int row, in RowOutcome outcome, RunSums sums)
    {
        int label = Result.Labels[row];
        Result.Predicted[row] = outcome.Predicted;
        Result.Confidence[row] = Math.Min(outcome.Confidence, 1);
        Result.Nll[row] = Math.Max(outcome.Nll, 0);
        Result.Brier[row] = Math.Max(outcome.SquareSum - (2 * outcome.LabelProbability) + 1, 0);
        Result.IsInTopFive[row] = outcome.InTopFive;
        sums.TopFiveCount += outcome.InTopFive ? 1 : 0;
        if (outcome.Predicted == label)
        {
            sums.CorrectCount++;
            sums.CorrectByClass[label]++;
        }

        sums.Cells.LabelCounts[(label * sums.Cells.BinCount) + BinEdges.EqualWidthIndex(Edges, outcome.LabelProbability)]++;
    }

    /// <summary>Adds one probability to its cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected void Place(int k, double p, ClasswiseCells cells)
    {
        int cell = (k * cells.BinCount) + BinEdges.EqualWidthIndex(Edges, p);
        cells.ProbabilitySums[cell] += p;
        cells.SquareSums[cell] += p * p;
        cells.RowCounts[cell]++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    protected void ThrowNonFinite(TScore* source, int row)
    {
        for (int k = 0; k < Scores.ClassCount; k++)
        {
            double value = typeof(TScore) == typeof(float) ? *(float*)(source + k) : *(double*)(source + k);
            if (!double.IsFinite(value))
            {
                throw new NonFiniteScoreException(row, k, value);
            }
        }
    }
}

/// <summary>What a kernel finds out about one row.</summary>
/// <param name="Predicted">Class of the largest score.</param>
/// <param name="InTopFive">Whether the label is among the five largest.</param>
/// <param name="Confidence">Largest probability.</param>
/// <param name="Nll">−ln p of the label.</param>
/// <param name="LabelProbability">p of the label.</param>
/// <param name="SquareSum">Σ p².</param>
internal readonly record struct RowOutcome(
    int Predicted, bool InTopFive, double Confidence, double Nll, double LabelProbability, double SquareSum);
