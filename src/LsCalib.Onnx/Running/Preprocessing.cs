namespace LsCalib.Onnx.Running;

/// <summary>What is done to the numbers of a row before the model sees them: x' = (x / divide − mean) / std.</summary>
/// <param name="Divide">Divisor, not 0.</param>
/// <param name="Mean">One number, or one for each channel; null: 0.</param>
/// <param name="Std">One number, or one for each channel; null: 1.</param>
/// <param name="ChannelsLast">Channels are the last axis of the input (nhwc) instead of axis 1 (nchw).</param>
public sealed record Preprocessing(
    double Divide = 1, IReadOnlyList<double>? Mean = null, IReadOnlyList<double>? Std = null, bool ChannelsLast = false)
{
    /// <summary>Whether the numbers stay as they are.</summary>
    public bool IsIdentity => Divide == 1 && Mean is null && Std is null;

    /// <summary>The function for one input.</summary>
    /// <param name="input">Name of the input, for messages.</param>
    /// <param name="rowShape">Dimensions of one row of it.</param>
    /// <returns>Changes a row in place; null when nothing is to be done.</returns>
    /// <exception cref="ModelException">The number of channels differs from that of means or deviations.</exception>
    internal Action<double[]>? For(string input, IReadOnlyList<long> rowShape)
    {
        if (IsIdentity)
        {
            return null;
        }

        int count = (int)rowShape.Aggregate(1L, (product, d) => product * d);
        var means = Spread(Mean, "--mean", 0, input, rowShape, count);
        var deviations = Spread(Std, "--std", 1, input, rowShape, count);
        double divide = Divide;
        return row =>
        {
            for (int i = 0; i < count; i++)
            {
                row[i] = ((row[i] / divide) - means[i]) / deviations[i];
            }
        };
    }

    private double[] Spread(
        IReadOnlyList<double>? values, string option, double otherwise, string input, IReadOnlyList<long> rowShape, int count)
    {
        var spread = new double[count];
        if (values is null || values.Count == 1)
        {
            Array.Fill(spread, values?[0] ?? otherwise);
            return spread;
        }

        int axis = ChannelsLast ? rowShape.Count - 1 : 0;
        long channels = rowShape.Count == 0 ? 1 : rowShape[axis];
        if (channels != values.Count)
        {
            throw new ModelException($"{option}: {values.Count} numbers for {channels} channels of input \"{input}\" (row shape [{string.Join(",", rowShape)}]). Give one number, or one for each channel; --layout nhwc if the channels come last.");
        }

        int inner = ChannelsLast ? 1 : (int)rowShape.Skip(1).Aggregate(1L, (product, d) => product * d);
        for (int i = 0; i < count; i++)
        {
            spread[i] = values[i / inner % (int)channels];
        }

        return spread;
    }
}
