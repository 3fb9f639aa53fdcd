namespace LsCalib.Training;

/// <summary>Labelled rows in memory.</summary>
/// <param name="Features">[N,F], row-major.</param>
/// <param name="Labels">True classes [N].</param>
/// <param name="FeatureCount">F.</param>
public sealed record TrainingSet(float[] Features, int[] Labels, int FeatureCount)
{
    public int RowCount => Labels.Length;
}
