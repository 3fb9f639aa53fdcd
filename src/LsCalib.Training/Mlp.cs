using LsCalib.Core.Numerics;

namespace LsCalib.Training;

/// <summary>A multi-layer perceptron: dense layers with ReLU between them; the last gives logits.</summary>
public sealed class Mlp
{
    /// <param name="featureCount">Inputs.</param>
    /// <param name="hidden">Widths of the hidden layers; none makes a linear classifier.</param>
    /// <param name="classCount">K.</param>
    /// <param name="seed">Seed of the weights.</param>
    public Mlp(int featureCount, IReadOnlyList<int> hidden, int classCount, long seed)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        var random = new SeededRandom(seed, stream: 10);
        int[] widths = [featureCount, .. hidden, classCount];
        Layers = [.. Enumerable.Range(0, widths.Length - 1)
            .Select(i => new DenseLayer(widths[i], widths[i + 1], i < widths.Length - 2 ? 2 : 1, random))];
    }

    public IReadOnlyList<DenseLayer> Layers { get; }

    public int FeatureCount => Layers[0].InputCount;

    public int ClassCount => Layers[^1].OutputCount;

    /// <summary>Logits [N,K] of standardised rows [N,F].</summary>
    public float[] Logits(ReadOnlySpan<float> rows) => Activations(rows)[^1];

    /// <summary>Outputs of every layer, after its ReLU where it has one; the last are the logits.</summary>
    internal float[][] Activations(ReadOnlySpan<float> rows)
    {
        int count = rows.Length / FeatureCount;
        var activations = new float[Layers.Count][];
        for (int l = 0; l < Layers.Count; l++)
        {
            activations[l] = new float[count * Layers[l].OutputCount];
            Layers[l].Forward(l == 0 ? rows : activations[l - 1], activations[l]);
            if (l < Layers.Count - 1)
            {
                foreach (ref float value in activations[l].AsSpan())
                {
                    value = Math.Max(value, 0);
                }
            }
        }

        return activations;
    }

    /// <summary>Fills every layer's gradient.</summary>
    /// <param name="rows">What was fed [N,F].</param>
    /// <param name="activations">Result of <see cref="Activations"/> on it.</param>
    /// <param name="logitGradient">∂loss/∂logits [N,K].</param>
    internal void Backward(ReadOnlySpan<float> rows, float[][] activations, ReadOnlySpan<double> logitGradient)
    {
        var delta = new float[logitGradient.Length];
        for (int i = 0; i < delta.Length; i++)
        {
            delta[i] = (float)logitGradient[i];
        }

        for (int l = Layers.Count - 1; l >= 0; l--)
        {
            var input = l == 0 ? rows : activations[l - 1];
            var below = l == 0 ? [] : new float[input.Length];
            Layers[l].Backward(input, delta, below);
            for (int i = 0; i < below.Length; i++)
            {
                below[i] = input[i] > 0 ? below[i] : 0;
            }

            delta = below;
        }
    }
}
