using LsCalib.Core.Scores;
using LsCalib.Data.Rows;

namespace LsCalib.Data.Baselines;

/// <summary>Identities of rows by their inputs, taken while a source is read.</summary>
/// <param name="source">The source, before its first row.</param>
public sealed class InputHashes(IRowSource source)
{
    private readonly double[] _inputs = new double[source.FeatureCount];
    private readonly List<ulong> _samples = [];
    private readonly List<int> _labels = [];

    /// <summary>Reads the next row of the source.</summary>
    /// <param name="features">Receives its numbers.</param>
    /// <param name="label">Receives its class index.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="DataException">The row cannot be read.</exception>
    public bool Read(Span<double> features, out int label)
    {
        if (!source.Read(features, out label))
        {
            return false;
        }

        for (int i = 0; i < _inputs.Length; i++)
        {
            // −0 and 0 are the same input.
            _inputs[i] = features[i] + 0.0;
        }

        _samples.Add(RowIdentity.OfInputs(_inputs));
        _labels.Add(label);
        return true;
    }

    /// <summary>The identities of the rows read.</summary>
    /// <param name="kept">Which rows, or positions of samples, were kept; null: all.</param>
    public ulong[] Of(KeptRows? kept)
    {
        // Sources of arrays have all labels at hand; of several positions, the one read with a row is the first.
        var labels = source is NpyRowSource npy ? npy.AllLabels.Span : System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_labels);
        int positions = labels.Length / Math.Max(1, _samples.Count);
        var identities = new ulong[_samples.Count * positions];
        for (int row = 0; row < identities.Length; row++)
        {
            identities[row] = RowIdentity.OfRow(_samples[row / positions], row % positions, labels[row]);
        }

        return kept?.Select(identities) ?? identities;
    }
}
