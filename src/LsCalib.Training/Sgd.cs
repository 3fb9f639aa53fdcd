namespace LsCalib.Training;

/// <summary>Gradient descent with momentum; weight decay is added to the gradient of the weights, not of the biases.</summary>
public sealed class Sgd(double learningRate, double momentum, double weightDecay) : IOptimizer
{
    private readonly Dictionary<DenseLayer, double[]> _velocities = [];

    public void Update(IReadOnlyList<DenseLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        foreach (var layer in layers)
        {
            if (!_velocities.TryGetValue(layer, out var velocity))
            {
                velocity = new double[layer.Parameters.Length];
                _velocities[layer] = velocity;
            }

            for (int i = 0; i < layer.Parameters.Length; i++)
            {
                double decay = i < layer.Weights.Length ? weightDecay * layer.Parameters[i] : 0;
                velocity[i] = (momentum * velocity[i]) + layer.Gradient[i] + decay;
                layer.Parameters[i] -= (float)(learningRate * velocity[i]);
            }
        }
    }
}
