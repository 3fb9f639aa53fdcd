using System.Globalization;

namespace LsCalib.Data.Baselines;

/// <summary>A baseline beside a candidate of the same rows.</summary>
/// <param name="Order">Row of the baseline that each row of the candidate is [N]; null: they stand in the same order.</param>
/// <param name="Aligned">The baseline, its rows in the candidate's order.</param>
/// <param name="CheckedBy">What was compared of each row beside its label.</param>
/// <param name="Differences">What else differs that a reader should know; one sentence each, without full stop.</param>
public sealed record BaselineMatch(int[]? Order, Baseline Aligned, RowIdentityKind CheckedBy, IReadOnlyList<string> Differences)
{
    /// <summary>Row of the candidate that each row of the baseline is [N]; null: they stand in the same order.</summary>
    public int[]? CandidateOrder
    {
        get
        {
            if (Order is null)
            {
                return null;
            }

            var rows = new int[Order.Length];
            for (int row = 0; row < rows.Length; row++)
            {
                rows[Order[row]] = row;
            }

            return rows;
        }
    }

    /// <summary>How rows were matched, in words.</summary>
    public string Words => IsOfSameFile ? "the data file (SHA-256), row number and label" : Aligned.Identities.Words(CheckedBy);

    /// <summary>Whether rows known by their number alone are of one data file, whose digest both sides know.</summary>
    public bool IsOfSameFile { get; private init; }

    /// <summary>What a reader must know where only labels could be compared, a sentence without full stop; else null.</summary>
    public string? Warning => CheckedBy == RowIdentityKind.RowNumber && !IsOfSameFile
        ? "only the labels could be checked, row by row: nothing tells whether the inputs are the same; ids would (--id-column)"
        : null;

    /// <summary>
    /// Matches a candidate's rows to those of a baseline. They are the same where their number, the classes and the names of these, every
    /// label and every identity agree; names that only one side knows do not count. Ids are matched in any order.
    /// </summary>
    /// <param name="baseline">The baseline.</param>
    /// <param name="candidate">The candidate; with the hashes of its inputs where the baseline has them, if it is a model.</param>
    /// <param name="locate">Where a row of the candidate stands, for messages.</param>
    /// <param name="isFile">Whether the baseline is one that was saved; else it stands for predictions, and messages speak of those.</param>
    /// <exception cref="DataException">They are other rows; the message says what differs first.</exception>
    public static BaselineMatch To(Baseline baseline, Baseline candidate, Func<long, string> locate, bool isFile = true)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(locate);
        var refusal = new Refusal(baseline, isFile);
        CheckShape(baseline, candidate, refusal);
        var differences = baseline.Origin.Differences(candidate.Origin).ToList();
        if (baseline.Identities.Ids is { } ids)
        {
            var order = ById(ids, baseline, candidate, locate, refusal);
            bool isSame = !order.Where((row, i) => row != i).Any();
            return new(isSame ? null : order, isSame ? baseline : baseline.Take(order), RowIdentityKind.RowId, differences);
        }

        CheckLabels(baseline, candidate, locate, refusal);
        if (baseline.Identities.Inputs is not { } expected || candidate.Identities.Inputs is not { } given)
        {
            if (candidate.Identities.Ids is not null)
            {
                differences.Add($"the ids of {candidate.Path} say nothing, as {baseline.Path} keeps none; make that anew with --id-column");
            }

            return new(null, baseline, RowIdentityKind.RowNumber, differences) { IsOfSameFile = CheckFiles(baseline, candidate) };
        }

