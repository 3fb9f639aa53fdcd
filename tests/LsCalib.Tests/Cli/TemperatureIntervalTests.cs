using System.Globalization;
using System.Text.Json;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

public sealed class TemperatureIntervalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0.5")]
    [InlineData("0.95")]
    public void It_is_of_the_level_asked_for_and_of_the_same_bytes_for_any_threads(string level)
    {
        string file = Predictions(3, row => row % 5 == 0 ? 1 : 0);
        var one = Evaluate(file, "--confidence", level, "--threads", "1").Json;
        Assert.Equal(one.GetRawText(), Evaluate(file, "--confidence", level, "--threads", "2").Json.GetRawText());
        var temperature = Temperature(one);
        Assert.Equal("bootstrap BCa, T refitted in each", temperature.GetProperty("interval").GetString());
        double width = temperature.GetProperty("upper").GetDouble() - temperature.GetProperty("lower").GetDouble();
        var whole = Temperature(Evaluate(file, "--confidence", "0.99").Json);
        Assert.InRange(width, 0, whole.GetProperty("upper").GetDouble() - whole.GetProperty("lower").GetDouble());
        Assert.Equal("sandwich, normal in ln T", Temperature(Evaluate(file, "--bootstrap", "0").Json).GetProperty("interval").GetString());
    }

    [Fact]
    public void An_open_end_is_said_to_be_open()
    {
        // Nearly as many wrong as right: in one of several resamples the scores point away from the labels.
        string file = Predictions(1, row => row % 20 < 9 ? 1 : 0);
        var temperature = Temperature(Evaluate(file, "--calibration-data", file).Json);
        Assert.Equal("converged", temperature.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, temperature.GetProperty("upper").ValueKind);
        Assert.True(temperature.GetProperty("lower").GetDouble() > 0);
        string text = CommandLine.Run("evaluate", "--predictions", file, "--calibration-data", file, "--no-output").Output;
        Assert.Matches(@"T = \d+\.\d{3} \(95% \d+\.\d{3} – any\)", text);
    }

    /// <summary>Forty rows of two classes and more, the first ever more sure.</summary>
    private string Predictions(int repeats, Func<int, int> label)
    {
        var rows = Enumerable.Range(0, 40 * repeats).Select(row => string.Create(CultureInfo.InvariantCulture, $"{1 + (row % 40 * 0.1):0.0},0,{label(row)}\n"));
        return _folder.Write($"{repeats}.csv", "logit_0,logit_1,label\n" + string.Concat(rows));
    }

    private static CommandResult Evaluate(string file, params string[] options)
    {
        var result = CommandLine.Run(["evaluate", "--predictions", file, "--no-output", "--json", .. options]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    private static JsonElement Temperature(JsonElement run) => run.GetProperty("calibration").GetProperty("temperature");
}
