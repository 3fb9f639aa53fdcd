using System.Globalization;
using LsCalib.Core.Comparison;
using LsCalib.Core.Resampling;
using LsCalib.Data;

namespace LsCalib.Cli.Comparing;

/// <summary>Tells whether two models saw the same rows in the same order: only then are their differences paired.</summary>
internal static class SameRows
{
    /// <param name="first">The model that others are compared with.</param>
    /// <param name="other">Another.</param>
    /// <returns>What the rows were compared by, in words.</returns>
    /// <exception cref="DataException">They are other rows; the message says what differs first.</exception>
    public static string Check(ScoredModel first, ScoredModel other)
    {
        string words = Check(first.Data, first.Rows, other.Data, other.Rows);
        CheckGroups(first, other);
        return words;
    }

    private static string Check(ComparedData first, RowResults rows, ComparedData other, RowResults own)
    {
        if (own.ClassCount != rows.ClassCount)
        {
            throw Differ(Text($"{other.Path}: {own.ClassCount} classes, but {first.Path} has {rows.ClassCount}"), "Models are compared on the same classes.");
        }

        for (int k = 0; first.ClassNames is { } names && other.ClassNames is { } others && k < rows.ClassCount; k++)
        {
            if (names[k] != others[k])
            {
                throw Differ(Text($"{other.Path}: class {k} is \"{others[k]}\", but \"{names[k]}\" in {first.Path}"), "Models are compared on the same classes.");
            }
        }

        if (own.RowCount != rows.RowCount)
        {
            throw Differ(Text($"{other.Path}: {own.RowCount} rows, but {first.Path} has {rows.RowCount}"));
        }

        if (first.Ids is { } ids && other.Ids is { } given)
        {
            int row = ids.AsSpan().CommonPrefixLength(given);
            if (row < ids.Length)
            {
                throw ids.Order(StringComparer.Ordinal).SequenceEqual(given.Order(StringComparer.Ordinal))
                    ? Differ(Text($"{other.Path}: row {row} has the id \"{given[row]}\", but \"{ids[row]}\" in {first.Path}: the rows are the same in another order"), "Bring them into one order.")
                    : Differ(Text($"{other.Path}: row {row} has the id \"{given[row]}\", but \"{ids[row]}\" in {first.Path}"));
            }
        }

        int label = rows.Labels.AsSpan().CommonPrefixLength(own.Labels);
        if (label < rows.RowCount)
        {
            throw Differ(Text($"{other.Path}: row {label} has the label {Class(other, own.Labels[label])}, but {Class(first, rows.Labels[label])} in {first.Path}"));
        }

        bool hasIds = first.Ids is not null && other.Ids is not null;
        if (!hasIds && first.Digest is { } digest && other.Digest is { } same && digest != same)
        {
            throw Differ($"{other.Path}: was made on another data file than {first.Path}: their SHA-256 differ", "Give models with one --data, or name ids with --id-column.");
        }

        return hasIds ? "row ids and labels" : first.Digest is not null && other.Digest is not null ? "the data file (SHA-256)" : "row number and label";
    }

    private static void CheckGroups(ScoredModel first, ScoredModel other)
    {
        if (first.Groups is null != other.Groups is null)
        {
            var (grouped, plain) = first.Groups is null ? (other, first) : (first, other);
            throw Differ($"{plain.Data.Path}: its rows are not grouped, but those of {grouped.Data.Path} are by {grouped.Groups!.Name}", "Give both their groups (--group-column).");
        }

        if (first.Groups is { } groups && !IsSame(groups, other.Groups!))
        {
            throw Differ($"{other.Data.Path}: its rows are in other groups ({other.Groups!.Name}) than those of {first.Data.Path}");
        }
    }

    private static bool IsSame(RowGroups one, RowGroups other) => one.OfRow.AsSpan().SequenceEqual(other.OfRow);

    private static string Class(ComparedData data, int label) => data.ClassNames is { } names ? $"\"{names[label]}\"" : label.ToString(CultureInfo.InvariantCulture);

    private static DataException Differ(string difference, string remedy = "Give predictions of the same rows in the same order.") => new($"{difference}. {remedy}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
