namespace LsCalib.Core.Recalibration.Linear;

/// <summary>
/// A penalty as a sum of squares, each parameter off its centre. ODIR leaves the diagonal free, which would grow without end
/// where it alone tells classes apart: a normal prior that weighs as much as one row holds it to 1/T (each weight's effect at
/// the deviation of its feature is of deviation 1). Ridge holds the whole of W to I and needs no more.
/// </summary>
internal sealed class PenaltyTerms
{
    /// <summary>Name of the ODIR penalty.</summary>
    public const string Odir = "odir";

    /// <summary>Name of the ridge penalty.</summary>
    public const string Ridge = "ridge";

    /// <param name="penalty">The penalty.</param>
    /// <param name="deviations">Deviation of each feature [K].</param>
    /// <param name="slope">1/T.</param>
    /// <param name="rowCount">Rows fitted on.</param>
    public PenaltyTerms(LinearPenalty penalty, double[] deviations, double slope, int rowCount)
    {
        int classes = deviations.Length;
        bool odir = penalty.Kind == Odir;
        OffDiagonal = penalty.Lambda / (odir ? classes * (classes - 1.0) : (double)classes * classes);
        Bias = penalty.Mu / classes;
        Centre = odir ? slope : 1;
        Diagonal = Array.ConvertAll(deviations, deviation => odir ? deviation * deviation / (2 * rowCount) : OffDiagonal);
    }

    /// <summary>Factor of the squared weights off the diagonal.</summary>
    public double OffDiagonal { get; }

    /// <summary>Factor of the squared biases.</summary>
    public double Bias { get; }

    /// <summary>Factors of the squared weights on the diagonal, off their centre [K].</summary>
    public double[] Diagonal { get; }

    /// <summary>What weights on the diagonal are held to.</summary>
    public double Centre { get; }

    /// <summary>Adds the slope at a point to a gradient.</summary>
    /// <param name="point">W and b [K, stride], b behind the weights of its class.</param>
    /// <param name="stride">From one class to the next.</param>
    /// <param name="gradient">What is added to.</param>
    /// <returns>The penalty.</returns>
    public double AddSlope(double[] point, int stride, double[] gradient) => Add(point, stride, Centre, gradient);

    /// <summary>Adds the curvature times a direction, both laid out as points.</summary>
    public void AddCurvature(double[] direction, int stride, double[] product) => Add(direction, stride, 0, product);

    private double Add(double[] point, int stride, double centre, double[] target)
    {
        int classes = Diagonal.Length;
        double offDiagonal = 0;
        double others = 0;
        for (int k = 0; k < classes; k++)
        {
            int row = k * stride;
            for (int j = 0; j < classes; j++)
            {
                double w = j == k ? 0 : point[row + j];
                offDiagonal += w * w;
                target[row + j] += 2 * OffDiagonal * w;
            }

            double off = point[row + k] - centre;
            double bias = point[row + classes];
            others += (Diagonal[k] * off * off) + (Bias * bias * bias);
            target[row + k] += 2 * Diagonal[k] * off;
            target[row + classes] += 2 * Bias * bias;
        }

        return (OffDiagonal * offDiagonal) + others;
    }
}
