using System.Runtime.InteropServices;
using LsCalib.Core.Scores;

namespace LsCalib.Data.Baselines;

/// <summary>The columns of a baseline, unpacked.</summary>
internal static class BaselineColumns
{
    /// <summary>Rows of probabilities may sum to a little more than 1 by rounding, and Brier scores to more than 2.</summary>
    private const double LargestBrier = 2.01;

    /// <param name="path">The file, for messages.</param>
    /// <param name="header">Its header.</param>
    /// <param name="columns">Its columns.</param>
    /// <exception cref="DataException">A number is impossible.</exception>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public static Baseline Read(string path, BaselineHeader header, Stream columns)
    {
        var (n, k) = (header.RowCount, header.ClassCount);
        int[] labels = Classes(columns, n, k);
        int[] predicted = Classes(columns, n, k);
        for (int row = 0; row < n; row++)
        {
            Check((uint)labels[row] < k && (uint)predicted[row] < k, "class");
            predicted[row] = (int)(((long)labels[row] + predicted[row]) % k);
        }

        double[] confidence = Numbers<double>(columns, n);
        double[] ofWrong = Numbers<double>(columns, labels.Zip(predicted).Count(row => row.First != row.Second));
        double[] brier = Numbers<double>(columns, n);
        var trueProbability = new double[n];
        int wrong = 0;
        for (int row = 0; row < n; row++)
        {
            trueProbability[row] = labels[row] == predicted[row] ? confidence[row] : ofWrong[wrong++];
            Check(confidence[row] is >= 0 and <= 1, "confidence");

            // Logits further apart than any double have a logarithm of −∞.
            Check(trueProbability[row] is <= 1 and not 0, "true-class probability");
            Check(brier[row] is >= 0 and <= LargestBrier, "Brier score");
        }

        var identities = RowIdentities.Read(header.Identity, header.Identity == RowIdentityKind.RowNumber ? null : Numbers<ulong>(columns, n), header.IdColumn);
        ScoreMatrix? probabilities = header.Probabilities switch
        {
            null => null,
            BaselineHeader.Float32 => Matrix<float>(columns, n, k),
            _ => Matrix<double>(columns, n, k),
        };
        Check(probabilities is null || ProbabilityRows.Inspect(probabilities).AreProbabilities, "row of probabilities");
        Check(columns.ReadByte() < 0, "end");
        return new()
        {
            Path = path,
            Origin = header.Origin,
            Rows = new(labels, predicted, confidence, trueProbability, brier, k),
            Identities = identities,
            ClassNames = header.ClassNames,
            Probabilities = probabilities,
        };

        void Check(bool isPossible, string what)
        {
            if (!isPossible)
            {
                throw BaselineReader.Impossible(path, $"an impossible {what}");
            }
        }
    }

    private static ScoreMatrix<T> Matrix<T>(Stream columns, int rows, int classes)
        where T : unmanaged => ScoreMatrix.From(ScoreKind.Probabilities, Numbers<T>(columns, checked(rows * classes)), classes);

    private static T[] Numbers<T>(Stream columns, int count)
        where T : unmanaged
    {
        int width = Marshal.SizeOf<T>();
        var planes = new byte[checked(count * width)];
        columns.ReadExactly(planes);
        var values = new T[count];
        BaselineFormat.FromPlanes(planes, width, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static int[] Classes(Stream columns, int count, int classCount)
    {
        int width = BaselineFormat.ClassWidth(classCount);
        var planes = new byte[checked(count * width)];
        columns.ReadExactly(planes);
        var classes = new int[count];
        for (int plane = 0; plane < width; plane++)
        {
            for (int row = 0; row < count; row++)
            {
                classes[row] |= planes[(plane * count) + row] << (8 * plane);
            }
        }

        return classes;
    }
}