        CheckInputs(expected, given, baseline, locate, refusal);
        return new(null, baseline, RowIdentityKind.Inputs, differences);
    }

    private static void CheckShape(Baseline baseline, Baseline candidate, Refusal refusal)
    {
        var (rows, own) = (baseline.Rows, candidate.Rows);
        if (own.RowCount != rows.RowCount)
        {
            throw refusal.Other(Text($"{candidate.Path}: {own.RowCount:N0} {(own.RowCount == 1 ? "row" : "rows")}, but {baseline.Path} has {rows.RowCount:N0}"));
        }

        if (own.ClassCount != rows.ClassCount)
        {
            throw refusal.Other(Text($"{candidate.Path}: {own.ClassCount} classes, but {baseline.Path} has {rows.ClassCount}"));
        }

        for (int k = 0; baseline.ClassNames is { } names && candidate.ClassNames is { } others && k < rows.ClassCount; k++)
        {
            if (names[k] != others[k])
            {
                throw refusal.Other(Text($"{candidate.Path}: class {k} is \"{others[k]}\", but \"{names[k]}\" in {baseline.Path}"));
            }
        }
    }

    private static void CheckLabels(Baseline baseline, Baseline candidate, Func<long, string> locate, Refusal refusal)
    {
        int[] labels = baseline.Rows.Labels;
        int row = labels.AsSpan().CommonPrefixLength(candidate.Rows.Labels);
        if (row < labels.Length)
        {
            string difference = $"{locate(row)}: the label is {candidate.Class(candidate.Rows.Labels[row])}, but {baseline.Class(labels[row])} in the same row of {baseline.Path}";
            throw labels.Order().SequenceEqual(candidate.Rows.Labels.Order())
                ? refusal.InAnotherOrder($"{difference}; every label is there as often, so the rows seem to be in another order")
                : refusal.Other(difference);
        }
    }

    /// <summary>Whether both are of one data file; not known where one of them is of predictions made elsewhere.</summary>
    private static bool CheckFiles(Baseline baseline, Baseline candidate)
    {
        var (expected, given) = (baseline.Origin.Data, candidate.Origin.Data);
        if (expected.Count == 0 || given.Count == 0)
        {
            return false;
        }

        return expected.Select(file => file.Sha256).SequenceEqual(given.Select(file => file.Sha256)) ? true : throw new DataException(
            $"{candidate.Path}: was made on {given[0].Name}, another data file than {baseline.Path}: their SHA-256 differ. {(candidate.Origin.IsModel ? $"Give {baseline.Origin.DataName} itself, or make the baseline anew of a model, whose inputs are then compared row by row" : $"Give one that was made on {baseline.Origin.DataName}")}.");
    }

    private static void CheckInputs(ulong[] expected, ulong[] given, Baseline baseline, Func<long, string> locate, Refusal refusal)
    {
        int row = expected.AsSpan().CommonPrefixLength(given);
        if (row == expected.Length)
        {
            return;
        }

        if (expected.Order().SequenceEqual(given.Order()))
        {
            throw refusal.InAnotherOrder($"{locate(row)}: the rows are those of {baseline.Path}, but from here on in another order");
        }

        int count = expected.Where((identity, i) => identity != given[i]).Count();
        throw refusal.Other(Text($"{locate(row)}: the inputs are not those of the same row of {baseline.Path} ({count:N0} of {expected.Length:N0} rows differ)"));
    }

    private static int[] ById(ulong[] ids, Baseline baseline, Baseline candidate, Func<long, string> locate, Refusal refusal)
    {
        string column = baseline.Identities.IdColumn!;
        string[]? texts = candidate.Identities.IdTexts;
        if (candidate.Identities.Ids is not { } given)
        {
            throw new DataException($"{candidate.Path}: its rows have no ids, and {baseline.Path} knows its rows by \"{column}\". Name their column or array with --id-column.");
        }

        var rowOf = new Dictionary<ulong, int>(ids.Length);
        for (int row = 0; row < ids.Length; row++)
        {
            if (!rowOf.TryAdd(ids[row], row))
            {
                throw BaselineReader.Impossible(baseline.Path, "two rows with the same id");
            }
        }

        var order = new int[ids.Length];
        for (int row = 0; row < order.Length; row++)
        {
            if (!rowOf.TryGetValue(given[row], out order[row]))
            {
                throw refusal.Other($"{locate(row)}: the row id{Quoted(row)} is not in {baseline.Path}");
            }

            int label = baseline.Rows.Labels[order[row]];
            if (label != candidate.Rows.Labels[row])
            {
                throw refusal.Other($"{locate(row)}: the label of row id{Quoted(row)} is {candidate.Class(candidate.Rows.Labels[row])}, but {baseline.Class(label)} in {baseline.Path}");
            }
        }

        return order;

        // Of two baselines neither keeps its ids as text.
        string Quoted(int row) => texts is null ? "" : $" \"{texts[row]}\"";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>What is said of other rows than the baseline's, and what to do.</summary>
    /// <param name="Baseline">The baseline.</param>
    /// <param name="IsFile">Whether it is one that was saved; else it stands for predictions.</param>
    private sealed record Refusal(Baseline Baseline, bool IsFile)
    {
        public DataException Other(string difference) => new(IsFile
            ? $"{difference}: a baseline fits the data that it was made on, {Baseline.Origin.DataName}. Give that data, or make the baseline anew."
            : $"{difference}: both are to be predictions of the same rows.");

        public DataException InAnotherOrder(string difference) => new(
            $"{difference}. Bring them into that order, or {(IsFile ? "make the baseline anew with ids (--id-column)" : "name a column of ids (--id-column)")}, by which rows are matched in any order.");
    }
}
