using System.Collections.Immutable;
using LsCalib.Core.Gates;

namespace LsCalib.Cli.Gating;

/// <summary>The rules of a gate: those of a file and those typed.</summary>
internal static class RuleSet
{
    /// <summary>Both together, a rule that is given twice once.</summary>
    /// <param name="file">Or null without one.</param>
    /// <param name="typed">Rules of the command line.</param>
    /// <exception cref="UsageException">Two of them cannot both be meant.</exception>
    public static ImmutableArray<GateRule> Combine(RulesFile? file, IReadOnlyList<GateRule> typed)
    {
        ImmutableArray<GateRule> rules = [.. file?.Rules ?? [], .. typed];
        if (RuleChecks.Contradiction(rules) is var (first, second, problem))
        {
            string other = file is not null && first < file.Rules.Length ? $"; the other is in {file.Path}, line {file.Lines[first]}" : "";
            throw new UsageException($"the rules contradict: {problem}{other}. Keep one.");
        }

        return [.. rules.Distinct()];
    }
}
