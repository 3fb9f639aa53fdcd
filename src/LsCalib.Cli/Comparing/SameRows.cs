using System.Globalization;
using LsCalib.Core.Resampling;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Comparing;

/// <summary>Tells whether two models saw the same rows, and which is which: only then are their differences paired.</summary>
internal static class SameRows
{
    private const string Same = "Give predictions of the same rows.";
    private const string Ordered = "Give predictions of the same rows in the same order, or name their ids (--id-column).";

    /// <summary>Matches rows by their ids in any order, else by their place; those of a baseline as a gate does.</summary>
    /// <param name="first">The rows of the model that others are compared with.</param>
    /// <param name="other">Those of another.</param>
    /// <exception cref="DataException">They are other rows; the message says what differs first.</exception>
    public static RowMatch Match(ComparedData first, ComparedData other)
    {
        if (first.IsBaseline || other.IsBaseline)
        {
            return MatchAsBaseline(first, other);
        }

        CheckClasses(first, other);
        if (first.Ids is not null && other.Ids is not null)
        {
            var order = ById(first, other);
            CheckLabels(first, other, order);
            return new(order, order is null ? "row ids and labels" : "row ids, matched in another order, and labels");
        }

        bool isKnown = first.Digest is not null && other.Digest is not null;
        if ((first.Ids ?? other.Ids) is not null && (!isKnown || first.Digest != other.Digest))
        {
            var (named, run) = first.Ids is null ? (other, first) : (first, other);
            throw Differ($"{run.Path}: a run of evaluate keeps no ids of rows, by which --id-column would match them to those of {named.Path}", "Name the file of predictions that it was made of, or leave out --id-column.");
        }

        if (other.Labels.Length != first.Labels.Length)
        {
            throw Differ(Text($"{other.Path}: {other.Labels.Length} rows, but {first.Path} has {first.Labels.Length}"));
        }

        CheckLabels(first, other, null);
        return isKnown && first.Digest != other.Digest
            ? throw Differ($"{other.Path}: was made on another data file than {first.Path}: their SHA-256 differ", "Give models on one data file, or files of predictions with ids (--id-column).")
            : new(null, isKnown ? "the data file (SHA-256)" : ComparedModel.ByNumber);
    }

    /// <summary>Matches rows as a gate does: by the best that both sides know, which the words say as it does.</summary>
    /// <param name="first">The rows that others are compared with.</param>
    /// <param name="other">Those of another.</param>
    /// <exception cref="DataException">They are other rows; the message says what differs first.</exception>
    public static RowMatch MatchAsBaseline(ComparedData first, ComparedData other)
    {
        bool isForward = first.IsBaseline || !other.IsBaseline;
        var match = isForward
            ? BaselineMatch.To(first.Known, other.Known, other.Locate, first.IsBaseline)
            : BaselineMatch.To(other.Known, first.Known, first.Locate);
        return new(isForward ? match.CandidateOrder : match.Order, match.Words) { Warning = match.Warning, Differences = match.Differences };
    }

    /// <summary>The groups of rows that were matched: those of the first model that tells them, with its numbers.</summary>
    /// <param name="known">Those, or null: none was read yet.</param>
    /// <param name="other">Groups of another, its rows in the same order; or null.</param>
    /// <param name="otherPath">Where from, for messages.</param>
    /// <exception cref="DataException">Rows are together in one and not in the other.</exception>
    public static RowGroups? Groups(ComparedGroups? known, RowGroups? other, string otherPath)
    {
        if (known is null)
        {
            return other;
        }

        var (first, firstPath) = known;
        if (first is null != other is null)
        {
            var (grouped, name, plain) = first is null ? (otherPath, other!.Name, firstPath) : (firstPath, first.Name, otherPath);
            throw Differ($"{plain}: its rows are not grouped, but those of {grouped} are by {name}", "Give both their groups (--group-column).");
        }

        return first is null || AreSame(first, other!) ? first
            : throw Differ($"{otherPath}: its rows are in other groups ({other!.Name}) than those of {firstPath}");
    }

    /// <summary>Whether the same rows are together, whatever the groups are called.</summary>
    public static bool AreSame(RowGroups one, RowGroups other)
    {
        var nameOf = new int[one.Count];
        nameOf.AsSpan().Fill(-1);
        for (int row = 0; row < one.OfRow.Length; row++)
        {
            ref int name = ref nameOf[one.OfRow[row]];
            name = name < 0 ? other.OfRow[row] : name;
            if (name != other.OfRow[row])
            {
                return false;
            }
        }

        return one.Count == other.Count;
    }

    private static void CheckClasses(ComparedData first, ComparedData other)
    {
        int count = first.Known.Rows.ClassCount;
        if (other.Known.Rows.ClassCount != count)
        {
            throw Differ(Text($"{other.Path}: {other.Known.Rows.ClassCount} classes, but {first.Path} has {count}"), "Models are compared on the same classes.");
        }

        for (int k = 0; first.Known.ClassNames is { } names && other.Known.ClassNames is { } others && k < count; k++)
        {
            if (names[k] != others[k])
            {
                throw Differ(Text($"{other.Path}: class {k} is \"{others[k]}\", but \"{names[k]}\" in {first.Path}"), "Models are compared on the same classes.");
            }
        }
    }

    /// <summary>Ids are different within each side: this was checked as they were read.</summary>
    private static int[]? ById(ComparedData first, ComparedData other)
    {
        string[] ids = first.Ids!;
        string[] given = other.Ids!;
        if (ids.AsSpan().SequenceEqual(given))
        {
            return null;
        }

        var rowOf = new Dictionary<string, int>(given.Length, StringComparer.Ordinal);
        for (int row = 0; row < given.Length; row++)
        {
            rowOf.Add(given[row], row);
        }

        var order = new int[ids.Length];
        for (int row = 0; row < ids.Length; row++)
        {
            if (!rowOf.Remove(ids[row], out order[row]))
            {
                throw Differ(Text($"{other.Path}: has no row with the id \"{ids[row]}\", which row {row} of {first.Path} has"), Same);
            }
        }

        return rowOf.Count == 0 ? order : throw Differ(
            Text($"{other.Path}: row {rowOf.Values.Min()} has the id \"{given[rowOf.Values.Min()]}\", which no row of {first.Path} has"), Same);
    }

    private static void CheckLabels(ComparedData first, ComparedData other, int[]? order)
    {
        for (int row = 0; row < first.Labels.Length; row++)
        {
            int own = order?[row] ?? row;
            if (first.Labels[row] != other.Labels[own])
            {
                string id = first.Ids is null || other.Ids is null ? "" : $" (id \"{other.Ids[own]}\")";
                throw Differ(Text($"{other.Path}: row {own}{id} has the label {Class(other, other.Labels[own])}, but {Class(first, first.Labels[row])} in {first.Path}"), id.Length == 0 ? Ordered : Same);
            }
        }
    }

    private static string Class(ComparedData data, int label) => data.Known.ClassNames is { } names ? $"\"{names[label]}\"" : label.ToString(CultureInfo.InvariantCulture);

    private static DataException Differ(string difference, string remedy = Ordered) => new($"{difference}. {remedy}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
