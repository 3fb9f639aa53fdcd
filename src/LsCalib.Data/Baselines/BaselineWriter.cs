using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LsCalib.Core.Comparison;
using LsCalib.Core.Scores;

namespace LsCalib.Data.Baselines;

/// <summary>Writes baselines. The same rows give the same bytes: there is no clock in them, and no folder.</summary>
public static class BaselineWriter
{
    /// <summary>The file.</summary>
    /// <exception cref="DataException">It would be too large.</exception>
    public static byte[] Write(Baseline baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        var rows = baseline.Rows;
        var identities = baseline.Identities;
        if (rows.RowCount > Array.MaxLength / sizeof(double))
        {
            throw new DataException(FormattableString.Invariant($"{rows.RowCount:N0} rows are too many for a baseline; {Array.MaxLength / sizeof(double):N0} fit."));
        }

        byte[] header = new BaselineHeader(
            rows.RowCount,
            rows.ClassCount,
            baseline.ClassNames,
            baseline.Origin,
            identities.Kind,
            identities.IdColumn,
            baseline.Probabilities switch { null => null, ScoreMatrix<float> => BaselineHeader.Float32, _ => BaselineHeader.Float64 }).ToJson();
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        byte[] content = [.. BaselineFormat.FirstLine, .. length, .. header, .. BaselineFormat.Compress(Columns(baseline))];
        return [.. content, .. SHA256.HashData(content)];
    }

    private static IEnumerable<byte[]> Columns(Baseline baseline)
    {
        var rows = baseline.Rows;
        var wrong = Enumerable.Range(0, rows.RowCount).Where(row => !rows.IsCorrect(row));
        yield return Classes(rows, row => rows.Labels[row]);
        yield return Classes(rows, row => (rows.Predicted[row] - rows.Labels[row] + rows.ClassCount) % rows.ClassCount);
        yield return Numbers(rows.Confidence);
        yield return Numbers(wrong.Select(row => rows.TrueProbability[row]).ToArray());
        yield return Numbers(rows.Brier);
        if ((baseline.Identities.Ids ?? baseline.Identities.Inputs) is { } identities)
        {
            yield return Numbers(identities);
        }

        if (baseline.Probabilities is { } probabilities)
        {
            yield return BaselineFormat.ToPlanes(RowProbabilities.Bytes(probabilities), probabilities is ScoreMatrix<float> ? sizeof(float) : sizeof(double));
        }
    }

    private static byte[] Numbers<T>(T[] values)
        where T : unmanaged => BaselineFormat.ToPlanes(MemoryMarshal.AsBytes(values.AsSpan()), Marshal.SizeOf<T>());

    private static byte[] Classes(RowResults rows, Func<int, int> classOf)
    {
        int width = BaselineFormat.ClassWidth(rows.ClassCount);
        var planes = new byte[rows.RowCount * width];
        for (int row = 0; row < rows.RowCount; row++)
        {
            int k = classOf(row);
            for (int plane = 0; plane < width; plane++)
            {
                planes[(plane * rows.RowCount) + row] = (byte)(k >> (8 * plane));
            }
        }

        return planes;
    }
}
