using LsCalib.Core.Scores;

namespace LsCalib.Data.Rows;

/// <summary>How arrays of scores and labels are read.</summary>
/// <param name="Axis">The class axis of arrays of more than two axes.</param>
/// <param name="Ignored">A label that stands for none: its positions are left out; or null.</param>
public sealed record ScoreLayout(ClassAxis Axis = ClassAxis.Second, int? Ignored = null)
{
    /// <summary>How the positions of scores are to be labelled, for messages.</summary>
    internal static string Advice(IReadOnlyList<long> scores, IReadOnlyList<long> labels, ClassAxis axis)
    {
        var other = axis == ClassAxis.Last ? ClassAxis.Second : ClassAxis.Last;
        return ScoreShape.Fit(scores, labels, other) is { ClassCount: > 0 }
            ? $" With the classes on axis {(other == ClassAxis.Last ? "last" : "1")} they would fit: --class-axis {(other == ClassAxis.Last ? "last" : "1")}."
            : scores.Count < 3 && labels.Count >= 2 ? " Scores of positions have a class axis too: x[:, None] for the scores of class 1 alone." : " Labels have the axes of the scores without the class axis.";
    }

    /// <summary>Which positions are kept; null where all are.</summary>
    /// <exception cref="DataException">Nothing is left.</exception>
    internal KeptRows? Kept(string what, ReadOnlySpan<int> labels)
    {
        if (Ignored is not { } none || !labels.Contains(none))
        {
            return null;
        }

        var kept = new KeptRows();
        foreach (int label in labels)
        {
            kept.Add(label != none);
        }

        return kept.Count > 0 ? kept : throw NothingLeft(what, none);
    }

    /// <summary>The error where every label is the one that is ignored.</summary>
    public static DataException NothingLeft(string what, int ignored) =>
        new(FormattableString.Invariant($"{what}: every label is {ignored}, which --ignore-index leaves out: nothing is left to evaluate."));
}
