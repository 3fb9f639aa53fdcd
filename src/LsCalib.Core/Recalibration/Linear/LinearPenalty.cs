namespace LsCalib.Core.Recalibration.Linear;

/// <summary>
/// What is added to the mean NLL of a linear map, to keep it near one of few parameters. ODIR (Kull et al. 2019): λ times the
/// mean square of the weights off the diagonal plus μ times that of the biases. Ridge: λ times the mean square of W − I plus
/// μ times that of the biases.
/// </summary>
/// <param name="Kind">odir or ridge.</param>
/// <param name="Lambda">λ, at least 0.</param>
/// <param name="Mu">μ, at least 0.</param>
public sealed record LinearPenalty(string Kind, double Lambda, double Mu);
