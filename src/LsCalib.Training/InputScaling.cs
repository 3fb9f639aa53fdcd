namespace LsCalib.Training;

/// <summary>
/// Standardisation of the inputs, x' = (x − mean) × factor, cut at ±<see cref="Limit"/>, which becomes part of the
/// model's graph. Without the cut, a feature that hardly varies in the training data would swamp all others where it
/// does vary.
/// </summary>
/// <param name="Mean">Mean of each feature over the training data [F].</param>
/// <param name="Factor">1 / standard deviation [F]; 1 where a feature never varies.</param>
public sealed record InputScaling(float[] Mean, float[] Factor)
{
    /// <summary>Largest magnitude of a scaled input.</summary>
    public const float Limit = 5;

    /// <summary>Fits to training data [N,F].</summary>
    public static InputScaling Fit(ReadOnlySpan<float> features, int featureCount)
    {
        int rows = features.Length / featureCount;
        var mean = new float[featureCount];
        var factor = new float[featureCount];
        for (int f = 0; f < featureCount; f++)
        {
            double sum = 0;
            for (int n = 0; n < rows; n++)
            {
                sum += features[(n * featureCount) + f];
            }

            double average = sum / rows;
            double squares = 0;
            for (int n = 0; n < rows; n++)
            {
                double d = features[(n * featureCount) + f] - average;
                squares += d * d;
            }

            double deviation = Math.Sqrt(squares / rows);
            mean[f] = (float)average;
            factor[f] = deviation > 0 ? (float)(1 / deviation) : 1;
        }

        return new(mean, factor);
    }

    /// <summary>Standardises rows [N,F] in place, in the precision of the graph.</summary>
    public void Apply(Span<float> features)
    {
        for (int i = 0; i < features.Length; i++)
        {
            int f = i % Mean.Length;
            features[i] = Math.Clamp((features[i] - Mean[f]) * Factor[f], -Limit, Limit);
        }
    }
}
