namespace LsCalib.Training;

/// <summary>Moves parameters along their gradient.</summary>
public interface IOptimizer
{
    /// <summary>One step on all layers.</summary>
    public void Update(IReadOnlyList<DenseLayer> layers);
}
