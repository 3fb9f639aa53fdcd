namespace LsCalib.Training;

/// <summary>Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019); biases do not decay.</summary>
public sealed class Adam(double learningRate, double weightDecay) : IOptimizer
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;
    private readonly Dictionary<DenseLayer, (double[] First, double[] Second)> _moments = [];
    private int _steps;

    public void Update(IReadOnlyList<DenseLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        _steps++;
        double correct1 = 1 - Math.Pow(Beta1, _steps);
        double correct2 = 1 - Math.Pow(Beta2, _steps);
        foreach (var layer in layers)
        {
            if (!_moments.TryGetValue(layer, out var moments))
            {
                moments = (new double[layer.Parameters.Length], new double[layer.Parameters.Length]);
                _moments[layer] = moments;
            }

            for (int i = 0; i < layer.Parameters.Length; i++)
            {
                double g = layer.Gradient[i];
                moments.First[i] = (Beta1 * moments.First[i]) + ((1 - Beta1) * g);
                moments.Second[i] = (Beta2 * moments.Second[i]) + ((1 - Beta2) * g * g);
                double decay = i < layer.Weights.Length ? weightDecay * layer.Parameters[i] : 0;
                double step = moments.First[i] / correct1 / (Math.Sqrt(moments.Second[i] / correct2) + Epsilon);
                layer.Parameters[i] -= (float)(learningRate * (step + decay));
            }
        }
    }
}
