using System.Numerics;
using System.Runtime.InteropServices;
using LsCalib.Core.Numerics;

namespace LsCalib.Training;

/// <summary>
/// y = x W + b with W [in,out]. Every sum runs in the order of the rows, one multiplication and one addition at a time,
/// whatever the width of the machine's vectors: the same seed gives the same model everywhere.
/// </summary>
public sealed class DenseLayer
{
    /// <param name="inputCount">Width of the input.</param>
    /// <param name="outputCount">Width of the output.</param>
    /// <param name="gain">Variance of the weights times the input width: 2 before a ReLU (He et al. 2015), else 1.</param>
    /// <param name="random">Source of the weights.</param>
    public DenseLayer(int inputCount, int outputCount, double gain, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        InputCount = inputCount;
        OutputCount = outputCount;
        Parameters = new float[(inputCount + 1) * outputCount];
        Gradient = new float[Parameters.Length];
        double deviation = Math.Sqrt(gain / inputCount);
        foreach (ref float weight in Weights)
        {
            weight = (float)(random.NextGaussian() * deviation);
        }
    }

    public int InputCount { get; }

    public int OutputCount { get; }

    /// <summary>Weights [in,out], then biases [out].</summary>
    public float[] Parameters { get; }

    /// <summary>∂loss/∂parameters, in the same order.</summary>
    public float[] Gradient { get; }

    public Span<float> Weights => Parameters.AsSpan(0, InputCount * OutputCount);

    public Span<float> Biases => Parameters.AsSpan(InputCount * OutputCount);

    /// <summary>Outputs [N,out] of inputs [N,in].</summary>
    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        for (int n = 0; n < input.Length / InputCount; n++)
        {
            var target = output.Slice(n * OutputCount, OutputCount);
            Biases.CopyTo(target);
            for (int i = 0; i < InputCount; i++)
            {
                AddScaled(target, input[(n * InputCount) + i], Weights.Slice(i * OutputCount, OutputCount));
            }
        }
    }

    /// <summary>Adds to the gradient and, where asked for, gives ∂loss/∂input.</summary>
    /// <param name="input">What the layer was fed [N,in].</param>
    /// <param name="outputGradient">∂loss/∂output [N,out].</param>
    /// <param name="inputGradient">Receives ∂loss/∂input [N,in], or empty.</param>
    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        Array.Clear(Gradient);
        var biases = Gradient.AsSpan(InputCount * OutputCount);
        for (int n = 0; n < input.Length / InputCount; n++)
        {
            var delta = outputGradient.Slice(n * OutputCount, OutputCount);
            AddScaled(biases, 1, delta);
            for (int i = 0; i < InputCount; i++)
            {
                AddScaled(Gradient.AsSpan(i * OutputCount, OutputCount), input[(n * InputCount) + i], delta);
            }
        }

        if (inputGradient.IsEmpty)
        {
            return;
        }

        var transposed = Transposed();
        inputGradient.Clear();
        for (int n = 0; n < input.Length / InputCount; n++)
        {
            var target = inputGradient.Slice(n * InputCount, InputCount);
            for (int o = 0; o < OutputCount; o++)
            {
                AddScaled(target, outputGradient[(n * OutputCount) + o], transposed.AsSpan(o * InputCount, InputCount));
            }
        }
    }

    private float[] Transposed()
    {
        var transposed = new float[InputCount * OutputCount];
        for (int i = 0; i < InputCount; i++)
        {
            for (int o = 0; o < OutputCount; o++)
            {
                transposed[(o * InputCount) + i] = Parameters[(i * OutputCount) + o];
            }
        }

        return transposed;
    }

    private static void AddScaled(Span<float> target, float factor, ReadOnlySpan<float> values)
    {
        // Half the inputs of a hidden layer are 0 behind a ReLU, as are many pixels.
        if (factor == 0)
        {
            return;
        }

        var wide = MemoryMarshal.Cast<float, Vector<float>>(target);
        var source = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (int v = 0; v < wide.Length; v++)
        {
            wide[v] += source[v] * factor;
        }

        for (int k = wide.Length * Vector<float>.Count; k < target.Length; k++)
        {
            target[k] += values[k] * factor;
        }
    }
}
