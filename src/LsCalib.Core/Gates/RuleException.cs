namespace LsCalib.Core.Gates;

/// <summary>A rule cannot be decided on these predictions, so that a gate with it must not be green.</summary>
/// <param name="message">What is wrong, and what to do; without a full stop.</param>
public sealed class RuleException(string message) : Exception(message)
{
    /// <summary>Whether the predictions are to blame, not the rule.</summary>
    public bool IsOfData { get; init; }
}
