using System.Collections.Immutable;
using LsCalib.Core.Metrics;

namespace LsCalib.Core.Catalog;

/// <summary>How the terms of bins become a number.</summary>
public enum BinFold
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>The largest.</summary>
    Maximum,

    /// <summary>Square root of their sum; 0 where that is negative.</summary>
    RootOfSum,

    /// <summary>Their mean.</summary>
    Mean,
}

/// <summary>One bin's part of a binned error.</summary>
/// <param name="Bin">The bin.</param>
/// <param name="Term">What it adds, or competes with for the largest; NaN where it takes no part.</param>
/// <param name="Running">Sum, or largest, of the terms so far; NaN before the first.</param>
public readonly record struct BinTerm(ReliabilityBin Bin, double Term, double Running);

/// <summary>A binned error, worked out bin by bin.</summary>
/// <param name="Rule">Which sides of the bins are closed, in words.</param>
/// <param name="TermName">The term as a formula.</param>
/// <param name="Fold">What becomes of the terms.</param>
/// <param name="Bins">All bins, empty ones too.</param>
public sealed record BinArithmetic(string Rule, string TermName, BinFold Fold, ImmutableArray<BinTerm> Bins)
{
    /// <summary>Rule of our own bins.</summary>
    internal const string OwnRule = "(lower, upper], the first with 0";

    /// <summary>The arithmetic of a number.</summary>
    /// <param name="rule">Closed sides, in words.</param>
    /// <param name="termName">The term as a formula.</param>
    /// <param name="fold">What becomes of the terms.</param>
    /// <param name="bins">The bins.</param>
    /// <param name="term">Term of a bin that has rows; NaN where it takes no part.</param>
    internal static BinArithmetic From(string rule, string termName, BinFold fold, ImmutableArray<ReliabilityBin> bins, Func<ReliabilityBin, double> term)
    {
        var terms = ImmutableArray.CreateBuilder<BinTerm>(bins.Length);
        double running = double.NaN;
        foreach (var bin in bins)
        {
            double own = bin.Weight == 0 ? double.NaN : term(bin);
            if (!double.IsNaN(own))
            {
                running = double.IsNaN(running) ? own : fold == BinFold.Maximum ? Math.Max(running, own) : running + own;
            }

            terms.Add(new(bin, own, running));
        }

        return new(rule, termName, fold, terms.MoveToImmutable());
    }
}
