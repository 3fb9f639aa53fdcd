using LsCalib.Onnx.Running;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>compare with several devices.</summary>
public sealed class CompareDeviceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string[] _data;

    public CompareDeviceTests()
    {
        var (logits, labels) = Samples.Calibrated(120, 2, 1, 2, 3);
        _model = Models.Chain(2, Models.Node("Identity", "x", "y")).Save(_folder, "m.onnx");
        _data = ["--data", _folder.Npz("d.npz", ("inputs", logits, [120, 2]), ("labels", labels, null)), "--scores", "logits"];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_model_on_two_devices_is_compared_with_itself()
    {
        string target = _folder.File("out");
        var result = CommandLine.Run(["compare", _model, "--device", "cpu", "--device", "cuda", "-o", target, "--json", .. _data]);
        if (Devices.CudaProblem() is { } problem)
        {
            Assert.Equal($"error: --device cuda: CUDA cannot be used: {problem}. Use --device cpu, or install what is missing.\n", result.Error);
            Assert.Equal(3, result.ExitCode);
            Assert.Equal("", result.Output);
            Assert.False(Directory.Exists(target));
            return;
        }

        Assert.True(result.ExitCode == 0, result.Error);
        var models = result.Json.GetProperty("models").EnumerateArray().ToList();
        Assert.Equal(["m (cpu)", "m (cuda)"], models.Select(model => model.GetProperty("name").GetString()));
        Assert.Equal(["cpu", "cuda:0"], models.Select(model => model.GetProperty("device").GetString()));
    }

    [Fact]
    public void A_device_of_several_models_is_theirs()
    {
        var result = CommandLine.Run(["compare", _model, $"again={_model}", "--device", "cpu", "--no-output", "--json", .. _data]);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(["m", "again"], result.Json.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Assert.Equal(0, result.Json.GetProperty("pairs")[0].GetProperty("outputs").GetProperty("largestConfidenceChange").GetDouble());
    }

    [Fact]
    public void Each_model_gets_each_device_and_the_name_of_both()
    {
        var inputs = PlotInputs("a=" + _model, "b=" + _data[1], "c=" + _model);
        var variants = LsCalib.Cli.Comparing.DeviceVariants.Of(inputs, [new("cpu", 0), new("cuda", 1)]);
        Assert.Equal(["a (cpu)", "a (cuda:1)", "b", "c (cpu)", "c (cuda:1)"], variants.Select(input => input.Name));
        Assert.Equal([new DeviceChoice("cpu", 0), new("cuda", 1), null, new("cpu", 0), new("cuda", 1)], variants.Select(input => input.Device));
    }

    [Theory]
    [InlineData("cpu is given twice", "cpu", "cpu")]
    [InlineData("cuda is given twice", "cuda", "cuda:0")]
    [InlineData("auto is one of the others", "cpu", "auto")]
    [InlineData("\"gpu\" is no device", "cpu", "gpu")]
    public void Devices_that_cannot_be_told_apart_are_refused(string message, string first, string second) =>
        Refused(message, [_model, "--device", first, "--device", second, .. _data]);

    [Fact]
    public void Devices_need_models_with_names_of_their_own()
    {
        Refused("none of the inputs is a model", _data[1], $"other={_data[1]}", "--device", "cpu", "--device", "cuda");
        Refused("have the same name, \"m (cpu)\"", [_model, $"m (cpu)={_data[1]}", "--device", "cpu", "--device", "cuda", .. _data]);
        Refused("14 models are to be compared", [.. Enumerable.Range(0, 7).Select(i => $"m{i}={_model}"), "--device", "cpu", "--device", "cuda", .. _data]);
        Refused("or one model and two devices", [_model, "--device", "cpu", .. _data]);
    }

    private static IReadOnlyList<LsCalib.Cli.Evaluating.PlotInput> PlotInputs(params string[] arguments) => LsCalib.Cli.Evaluating.PlotInput.Parse(arguments, takesModels: true);

    private static void Refused(string message, params string[] arguments)
    {
        var result = CommandLine.Run(["compare", .. arguments, "--no-output"]);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(2, result.ExitCode);
    }
}
