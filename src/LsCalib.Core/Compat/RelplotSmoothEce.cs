using System.Runtime.CompilerServices;
using LsCalib.Core.Ordering;

namespace LsCalib.Core.Compat;

/// <summary>
/// smECE of relplot 1.0.3 (Błasiok and Nakkiran 2023), with what it does differently from the paper: residuals are laid on
/// a grid whose end nodes its reflection does not double, so that rows at confidence 0 and 1 weigh half; the integral is
/// normalised by the smoothed density; and the bandwidth is the upper end of ten bisections.
/// </summary>
/// <param name="Value">A fraction; NaN without rows.</param>
/// <param name="Bandwidth">A multiple of 1/1024.</param>
internal sealed record RelplotSmoothEce(double Value, double Bandwidth)
{
    private const int Bisections = 10;
    private const double SmallestBandwidth = 1e-3;
    private const int FewestPoints = 200;
    private const int FewestNodes = 2000;
    private const double DensityFloor = 1e-4;

    /// <summary>Standard deviations beyond which the Gaussian is below any rounding.</summary>
    private const double Reach = 15;

    public static RelplotSmoothEce Compute(ConfidenceOrder order)
    {
        if (order.RowCount == 0)
        {
            return new(double.NaN, double.NaN);
        }

        bool IsBelow(double s) => s < SmallestBandwidth || s < At(order, s);
        if (IsBelow(1))
        {
            return new(At(order, 1), 1);
        }

        double upper = 1;
        double lower = 0;
        for (int i = 0; i < Bisections; i++)
        {
            double middle = (upper + lower) / 2;
            if (IsBelow(middle))
            {
                lower = middle;
            }
            else
            {
                upper = middle;
            }
        }

        return new(At(order, upper), upper);
    }

    /// <summary>The error at a bandwidth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double At(ConfidenceOrder order, double bandwidth)
    {
        int nodes = (Math.Max(FewestNodes, (int)Math.Round(20 / bandwidth)) / 2) + 1;
        int points = Math.Max((int)Math.Round(10 / bandwidth), FewestPoints);
        var residuals = new double[nodes];
        var rows = new double[nodes];
        for (int i = 0; i < order.RowCount; i++)
        {
            double place = order.Confidence[i] * (nodes - 1);
            int node = Math.Min((int)place, nodes - 2);
            double share = place - node;
            double residual = order.Confidence[i] - (order.Correct[i] ? 1 : 0);
            residuals[node] += (1 - share) * residual;
            residuals[node + 1] += share * residual;
            rows[node] += 1 - share;
            rows[node + 1] += share;
        }

        var kernel = Kernel(nodes, bandwidth);
        residuals = Convolve(residuals, kernel);
        rows = Convolve(rows, kernel);
        double error = 0;
        double density = 0;
        foreach (double t in LibraryBins.Linspace(points))
        {
            error += Math.Abs(Interpolate(residuals, t));
            density += Interpolate(rows, t) + DensityFloor;
        }

        return error / density;
    }

    /// <summary>The Gaussian around 1/2 at the nodes; with an even number of them its middle lies between two.</summary>
    private static double[] Kernel(int nodes, double bandwidth)
    {
        var kernel = LibraryBins.Linspace(nodes);
        for (int i = 0; i < nodes; i++)
        {
            double z = (kernel[i] - 0.5) / bandwidth;
            kernel[i] = Math.Abs(z) > Reach ? 0 : Math.Exp(-z * z / 2) / (Math.Sqrt(2 * Math.PI) * bandwidth);
        }

        return kernel;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double[] Convolve(double[] values, double[] kernel)
    {
        int last = values.Length - 1;
        int first = 0;
        while (kernel[first] == 0)
        {
            first++;
        }

        int end = kernel.Length;
        while (kernel[end - 1] == 0)
        {
            end--;
        }

        var result = new double[values.Length];
        for (int i = 0; i <= last; i++)
        {
            double sum = 0;
            for (int k = first; k < end; k++)
            {
                int at = Math.Abs(i + (values.Length / 2) - k);
                sum += kernel[k] * values[at > last ? (2 * last) - at : at];
            }

            result[i] = sum;
        }

        return result;
    }

    private static double Interpolate(double[] values, double t)
    {
        int node = Math.Min((int)(t * (values.Length - 1)), values.Length - 2);
        double width = 1.0 / (values.Length - 1);
        double share = (t - (node * width)) / width;
        return (values[node] * (1 - share)) + (values[node + 1] * share);
    }
}
