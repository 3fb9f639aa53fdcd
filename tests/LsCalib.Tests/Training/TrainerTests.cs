using System.Globalization;
using System.Text;
using LsCalib.Core.Numerics;
using LsCalib.Core.Smoothing;
using LsCalib.Data.Numpy;
using LsCalib.Tests.Support;
using LsCalib.Training;

namespace LsCalib.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Gradients_of_the_weights_agree_with_finite_differences()
    {
        var model = new Mlp(4, [5, 3], 3, seed: 1);
        var random = new SeededRandom(2);
        var rows = Enumerable.Range(0, 24).Select(_ => (float)random.NextGaussian()).ToArray();
        int[] labels = [0, 1, 2, 2, 1, 0];
        var loss = new SmoothedCrossEntropy(new LabelSmoothing(.1));
        double At() => loss.Mean(Array.ConvertAll(model.Logits(rows), z => (double)z), labels, 3);
        var activations = model.Activations(rows);
        var gradient = new double[18];
        loss.Mean(Array.ConvertAll(activations[^1], z => (double)z), labels, 3, 1, gradient);
        model.Backward(rows, activations, gradient);
        foreach (var layer in model.Layers)
        {
            var kept = (float[])layer.Gradient.Clone();
            for (int i = 0; i < layer.Parameters.Length; i++)
            {
                const float H = 1e-2f;
                float own = layer.Parameters[i];
                layer.Parameters[i] = own + H;
                double above = At();
                layer.Parameters[i] = own - H;
                double below = At();
                layer.Parameters[i] = own;
                Assert.Equal((above - below) / (2 * H), kept[i], 2e-3);
            }
        }
    }

    [Fact]
    public void Smoothing_approaches_its_smallest_loss_and_gap()
    {
        var set = Blobs(60, 1);
        var options = new TrainingOptions([16], new LabelSmoothing(.1), 400, 20, 10, 0);
        var trained = new Trainer(options, new Adam(0.01, 0)).Run(set, 3, null, null, default);
        Assert.InRange(trained.History[^1].TrainExcess, 0, 0.02);
        var rows = (float[])set.Features.Clone();
        trained.Scaling.Apply(rows);
        var logits = trained.Model.Logits(rows);
        var gaps = Enumerable.Range(0, 60).Select(i => logits[(3 * i) + set.Labels[i]] - ((logits.AsSpan(3 * i, 3).ToArray().Sum() - logits[(3 * i) + set.Labels[i]]) / 2)).Order().ToArray();
        Assert.Equal(new LabelSmoothing(.1).OptimalLogitGap(3), gaps[30], 0.4);
    }

    [Fact]
    public void The_same_seed_gives_the_same_model_and_another_seed_another()
    {
        byte[] Train(long seed) => OnnxExport.Write(
            new Trainer(new TrainingOptions([8], new LabelSmoothing(0), 3, 16, 10, seed), new Sgd(0.1, 0.9, 1e-4)).Run(Blobs(50, 2), 3, null, null, default), "1", []);
        Assert.Equal(Train(5), Train(5));
        Assert.NotEqual(Train(5), Train(6));
    }

    [Fact]
    public void Training_stops_early_and_keeps_the_best_weights()
    {
        var options = new TrainingOptions([32], new LabelSmoothing(0), 500, 10, 5, 0);
        var trained = new Trainer(options, new Adam(0.05, 0)).Run(Blobs(30, 3), 3, Blobs(60, 4), null, default);
        Assert.InRange(trained.History.Count, 6, 499);
        Assert.Equal(trained.History.Count, trained.BestEpoch + 5);
        Assert.Equal(trained.History.Min(epoch => epoch.ValidationNll), trained.History[trained.BestEpoch - 1].ValidationNll);
    }

    [Theory]
    [InlineData("adam", "0.1")]
    [InlineData("sgd", "0")]
    public void The_model_file_agrees_with_the_trainers_own_forward_pass(string optimizer, string smoothing)
    {
        var set = Blobs(80, 5);
        string csv = Csv("t.csv", set);
        string model = _folder.File("m.onnx");
        var result = CommandLine.Run("train", "--data", csv, "--hidden", "9,5", "--epochs", "20", "--smoothing", smoothing, "--optimizer", optimizer, "-o", model, "--history", _folder.File("h.csv"));
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(21, File.ReadAllLines(_folder.File("h.csv")).Length);

        IOptimizer same = optimizer == "adam" ? new Adam(0.001, 0) : new Sgd(0.001, 0.9, 0);
        var options = new TrainingOptions([9, 5], new LabelSmoothing(double.Parse(smoothing, CultureInfo.InvariantCulture)), 20, 128, 10, 0);
        var trained = new Trainer(options, same).Run(set, 3, null, null, default);
        var rows = (float[])set.Features.Clone();
        trained.Scaling.Apply(rows);
        var own = trained.Model.Logits(rows);

        Assert.Equal(0, CommandLine.Run("evaluate", model, "--data", csv, "-o", _folder.File("out")).ExitCode);
        using var npz = new NpzFile(_folder.File("out/predictions.npz"));
        var run = npz["logits"].ToDoubles();
        for (int i = 0; i < run.Length; i++)
        {
            Assert.Equal(own[i], run[i], 1e-5);
        }
    }

    [Fact]
    public void Features_are_found_by_name_wherever_their_columns_stand()
    {
        var set = Blobs(60, 7);
        string model = _folder.File("m.onnx");
        string csv = Csv("t.csv", set);
        string swapped = _folder.Write("s.csv", "label,y,x,extra\n" + string.Concat(Enumerable.Range(0, 60).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{set.Labels[i]},{set.Features[(2 * i) + 1]:R},{set.Features[2 * i]:R},9\n"))));
        Assert.Equal(0, CommandLine.Run("train", "--data", csv, "--epochs", "5", "--validation", swapped, "-o", model).ExitCode);
        string Metrics(string data) => CommandLine.Run("evaluate", model, "--data", data, "--no-output", "--json").Json.GetProperty("metrics").GetRawText();
        Assert.Equal(Metrics(csv), Metrics(swapped));
        var missing = CommandLine.Run("evaluate", model, "--data", _folder.Write("n.csv", "x,z,label\n1,2,0\n"), "--no-output");
        Assert.Equal(3, missing.ExitCode);
        Assert.Contains("no column \"y\"", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_somebody_elses_is_not_replaced()
    {
        string csv = Csv("t.csv", Blobs(20, 6));
        string model = _folder.Write("m.onnx", "precious");
        var result = CommandLine.Run("train", "--data", csv, "--epochs", "1", "-o", model);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("precious", File.ReadAllText(model));
        Assert.Equal(0, CommandLine.Run("train", "--data", csv, "--epochs", "1", "-o", model, "--force").ExitCode);
        Assert.Equal(0, CommandLine.Run("train", "--data", csv, "--epochs", "1", "-o", model).ExitCode);
        Assert.Equal(["m.onnx", "t.csv"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    private static TrainingSet Blobs(int rows, long seed)
    {
        var random = new SeededRandom(seed);
        var features = new float[rows * 2];
        var labels = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            labels[i] = i % 3;
            features[2 * i] = (float)((4 * Math.Cos(labels[i] * 2.1)) + random.NextGaussian());
            features[(2 * i) + 1] = (float)((4 * Math.Sin(labels[i] * 2.1)) + random.NextGaussian());
        }

        return new(features, labels, 2);
    }

    private string Csv(string name, TrainingSet set)
    {
        var text = new StringBuilder("x,y,label\n");
        for (int i = 0; i < set.RowCount; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{set.Features[2 * i]:R},{set.Features[(2 * i) + 1]:R},{set.Labels[i]}\n");
        }

        return _folder.Write(name, text.ToString());
    }
}
