using System.Globalization;
using LsCalib.Core.Numerics;
using LsCalib.Core.Ordering;
using LsCalib.Core.Statistics;
using MathNet.Numerics;

namespace LsCalib.Core.HypothesisTests;

/// <summary>
/// Test of calibration by groups of similar confidence (Hosmer and Lemeshow 1980): as many degrees of freedom as groups,
/// since nothing was fitted on these rows.
/// </summary>
public static class HosmerLemeshow
{
    /// <summary>Groups of equal mass that are asked for; ties can leave fewer.</summary>
    public const int GroupCount = 10;

    /// <summary>Draws where the p-value is simulated.</summary>
    public const int DrawCount = 9999;

    /// <summary>Fewest expected right and wrong rows of every group with which chi-squared is trusted.</summary>
    private const double FewestExpected = 5;

    /// <summary>
    /// Σ (O−E)² / (E(1−E/n)) over groups of n rows, O of them correct where E are expected, and its p-value: by
    /// chi-squared, or by simulation of the outcomes where a group expects fewer than five right or wrong rows.
    /// </summary>
    /// <param name="order">Confidences c in [0,1] and outcomes a.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>NaN where every confidence is 0 or 1 and nothing contradicts it.</returns>
    /// <exception cref="ArgumentException">A confidence is outside [0,1].</exception>
    public static TestResult Test(ConfidenceOrder order, long seed)
    {
        TopLabel.Check(order);
        var groups = Groups(order);
        string chiSquared = string.Create(CultureInfo.InvariantCulture, $"chi-squared, {groups.Count} degrees of freedom");
        if (groups.Exists(group => group.Variance == 0 && group.Correct != group.Expected))
        {
            return TestResult.Impossible(chiSquared);
        }

        groups.RemoveAll(group => group.Variance == 0);
        if (groups.Count == 0)
        {
            return TestResult.Undefined(chiSquared);
        }

        double statistic = 0;
        bool isSparse = false;
        foreach (var group in groups)
        {
            statistic += group.Term(group.Correct);
            isSparse |= group.Expected < FewestExpected || group.ExpectedWrong < FewestExpected;
        }

        return isSparse
            ? new(statistic, Simulated(order, groups, statistic, seed), string.Create(CultureInfo.InvariantCulture, $"{DrawCount} draws of the outcomes"))
            : new(statistic, SpecialFunctions.GammaUpperRegularized(groups.Count / 2.0, statistic / 2), chiSquared);
    }

    private static List<Group> Groups(ConfidenceOrder order)
    {
        var edges = BinEdges.EqualMass(order.Confidence, GroupCount);
        var groups = new List<Group>(GroupCount);
        int start = 0;
        while (start < order.RowCount)
        {
            double upper = edges[BinEdges.IndexOf(edges, order.Confidence[start]) + 1];
            var group = new Group(start, order.RowCount, 0, 0, 0);
            for (int i = start; i < order.RowCount; i++)
            {
                double c = order.Confidence[i];
                if (c > upper)
                {
                    group = group with { End = i };
                    break;
                }

                group = new(
                    start, order.RowCount, group.Correct + (order.Correct[i] ? 1 : 0), group.Expected + c, group.ExpectedWrong + (1 - c));
            }

            groups.Add(group);
            start = group.End;
        }

        return groups;
    }

    private static double Simulated(ConfidenceOrder order, List<Group> groups, double statistic, long seed)
    {
        var laws = groups.ConvertAll(group => new CountLaw(order.Confidence.AsSpan(group.Start, group.End - group.Start)));
        var random = new SeededRandom(seed, stream: 21);
        int asExtreme = 0;
        for (int draw = 0; draw < DrawCount; draw++)
        {
            double drawn = 0;
            for (int g = 0; g < groups.Count; g++)
            {
                drawn += groups[g].Term(laws[g].Draw(random));
            }

            asExtreme += drawn >= statistic ? 1 : 0;
        }

        return (asExtreme + 1.0) / (DrawCount + 1);
    }

    /// <summary>Places [Start, End) of the order, and what is counted and expected there.</summary>
    private readonly record struct Group(int Start, int End, int Correct, double Expected, double ExpectedWrong)
    {
        /// <summary>E(1−E/n), without the cancellation near E = n.</summary>
        public double Variance => Expected * ExpectedWrong / (End - Start);

        public double Term(double correct) => (correct - Expected) * (correct - Expected) / Variance;
    }
}
