using System.Runtime.CompilerServices;

namespace LsCalib.Core.Binless;

/// <summary>
/// What each row does to a kernel-density error: ψ_j = |gap_j| + Σ_i sign(gap_i)·K_ij·(y_j − accuracy_i)/Σ_k K_ik, once as
/// a row whose gap is averaged and once as a neighbour of others. The error scatters as the mean of ψ does.
/// </summary>
internal sealed class Influence(int placeCount)
{
    private readonly List<EvaluatedPlace> _places = [];
    private readonly double[] _slopes = new double[placeCount];
    private readonly double[] _levels = new double[placeCount];

    /// <summary>Adds a place and what it is to its neighbours.</summary>
    /// <param name="place">The place.</param>
    /// <param name="at">Distinct confidences of all places.</param>
    /// <param name="kernels">Kernels of the distinct confidences there, its own left out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(in EvaluatedPlace place, int[] at, double[] kernels)
    {
        _places.Add(place);
        double ofHits = place.Hits * place.Pull(place.OfHits);
        double ofMisses = (place.Count - place.Hits) * place.Pull(place.OfMisses);
        double slope = ofHits + ofMisses;
        double level = (ofHits * (place.OfHits + place.Confidence)) + (ofMisses * (place.OfMisses + place.Confidence));
        for (int other = 0; other < at.Length; other++)
        {
            double kernel = kernels[at[other]];
            _slopes[other] += kernel * slope;
            _levels[other] += kernel * level;
        }

        _slopes[place.Index] += place.Own * slope;
        _levels[place.Index] += place.Own * level;
    }

    /// <summary>Standard error of the error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="rowCount">Rows that the places stand for.</param>
    public double StandardError(double error, double rowCount)
    {
        double squares = 0;
        foreach (var place in _places)
        {
            // A row is no neighbour of itself.
            double itselfRight = place.Own * place.Pull(place.OfHits) * (1 - place.OfHits - place.Confidence);
            double itselfWrong = -place.Own * place.Pull(place.OfMisses) * (place.OfMisses + place.Confidence);
            double right = Math.Abs(place.OfHits) - error + _slopes[place.Index] - _levels[place.Index] - itselfRight;
            double wrong = Math.Abs(place.OfMisses) - error - _levels[place.Index] - itselfWrong;
            squares += place.Share / place.Count * ((place.Hits * right * right) + ((place.Count - place.Hits) * wrong * wrong));
        }

        return Math.Sqrt(squares / rowCount / Math.Max(1, rowCount - 1));
    }
}

/// <summary>A confidence at which accuracy is estimated.</summary>
/// <param name="Index">Place among those evaluated.</param>
/// <param name="Share">Rows that it stands for.</param>
/// <param name="Count">Rows of this confidence.</param>
/// <param name="Hits">Correct ones among them.</param>
/// <param name="Confidence">The confidence.</param>
/// <param name="OfHits">Estimated accuracy less confidence, of a correct row.</param>
/// <param name="OfMisses">The same of a wrong row.</param>
/// <param name="Own">The kernel of a row of this very confidence.</param>
/// <param name="All">Σ of the kernels of all rows but one.</param>
internal readonly record struct EvaluatedPlace(
    int Index, double Share, int Count, double Hits, double Confidence, double OfHits, double OfMisses, double Own, double All)
{
    /// <summary>How a row here with this gap answers to a neighbour's kernel: sign(gap)/Σ_k K_k, times the rows that it stands for.</summary>
    public double Pull(double gap) => Share / Count * Math.Sign(gap) / All;
}
