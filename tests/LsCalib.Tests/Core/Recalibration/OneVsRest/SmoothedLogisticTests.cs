using LsCalib.Core.Numerics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.OneVsRest;
using LsCalib.Core.Scores;

namespace LsCalib.Tests.Core.Recalibration.OneVsRest;

public sealed class SmoothedLogisticTests
{
    [Fact]
    public void Platts_slope_and_intercept_match_another_solver()
    {
        double[] x = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5];
        bool[] isClass = [false, false, true, false, false, true, false, true, true, true];
        var fit = new SmoothedLogistic(x, [], isClass).Fit(useX: true, useY: false);

        // A Nelder-Mead search of the same loss with targets 6/7 and 1/7, and scikit-learn 1.2's sigmoid calibration (to 1e-7).
        Assert.Equal(0.664043067, fit.A, 1e-7);
        Assert.Equal(-0.166010768, fit.M, 1e-7);
        Assert.Equal(5.984354546318298, fit.Loss, 1e-9);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Its_gradient_is_zero_and_no_step_lowers_its_loss(bool useX, bool useY)
    {
        var (x, y, isClass) = Sample(700, 4);
        var fit = new SmoothedLogistic(x, y, isClass).Fit(useX, useY);
        double least = Loss(x, y, isClass, fit.A, fit.B, fit.M);
        Assert.Equal(least, fit.Loss, 1e-9);
        Assert.Equal(useX, fit.A != 0);
        Assert.Equal(useY, fit.B != 0);
        foreach (double h in new[] { 1e-4, -1e-4 })
        {
            Assert.True(Loss(x, y, isClass, fit.A, fit.B, fit.M + h) > least);
            Assert.True(!useX || Loss(x, y, isClass, fit.A + h, fit.B, fit.M) > least);
            Assert.True(!useY || Loss(x, y, isClass, fit.A, fit.B + h, fit.M) > least);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e-6)]
    [InlineData(1e6)]
    public void Separable_rows_have_a_finite_slope_whatever_the_scale(double scale)
    {
        double[] x = [-2 * scale, -1 * scale, 1 * scale, 2 * scale];
        var fit = new SmoothedLogistic(x, [], [false, false, true, true]).Fit(useX: true, useY: false);

        // By symmetry the intercept is 0, and a solves Σ x (σ(ax) − t) = 0 with t = 3/4: σ(a) + 2 σ(2a) = 3 · 3/4.
        double a = fit.A * scale;
        Assert.InRange(a, 0.1, 3);
        Assert.Equal(2.25, Sigmoid.Of(a) + (2 * Sigmoid.Of(2 * a)), 1e-9);
        Assert.Equal(0, fit.M, 1e-9);
    }

    [Fact]
    public void Two_columns_that_say_the_same_are_fitted_as_well_as_one()
    {
        double[] x = [0, 1, 0, 1, 1, 0];
        double[] y = [3, 5, 3, 5, 5, 3];
        bool[] isClass = [false, true, false, true, false, true];
        var both = new SmoothedLogistic(x, y, isClass).Fit(useX: true, useY: true);
        var one = new SmoothedLogistic(x, [], isClass).Fit(useX: true, useY: false);
        Assert.Equal(one.Loss, both.Loss, 1e-9);
        Assert.True(Math.Abs(both.A) < 10 && Math.Abs(both.B) < 10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_sort_of_rows_gives_a_constant(bool isClass)
    {
        var fit = new SmoothedLogistic([1, 2, 3], [], [isClass, isClass, isClass]).Fit(useX: true, useY: false);
        Assert.Equal(0, fit.A);
        Assert.Equal(isClass ? 0.8 : 0.2, Sigmoid.Of(fit.M), 1e-12);
    }

    [Fact]
    public void A_constant_column_has_slope_zero()
    {
        var fit = new SmoothedLogistic([0.1, 0.1, 0.1], [], [true, false, false]).Fit(useX: true, useY: false);
        Assert.Equal(0, fit.A);
        Assert.Equal(((2 / 3.0) + (2 / 4.0)) / 3, Sigmoid.Of(fit.M), 1e-12);
    }

    [Theory]
    [InlineData(1.5, 0.4)]
    [InlineData(0.3, 3)]
    [InlineData(-1, 1)]
    [InlineData(1, -1)]
    [InlineData(-1, -1)]
    public void Beta_is_the_optimum_over_slopes_that_are_not_negative(double a, double b)
    {
        // Labels that follow σ(a·ln p − b·ln(1−p)), so that the optimum without bounds has the signs of a and b.
        var random = new SeededRandom(6);
        const int Rows = 1500;
        var logits = new double[2 * Rows];
        var labels = new int[Rows];
        var x = new double[Rows];
        var y = new double[Rows];
        for (int i = 0; i < Rows; i++)
        {
            double p = random.NextDouble();
            (logits[2 * i], logits[(2 * i) + 1]) = (Math.Log(p), Math.Log(1 - p));
            (x[i], y[i]) = (logits[2 * i], -logits[(2 * i) + 1]);
            labels[i] = random.NextDouble() < Sigmoid.Of((a * x[i]) + (b * y[i])) ? 0 : 1;
        }

        var isClass = Array.ConvertAll(labels, label => label == 0);
        var beta = Fits.Fit<BetaCalibration>(ScoreMatrix.From(ScoreKind.Logits, logits, 2), labels);
        double least = Loss(x, y, isClass, beta.A[0], beta.B[0], beta.M[0]);
        Assert.True(beta.A[0] >= 0 && beta.B[0] >= 0);
        Assert.Equal(a < 0, beta.A[0] == 0);
        Assert.Equal(b < 0, beta.B[0] == 0);

        // The loss is convex, so what no neighbour beats, nothing does.
        foreach (var (da, db, dm) in Steps())
        {
            double atA = Math.Max(0, beta.A[0] + da);
            double atB = Math.Max(0, beta.B[0] + db);
            Assert.True(Loss(x, y, isClass, atA, atB, beta.M[0] + dm) >= least - 1e-10);
        }
    }

    private static IEnumerable<(double A, double B, double M)> Steps() =>
        from a in new[] { -1e-3, 0, 1e-3 } from b in new[] { -1e-3, 0, 1e-3 } from m in new[] { -1e-3, 0, 1e-3 } select (a, b, m);

    private static (double[] X, double[] Y, bool[] IsClass) Sample(int rows, long seed)
    {
        var random = new SeededRandom(seed);
        var x = new double[rows];
        var y = new double[rows];
        var isClass = new bool[rows];
        for (int i = 0; i < rows; i++)
        {
            x[i] = 5 + (3 * random.NextGaussian());
            y[i] = x[i] + random.NextGaussian();
            isClass[i] = random.NextDouble() < Sigmoid.Of((0.8 * x[i]) - (0.3 * y[i]) - 2);
        }

        return (x, y, isClass);
    }

    private static double Loss(double[] x, double[] y, bool[] isClass, double a, double b, double m)
    {
        double hits = isClass.Count(value => value);
        double loss = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double target = isClass[i] ? (hits + 1) / (hits + 2) : 1 / (x.Length - hits + 2);
            double p = 1 / (1 + Math.Exp(-((a * x[i]) + (b * y[i]) + m)));
            loss -= (target * Math.Log(p)) + ((1 - target) * Math.Log(1 - p));
        }

        return loss;
    }
}
