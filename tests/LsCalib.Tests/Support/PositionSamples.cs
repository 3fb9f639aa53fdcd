namespace LsCalib.Tests.Support;

/// <summary>Seeded predictions of 25 samples of 4 × 6 positions. The arrays are not to be changed.</summary>
internal static class PositionSamples
{
    public const int SampleCount = 25;
    public const int Height = 4;
    public const int Width = 6;
    public const int Positions = Height * Width;
    public const int Classes = 3;

    static PositionSamples() => (Rows, Labels) = Samples.Calibrated(SampleCount * Positions, Classes, 1.5, 2, 11);

    /// <summary>Logits [SampleCount·Positions, Classes].</summary>
    public static float[] Rows { get; }

    /// <summary>Labels [SampleCount·Positions].</summary>
    public static int[] Labels { get; }

    /// <summary>The sample of each row [SampleCount·Positions].</summary>
    public static int[] Groups { get; } = [.. Enumerable.Range(0, SampleCount * Positions).Select(row => row / Positions)];

    /// <summary>The rows as [SampleCount, Classes, Positions].</summary>
    public static float[] Transposed()
    {
        var values = new float[Rows.Length];
        for (int row = 0; row < Labels.Length; row++)
        {
            for (int k = 0; k < Classes; k++)
            {
                values[(((row / Positions * Classes) + k) * Positions) + (row % Positions)] = Rows[(row * Classes) + k];
            }
        }

        return values;
    }
}
