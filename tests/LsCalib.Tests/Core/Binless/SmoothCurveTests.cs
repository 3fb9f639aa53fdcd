using LsCalib.Core.Binless;
using LsCalib.Core.Ordering;

namespace LsCalib.Tests.Core.Binless;

public sealed class SmoothCurveTests
{
    [Theory]
    [InlineData(0.02)]
    [InlineData(0.1)]
    [InlineData(0.6)]
    public void The_curve_is_kernel_regression_with_images(double s)
    {
        var (c, a) = Predictions.Sample(80, 1, 0.1);
        c[0] = 1;
        c[1] = 0;
        var curve = SmoothEce.Curve(ConfidenceOrder.From(c, a), s, 41);
        Assert.Equal(s, curve.Bandwidth);
        for (int k = 0; k <= 40; k++)
        {
            double t = k / 40.0;
            double mass = 0;
            double hits = 0;
            for (int i = 0; i < c.Length; i++)
            {
                for (int image = -6; image <= 6; image += 2)
                {
                    double kernel = Gaussian((t - c[i] + image) / s) + Gaussian((t + c[i] + image) / s);
                    mass += kernel / (s * c.Length);
                    hits += a[i] ? kernel / (s * c.Length) : 0;
                }
            }

            Assert.Equal(t, curve.Confidence[k], 1e-15);
            Assert.Equal(mass, curve.Density[k], 2e-4 * Math.Max(mass, 0.1));
            if (mass > 1e-4)
            {
                Assert.Equal(hits / mass, curve.Accuracy[k], 2e-4);
            }
        }
    }

    [Fact]
    public void Density_integrates_to_one()
    {
        var curve = SmoothEce.Curve(Predictions.Order(3000, 2), 0.02, 501);
        Assert.Equal(1, (curve.Density.Sum() - ((curve.Density[0] + curve.Density[^1]) / 2)) / 500, 1e-6);
        Assert.All(curve.Accuracy.Where(double.IsFinite), accuracy => Assert.InRange(accuracy, 0, 1));
    }

    [Fact]
    public void Accuracy_is_undefined_far_from_all_rows()
    {
        var curve = SmoothEce.Curve(ConfidenceOrder.From([0.9, 0.9], [true, false]), 0.02, 11);
        Assert.Equal(double.NaN, curve.Accuracy[2]);
        Assert.Equal(0, curve.Density[2]);
        Assert.Equal(0.5, curve.Accuracy[9], 1e-12);
        Assert.All(SmoothEce.Curve(ConfidenceOrder.From([], []), 0.1, 3).Accuracy, accuracy => Assert.Equal(double.NaN, accuracy));
    }

    [Fact]
    public void Near_rows_are_those_within_one_bandwidth()
    {
        var curve = SmoothEce.Curve(ConfidenceOrder.From([0.25, 0.5, 0.5, 0.75, 1], new bool[5]), 0.25, 5);
        Assert.Equal([1, 3, 4, 4, 2], curve.NearRows);
    }

    private static double Gaussian(double z) => Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
}
