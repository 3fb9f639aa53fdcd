namespace LsCalib.Core.Scores;

/// <summary>What the numbers of a <see cref="ScoreMatrix"/> are.</summary>
public enum ScoreKind
{
    /// <summary>Unnormalised log-probabilities z; probabilities are softmax(z).</summary>
    Logits,

    /// <summary>Probabilities p; each row sums to one.</summary>
    Probabilities,
}
