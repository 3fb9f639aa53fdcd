namespace LsCalib.Core.Compat;

/// <summary>The single-precision arithmetic of PyTorch that other libraries' numbers rest on.</summary>
internal static class Torch
{
    private const int Lanes = 8;
    private const int Rows = 4;
    private const int RowsInStep = 16;

    /// <summary>
    /// torch.linspace(0, 1, binCount + 1) in float32, counted from both ends. PyTorch counts some lengths in vectors,
    /// which moves single edges by one rounding; 15 bins and 10 are not among them.
    /// </summary>
    public static double[] Linspace(int binCount)
    {
        float step = 1f / binCount;
        var edges = new double[binCount + 1];
        for (int i = 0; i <= binCount; i++)
        {
            edges[i] = i < (binCount + 1) / 2 ? step * i : 1f - (step * (binCount - i));
        }

        return edges;
    }

    /// <summary>
    /// torch.sum of a float32 vector of fewer than 2^13 numbers: eight lanes of four partial sums, the rest first; short
    /// vectors in one lane.
    /// </summary>
    public static float Sum(ReadOnlySpan<float> values)
    {
        if (values.Length < Lanes)
        {
            return Lane(values, 0, 1);
        }

        int vectors = values.Length / Lanes;
        float sum = 0;
        for (int i = vectors * Lanes; i < values.Length; i++)
        {
            sum += values[i];
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            sum += Lane(values[..(vectors * Lanes)], lane, Lanes);
        }

        return sum;
    }

    private static float Lane(ReadOnlySpan<float> values, int lane, int lanes)
    {
        int vectors = values.Length / lanes;
        int steps = vectors / Rows;
        Span<float> partial = stackalloc float[Rows];
        for (int row = 0; row < Rows; row++)
        {
            float low = 0;
            float high = 0;
            for (int i = 0; i < steps; i++)
            {
                low += values[(((i * Rows) + row) * lanes) + lane];
                if ((i + 1) % RowsInStep == 0)
                {
                    high += low;
                    low = 0;
                }
            }

            partial[row] = low + high;
        }

        for (int v = steps * Rows; v < vectors; v++)
        {
            partial[0] += values[(v * lanes) + lane];
        }

        return ((partial[0] + partial[1]) + partial[2]) + partial[3];
    }
}
