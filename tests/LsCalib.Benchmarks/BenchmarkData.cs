using System.Globalization;
using System.Text;
using LsCalib.Core.Numerics;
using LsCalib.Core.Smoothing;
using LsCalib.Data.Numpy;
using LsCalib.Training;

namespace LsCalib.Benchmarks;

/// <summary>Seeded data of the sizes that speed is judged by.</summary>
internal static class BenchmarkData
{
    /// <summary>Logits [N,K] whose labels follow them at temperature 1.5: an over-confident model.</summary>
    public static (float[] Logits, int[] Labels) Logits(int rows, int classes, long seed)
    {
        var random = new SeededRandom(seed);
        var logits = new float[rows * classes];
        var labels = new int[rows];
        var p = new double[classes];
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < classes; k++)
            {
                logits[(i * classes) + k] = (float)(3 * random.NextGaussian());
                p[k] = logits[(i * classes) + k];
            }

            Softmax.InPlace(p, 1 / 1.5);
            double u = random.NextDouble();
            while (labels[i] < classes - 1 && (u -= p[labels[i]]) >= 0)
            {
                labels[i]++;
            }
        }

        return (logits, labels);
    }

    public static void Write(string folder, int csvRows)
    {
        Directory.CreateDirectory(folder);
        Npz(Path.Combine(folder, "logits-50000x1000.npz"), 50_000, 1000);
        Npz(Path.Combine(folder, "logits-10000x100.npz"), 10_000, 100);
        Csv(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"features-{csvRows}x784.csv")), csvRows);
        Model(Path.Combine(folder, "mlp.onnx"));
    }

    private static void Npz(string path, int rows, int classes)
    {
        var (logits, labels) = Logits(rows, classes, 1);
        using var stream = File.Create(path);
        using var npz = new NpzWriter(stream);
        npz.Add("logits", [rows, classes], new[] { (ReadOnlyMemory<float>)logits });
        npz.Add("labels", labels);
    }

    /// <summary>Rows of 784 pixels, four of five of them 0, as in MNIST.</summary>
    private static void Csv(string path, int rows)
    {
        var random = new SeededRandom(2);
        using var writer = new StreamWriter(path, false, new UTF8Encoding(false));
        writer.Write(string.Join(',', Enumerable.Range(0, 784).Select(i => string.Create(CultureInfo.InvariantCulture, $"p{i}"))) + ",label\n");
        var line = new StringBuilder();
        for (int row = 0; row < rows; row++)
        {
            line.Clear();
            for (int i = 0; i < 784; i++)
            {
                line.Append(random.NextInt(5) == 0 ? random.NextInt(256) : 0).Append(',');
            }

            line.Append(random.NextInt(10)).Append('\n');
            writer.Write(line);
        }
    }

    private static void Model(string path)
    {
        var random = new SeededRandom(3);
        var features = Enumerable.Range(0, 200 * 784).Select(_ => (float)random.NextInt(256)).ToArray();
        var labels = Enumerable.Range(0, 200).Select(i => i % 10).ToArray();
        var options = new TrainingOptions([128], new LabelSmoothing(0), 1, 64, 1, 0);
        var trained = new Trainer(options, new Adam(0.001, 0)).Run(new(features, labels, 784), 10, null, null, default);
        File.WriteAllBytes(path, OnnxExport.Write(trained, "benchmark", []));
    }
}
