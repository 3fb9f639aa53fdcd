using LsCalib.Core.Smoothing;
using LsCalib.Training;

namespace LsCalib.Tests.Training;

/// <summary>Label smoothing against closed forms and against PyTorch 1.13 in float64.</summary>
public sealed class SmoothingTests
{
    private static readonly double[] Z = [2, .5, -1, .1, .2, .3, 1, -2, 0, 0, 0, 5];
    private static readonly double[] Weights = [.5, 1.5, 4];

    [Theory]
    [InlineData(2, .1, 2.9444389792, 0.1985152433)]
    [InlineData(3, .1, 3.3322045102, 0.2911398388)]
    [InlineData(10, .05, 5.2522734280, 0.2823962428)]
    [InlineData(10, .1, 4.5108595065, 0.5002880351)]
    [InlineData(100, .05, 7.5501353425, 0.4244988165)]
    [InlineData(100, .1, 6.8035052576, 0.7777970419)]
    [InlineData(1000, .1, 9.1050909613, 1.0148479977)]
    [InlineData(32000, .1, 12.5707192313, 1.3623896831)]
    public void Optimal_gap_and_loss(int classes, double alpha, double gap, double loss)
    {
        var smoothing = new LabelSmoothing(alpha);
        Assert.Equal(gap, smoothing.OptimalLogitGap(classes), 1e-10);
        Assert.Equal(loss, smoothing.MinimumLoss(classes), 1e-10);
        Assert.Equal(alpha, LabelSmoothing.AlphaOfLogitGap(smoothing.OptimalLogitGap(classes), classes), 1e-12);
    }

    [Fact]
    public void The_other_convention_is_another_strength()
    {
        var smoothing = new LabelSmoothing(.1, SmoothingConvention.EpsilonOverOthers);
        Assert.Equal(4.3944491547, smoothing.OptimalLogitGap(10), 1e-10);
        Assert.Equal(9.1039793560, smoothing.OptimalLogitGap(1000), 1e-10);
        Assert.Equal(1.0 / 9, smoothing.Alpha(10), 1e-15);
    }

    [Fact]
    public void Targets_by_hand()
    {
        double[] oneHot = [0, 1, 0];
        new LabelSmoothing(.1).Apply(oneHot);
        Assert.Equal([0.1 / 3, 0.9 + (0.1 / 3), 0.1 / 3], oneHot);
        double[] dense = [.2, .3, .5];
        new LabelSmoothing(.1).Apply(dense);
        Assert.Equal(.2133333333333333, dense[0], 1e-12);
        Assert.Equal(.4833333333333333, dense[2], 1e-12);
        double[] all = [0, 0, 1];
        new LabelSmoothing(1).Apply(all);
        Assert.All(all, t => Assert.Equal(1.0 / 3, t, 1e-15));
        Assert.Equal(.91, new LabelSmoothing(.1).TrueTarget(10), 1e-15);
    }

    [Fact]
    public void Loss_decomposes_into_hard_loss_and_pull_to_uniform()
    {
        // z = (2, .5, -1), y = 0, alpha .1: .9 CE + .1 (KL(u||p) + ln 3).
        double[] z = [2, .5, -1];
        Assert.Equal(0.2413112967, new SmoothedCrossEntropy(new LabelSmoothing(0)).Mean(z, [0], 3), 1e-10);
        Assert.Equal(0.3913112967, new SmoothedCrossEntropy(new LabelSmoothing(.1)).Mean(z, [0], 3), 1e-10);
    }

    [Theory]
    [InlineData(0, false, 2.0855466822)]
    [InlineData(.1, false, 2.0833244600)]
    [InlineData(0, true, 1.9414176490)]
    [InlineData(.1, true, 1.9252749967)]
    public void Mean_with_an_ignored_label_matches_PyTorch(double alpha, bool weighted, double expected) =>
        Assert.Equal(expected, new SmoothedCrossEntropy(new LabelSmoothing(alpha), weighted ? Weights : null).Mean(Z, [0, 2, -100, 1], 3), 1e-10);

