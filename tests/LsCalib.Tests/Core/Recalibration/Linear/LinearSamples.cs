using LsCalib.Core.Numerics;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;

namespace LsCalib.Tests.Core.Recalibration.Linear;

/// <summary>Logits whose labels follow softmax(W·z + b) of a known W and b, and plain arithmetic to check fits with.</summary>
internal static class LinearSamples
{
    public static (ScoreMatrix<double> Scores, int[] Labels) Draw(int rows, int classes, double[] weights, double[] biases, long seed)
    {
        var random = new SeededRandom(seed);
        var logits = new double[rows * classes];
        var labels = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            var z = logits.AsSpan(i * classes, classes);
            foreach (ref double value in z)
            {
                value = 2 * random.NextGaussian();
            }

            var p = Map(weights, biases, z);
            Softmax.InPlace(p);
            double u = random.NextDouble();
            while (labels[i] < classes - 1 && (u -= p[labels[i]]) >= 0)
            {
                labels[i]++;
            }
        }

        return (ScoreMatrix.From(ScoreKind.Logits, logits, classes), labels);
    }

    public static double[] Map(double[] weights, double[] biases, ReadOnlySpan<double> z)
    {
        var mapped = (double[])biases.Clone();
        for (int k = 0; k < mapped.Length; k++)
        {
            for (int j = 0; j < mapped.Length; j++)
            {
                mapped[k] += weights[(k * mapped.Length) + j] * z[j];
            }
        }

        return mapped;
    }

    public static double[] Diagonal(params double[] values)
    {
        var matrix = new double[values.Length * values.Length];
        for (int k = 0; k < values.Length; k++)
        {
            matrix[(k * values.Length) + k] = values[k];
        }

        return matrix;
    }

    public static double[] Row(ScoreMatrix scores, int row)
    {
        var values = new double[scores.ClassCount];
        scores.CopyRow(row, values);
        return values;
    }

    /// <summary>Mean NLL of logits that a function makes of each row.</summary>
    public static double Nll(ScoreMatrix scores, int[] labels, Func<double[], double[]> map)
    {
        double sum = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            var u = map(Row(scores, row));
            double largest = u.Max();
            sum += largest + Math.Log(u.Sum(value => Math.Exp(value - largest))) - u[labels[row]];
        }

        return sum / labels.Length;
    }

    public static double Nll(ScoreMatrix scores, int[] labels, Calibrator calibrator) => Nll(scores, labels, row =>
    {
        var target = new double[row.Length];
        calibrator.Transform(row, target);
        return target;
    });

    /// <summary>Least value of a convex function by gradient descent with Nesterov's momentum on numeric slopes: slow, and nobody else's code.</summary>
    public static double Descend(Func<double[], double> function, double[] start, int steps, double rate)
    {
        var point = (double[])start.Clone();
        var before = (double[])start.Clone();
        for (int step = 0; step < steps; step++)
        {
            var ahead = new double[point.Length];
            for (int i = 0; i < point.Length; i++)
            {
                ahead[i] = point[i] + (step / (step + 3.0) * (point[i] - before[i]));
            }

            before = point;
            point = new double[ahead.Length];
            var slope = Slope(function, ahead);
            for (int i = 0; i < point.Length; i++)
            {
                point[i] = ahead[i] - (rate * slope[i]);
            }
        }

        return function(point);
    }

    /// <summary>Central differences.</summary>
    public static double[] Slope(Func<double[], double> function, double[] point)
    {
        const double H = 1e-5;
        var slope = new double[point.Length];
        for (int i = 0; i < point.Length; i++)
        {
            var moved = (double[])point.Clone();
            moved[i] += H;
            double above = function(moved);
            moved[i] -= 2 * H;
            slope[i] = (above - function(moved)) / (2 * H);
        }

        return slope;
    }

    /// <summary>Checks gradient and curvature of an objective at a point against differences of its values and gradients.</summary>
    public static void CheckDerivatives(LsCalib.Core.Recalibration.Linear.IConvexObjective objective, double[] point, int[] free)
    {
        const double H = 1e-5;
        var gradient = new double[point.Length];
        var above = new double[point.Length];
        var below = new double[point.Length];
        var product = new double[point.Length];
        var random = new SeededRandom(3);
        var direction = new double[point.Length];
        foreach (int i in free)
        {
            direction[i] = random.NextGaussian();
        }

        objective.Evaluate(point, gradient);
        objective.Multiply(direction, product);
        double up = objective.Evaluate([.. point.Select((value, i) => value + (H * direction[i]))], above);
        double down = objective.Evaluate([.. point.Select((value, i) => value - (H * direction[i]))], below);
        Assert.Equal((up - down) / (2 * H), free.Sum(i => gradient[i] * direction[i]), 1e-8);
        foreach (int i in free)
        {
            Assert.Equal((above[i] - below[i]) / (2 * H), product[i], 1e-7);
        }

        foreach (int i in Enumerable.Range(0, point.Length).Except(free))
        {
            Assert.Equal(0, gradient[i]);
            Assert.Equal(0, product[i]);
        }
    }
}
