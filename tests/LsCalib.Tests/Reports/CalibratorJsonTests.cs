using System.Text.Json;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.Linear;
using LsCalib.Core.Recalibration.OneVsRest;
using LsCalib.Data;
using LsCalib.Reports.Documents;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Reports;

public sealed class CalibratorJsonTests : IDisposable
{
    private static readonly CalibratorOrigin Origin = new("ls-calib 1", new("m.onnx", new string('a', 64)), [new("v.csv", new string('b', 64))], 7, "a note");
    private static readonly ClassSteps Steps = new([0.1, 0.1, 0.7], [0, 0.2, 0.5, 1]);
    private static readonly LinearPenalty Penalty = new("odir", 1e-3, 1e-2);
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<Calibrator> Calibrators => new(All);

    private static IEnumerable<Calibrator> All =>
    [
        new TemperatureMap(2, 50, 1.0 / 3),
        new MixedTemperature(2, 50, 1.5, 1.0 / 51),
        new Unsmoothing(2, 50, 0.1, 1.0 / 51),
        new VectorScaling(2, 50, [1.1, 0.9], [0.1, -0.1], true),
        new MatrixScaling(2, 50, [1, 0.1, 0, 1], [0.1, -0.1], Penalty, false),
        new DirichletCalibration(2, 50, [1, 0.1, 0, 1], [0.1, -0.1], Penalty),
        new PlattScaling(2, 50, [1, 2], [0, -1]),
        new BetaCalibration(2, 50, [1, 2], [0, 1], [0.5, -1e-300]),
        new HistogramBinning(2, 50, [Steps, Steps], 1.0 / 51),
        new ScalingBinning(2, 50, [1, 2], [0, -1], [Steps, Steps], 1.0 / 51),
        new IsotonicCalibration(2, 50, [new([0.2], [0.5]), new([0, 0.5, 1], [0, 0, 1])], 1.0 / 51),
    ];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void There_is_a_sample_of_every_method() =>
        Assert.Equal(CalibrationMethods.All.Select(method => method.Key).Order(), All.Select(calibrator => calibrator.Method).Order());

    [Theory]
    [MemberData(nameof(Calibrators))]
    public void A_calibrator_is_read_back_to_the_bit_and_fits_the_schema(Calibrator calibrator)
    {
        byte[] bytes = CalibratorJson.Write(calibrator, Origin);
        string path = _folder.File("c.json");
        File.WriteAllBytes(path, bytes);
        var read = CalibratorJson.Read(path);
        Assert.Equal(calibrator.GetType(), read.GetType());
        Assert.Equal(bytes, CalibratorJson.Write(read, Origin));
        double[] before = new double[2];
        double[] after = new double[2];
        calibrator.Transform([0.3, -1.2], before);
        read.Transform([0.3, -1.2], after);
        Assert.Equal(before, after);
        var schema = new JsonSchema(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "calibrator.schema.json"))).RootElement);
        Assert.Empty(schema.Validate(JsonDocument.Parse(bytes).RootElement));
    }

    [Theory]
    [InlineData("{", "is damaged or no calibrator")]
    [InlineData("[1]", "it holds no object")]
    [InlineData("{\"kind\": \"baseline\"}", "it is not a calibrator")]
    [InlineData("{\"kind\": \"calibrator\", \"schemaVersion\": 2}", "another version of ls-calib")]
    [InlineData("{\"kind\": \"calibrator\", \"schemaVersion\": 1, \"method\": \"magic\"}", "the method \"magic\" is not known")]
    [InlineData("{\"kind\": \"calibrator\", \"schemaVersion\": 1, \"method\": \"temperature\", \"classCount\": 2, \"rowCount\": 9, \"parameters\": {\"temperature\": -1}}", "temperature is not positive")]
    [InlineData("{\"kind\": \"calibrator\", \"schemaVersion\": 1, \"method\": \"temperature\", \"classCount\": 2, \"rowCount\": 9, \"parameters\": {}}", "is damaged or no calibrator")]
    [InlineData("{\"kind\": \"calibrator\", \"schemaVersion\": 1, \"method\": \"temperature\", \"classCount\": 2, \"rowCount\": 9, \"parameters\": {\"temperature\": 1, \"x\": 2}}", "is damaged or no calibrator")]
    [InlineData("{\"kind\": \"calibrator\", \"schemaVersion\": 1, \"method\": \"vector\", \"classCount\": 2, \"rowCount\": 9, \"parameters\": {\"weights\": [1], \"biases\": [0, 0], \"floorsLogits\": false}}", "weights are not 2 finite numbers")]
    [InlineData("{\"kind\": \"calibrator\", \"schemaVersion\": 1, \"method\": \"vector\", \"classCount\": 2, \"rowCount\": 9, \"parameters\": {\"weights\": null, \"biases\": [0, 0], \"floorsLogits\": false}}", "c.json")]
    [InlineData("{\"kind\": \"calibrator\", \"schemaVersion\": 1, \"method\": \"isotonic\", \"classCount\": 2, \"rowCount\": 9, \"parameters\": {\"classes\": [{\"knots\": [0.5, 0.1], \"values\": [0, 1]}, {\"knots\": [0.5], \"values\": [1]}], \"mixWeight\": 0.1}}", "classes are not 2 curves")]
    [InlineData("{\"kind\": \"calibrator\", \"schemaVersion\": 1, \"method\": \"histogram\", \"classCount\": 2, \"rowCount\": 9, \"parameters\": {\"classes\": [{\"edges\": [0.5], \"values\": [0]}, {\"edges\": [], \"values\": [1]}], \"mixWeight\": 0.1}}", "classes are not 2 step functions")]
    public void Files_that_are_no_calibrator_are_refused(string text, string expected)
    {
        string path = _folder.Write("c.json", text);
        var problem = Assert.Throws<DataException>(() => CalibratorJson.Read(path));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("no such file", Assert.Throws<DataException>(() => CalibratorJson.Read(_folder.File("none.json"))).Message, StringComparison.Ordinal);
}
