namespace LsCalib.Data.Baselines;

/// <summary>What the rows of a data set are known by. The arrays are not to be changed.</summary>
public sealed record RowIdentities
{
    /// <summary>Rows that are known by their number and label alone.</summary>
    public static RowIdentities None { get; } = new();

    /// <summary>The best of what is known.</summary>
    public RowIdentityKind Kind => Ids is not null ? RowIdentityKind.RowId : Inputs is not null ? RowIdentityKind.Inputs : RowIdentityKind.RowNumber;

    /// <summary>Name of the column or array of the ids, or null without ids.</summary>
    public string? IdColumn { get; private init; }

    /// <summary>Identity of the id of each row [N], all different; or null.</summary>
    public ulong[]? Ids { get; private init; }

    /// <summary>The ids as they were written [N]; null without ids, or where they come from a baseline, which does not keep them.</summary>
    public string[]? IdTexts { get; private init; }

    /// <summary>Identity of the inputs and label of each row [N]; rows can be alike; or null.</summary>
    public ulong[]? Inputs { get; init; }

    /// <summary>With the ids of rows.</summary>
    /// <param name="column">Name of their column or array.</param>
    /// <param name="texts">The ids [N].</param>
    /// <param name="locate">Where a row stands, for messages.</param>
    /// <exception cref="DataException">Two rows have the same id.</exception>
    public RowIdentities WithIds(string column, string[] texts, Func<long, string> locate)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(locate);
        var rowOf = new Dictionary<ulong, int>(texts.Length);
        var ids = new ulong[texts.Length];
        for (int row = 0; row < ids.Length; row++)
        {
            ids[row] = RowIdentity.OfId(texts[row]);
            if (!rowOf.TryAdd(ids[row], row))
            {
                throw new DataException($"{locate(row)}: the row id \"{texts[row]}\" of \"{column}\" stands in {locate(rowOf[ids[row]])} already; ids are unique. Name another column with --id-column, or drop the row.");
            }
        }

        return this with { IdColumn = column, Ids = ids, IdTexts = texts };
    }

    /// <summary>What rows are known by, in words.</summary>
    /// <param name="kind">A kind that they have.</param>
    public string Words(RowIdentityKind kind) => kind switch
    {
        RowIdentityKind.RowId => $"row id (\"{IdColumn}\")",
        RowIdentityKind.Inputs => "the hash of inputs and label",
        _ => "row number and label",
    };

    /// <summary>Those that a baseline keeps: of the best kind alone.</summary>
    /// <param name="kind">What rows are known by.</param>
    /// <param name="values">Identities [N]; null where rows are known by number.</param>
    /// <param name="idColumn">Name of the column of ids, or null.</param>
    internal static RowIdentities Read(RowIdentityKind kind, ulong[]? values, string? idColumn) => kind switch
    {
        RowIdentityKind.RowId => new() { Ids = values, IdColumn = idColumn },
        RowIdentityKind.Inputs => new() { Inputs = values },
        _ => None,
    };

    /// <summary>The identities in another order.</summary>
    /// <param name="rows">Row that comes to each place [N].</param>
    internal RowIdentities Take(int[] rows)
    {
        T[]? Of<T>(T[]? values) => values is null ? null : Array.ConvertAll(rows, row => values[row]);
        return this with { Ids = Of(Ids), IdTexts = Of(IdTexts), Inputs = Of(Inputs) };
    }
}