    [Fact]
    public void Losses_by_position_match_PyTorch()
    {
        var losses = new double[4];
        new SmoothedCrossEntropy(new LabelSmoothing(.1), Weights).PerPosition(Z, [0, 2, -100, 1], 3, 1, losses);
        Assert.Equal([.6318523428, 3.8157161566, 0, 7.1040814810], losses.Select(loss => Math.Round(loss, 10)));
    }

    [Fact]
    public void Index_and_dense_targets_weigh_the_mean_differently_as_in_PyTorch()
    {
        double[] dense = [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0];
        int[] labels = [0, 2, 1, 1];
        var weighted = new SmoothedCrossEntropy(new LabelSmoothing(.1), Weights);
        Assert.Equal(2.1901269666, weighted.Mean(Z, labels, 3), 1e-10);
        Assert.Equal(4.1064880624, weighted.MeanDense(Z, dense, 3), 1e-10);
        var plain = new SmoothedCrossEntropy(new LabelSmoothing(.1));
        Assert.Equal(2.3580797325, plain.Mean(Z, labels, 3), 1e-10);
        Assert.Equal(2.3580797325, plain.MeanDense(Z, dense, 3), 1e-10);
    }

    [Fact]
    public void The_class_axis_is_the_second_of_any_rank()
    {
        // [N,C] = [4,3] as [2,3,2]: position (n, d) of the second is row 2n + d of the first.
        var moved = new double[12];
        for (int n = 0; n < 2; n++)
        {
            for (int k = 0; k < 3; k++)
            {
                for (int d = 0; d < 2; d++)
                {
                    moved[(n * 6) + (k * 2) + d] = Z[(((2 * n) + d) * 3) + k];
                }
            }
        }

        var loss = new SmoothedCrossEntropy(new LabelSmoothing(.1), Weights);
        Assert.Equal(loss.Mean(Z, [0, 2, -100, 1], 3), loss.Mean(moved, [0, 2, -100, 1], 3, inner: 2), 1e-14);
    }

    [Theory]
    [InlineData(SmoothingConvention.AlphaOverK)]
    [InlineData(SmoothingConvention.EpsilonOverOthers)]
    public void Gradients_agree_with_finite_differences(SmoothingConvention convention)
    {
        var loss = new SmoothedCrossEntropy(new LabelSmoothing(.2, convention), Weights);
        int[] labels = [0, 2, -100, 1];
        double[] dense = [.5, .5, 0, 0, .1, .9, 1, 0, 0, .2, .3, .5];
        var gradient = new double[12];
        loss.Mean(Z, labels, 3, 1, gradient);
        Check(z => loss.Mean(z, labels, 3), gradient);
        loss.MeanDense(Z, dense, 3, 1, gradient);
        Check(z => loss.MeanDense(z, dense, 3), gradient);

        static void Check(Func<double[], double> at, double[] gradient)
        {
            for (int i = 0; i < Z.Length; i++)
            {
                const double H = 1e-5;
                var above = (double[])Z.Clone();
                var below = (double[])Z.Clone();
                above[i] += H;
                below[i] -= H;
                Assert.Equal((at(above) - at(below)) / (2 * H), gradient[i], 1e-9);
            }
        }
    }

    [Fact]
    public void Bad_labels_and_shapes_are_refused()
    {
        var loss = new SmoothedCrossEntropy(new LabelSmoothing(.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => loss.Mean(Z, [0, 1, 2, 3], 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => loss.Mean(Z, [0, 1, 2, -1], 3));
        Assert.Throws<ArgumentException>(() => loss.Mean(Z, [0, 1, 2], 3));
        Assert.Throws<ArgumentException>(() => loss.Mean(Z, [0, 1], 5));
        Assert.True(double.IsNaN(loss.Mean(Z, [-100, -100, -100, -100], 3)));
    }
}
