using LsCalib.Tests.Data;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.Models;

namespace LsCalib.Tests.Cli;

/// <summary>Every kind of bad input: one message that says what, where and what to do; its exit code; nothing left behind.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public BadInputTests() => _model = Chain(3, Node("Softmax", "x", "p", Integer("axis", -1))).Save(_folder, "m.onnx");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a,b,c,label\n", "no rows")]
    [InlineData("a,b,c,y\n1,2,3,0\n", "line 1: no column \"label\"")]
    [InlineData("a,b,c,label\n1,2,3,0\n1,2,0\n", "line 3: 3 cells, but the header has 4")]
    [InlineData("a,b,c,label\n1,2,3,0\n1,2,3,0,9\n", "line 3: 5 cells")]
    [InlineData("a,b,c,label\n1,2,3,0\n\n1,x,3,0\n", "line 4, column \"b\": \"x\": not a number")]
    [InlineData("a,b,c,label\n1,,3,0\n", "line 2, column \"b\": \"\": the cell is empty")]
    [InlineData("a,b,c,label\n1,NaN,3,0\n", "line 2, column \"b\": \"NaN\": the number is not finite")]
    [InlineData("a,b,c,label\n1,-inf,3,0\n", "line 2, column \"b\"")]
    [InlineData("a,b,c,label\n1,1e999,3,0\n", "line 2, column \"b\": \"1e999\": the number is not finite")]
    [InlineData("a;b;c;label\n1;2,5;3;0\n", "line 2, column \"b\": \"2,5\": numbers take a decimal point, not a comma")]
    [InlineData("a,b,c,label\n1,2,3,3\n", "line 2, column \"label\": label 3 is out of range: the model has 3 classes")]
    [InlineData("a,b,c,label\n1,2,3,-1\n", "line 2, column \"label\": label -1 is negative")]
    [InlineData("a,b,c,label\n1,2,3,1.5\n", "line 2, column \"label\": label \"1.5\" is not a whole number")]
    [InlineData("a,b,c,label\n1,2,3,cat\n", "line 2, column \"label\": label \"cat\" is a name")]
    [InlineData("a,b,c,label\n1,2,3,\n", "line 2, column \"label\": the label is empty")]
    [InlineData("a,b,c,d,label\n1,2,3,4,0\n", "takes 3 numbers a row, but the data has 4 features")]
    [InlineData("a,b,c,label\n1,\"2,3,0\n", "a quote is not closed")]
    [InlineData("label,a,label,b\n1,2,0,3\n", "stands twice")]
    public void Csv(string content, string message) =>
        Refused(3, message, "evaluate", _model, "--data", _folder.Write("t.csv", content));

    [Fact]
    public void Csv_in_utf16() => Refused(
        3, "UTF-16", "evaluate", _model, "--data", _folder.Write("t.csv", System.Text.Encoding.Unicode.GetPreamble().Concat(System.Text.Encoding.Unicode.GetBytes("a,label\n")).ToArray()));

    [Fact]
    public void Unknown_class_name_names_the_nearest()
    {
        string names = _folder.Write("names.txt", "airplane\nbird\ncat\n");
        Refused(3, "label \"cta\" is not one of the 3 class names. Nearest: \"cat\"", "evaluate", _model, "--data", _folder.Write("t.csv", "a,b,c,label\n1,2,3,cta\n"), "--class-names", names);
        Refused(3, "2 class names for 3 classes", "evaluate", _model, "--data", _folder.Write("u.csv", "a,b,c,label\n1,2,3,0\n"), "--class-names", _folder.Write("two.txt", "a\nb\n"));
    }

    [Fact]
    public void Missing_files()
    {
        string data = _folder.Write("t.csv", "a,b,c,label\n1,2,3,0\n");
        Refused(3, "no such file", "evaluate", _folder.File("none.onnx"), "--data", data);
        Refused(3, "no such file", "evaluate", _model, "--data", _folder.File("none.csv"));
        Refused(3, "no such file", "evaluate", "--predictions", _folder.File("none.npz"));
        Refused(3, "is a folder", "evaluate", _folder.Path, "--data", data);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(-1)]
    public void Damaged_model(int kept)
    {
        var bytes = kept < 0 ? System.Text.Encoding.UTF8.GetBytes("this is no model") : File.ReadAllBytes(_model)[..kept];
        Refused(3, kept == 0 ? "empty" : "not an ONNX model", "evaluate", _folder.Write("bad.onnx", bytes), "--data", _folder.Write("t.csv", "a,b,c,label\n1,2,3,0\n"));
    }

    [Theory]
    [InlineData("weights.bin", "not in the model's folder")]
    [InlineData("../weights.bin", "outside the model's folder")]
    [InlineData("/etc/hostname", "outside the model's folder")]
    public void External_data_elsewhere(string location, string message)
    {
        var model = Chain(3, Node("Add", "x w", "z"));
        model.Graph.Initializer.Add(new LsCalib.Onnx.Graphs.TensorProto
        {
            Name = "w",
            DataType = Float,
            Dims = { 3 },
            DataLocation = 1,
            ExternalData = { new LsCalib.Onnx.Graphs.StringStringEntryProto { Key = "location", Value = location } },
        });
        Refused(3, message, "evaluate", model.Save(_folder, "ext.onnx"), "--data", _folder.Write("t.csv", "a,b,c,label\n1,2,3,0\n"));
    }

    [Fact]
    public void Output_that_is_not_rows_by_classes()
    {
        var model = Model([Value("x", Float, -1, 4)], [Value("z", Float, -1, 2, 2)], Node("Reshape", "x shape", "z"));
        model.Graph.Initializer.Add(new LsCalib.Onnx.Graphs.TensorProto { Name = "shape", DataType = Long, Dims = { 3 }, Int64Data = { -1, 2, 2 } });
        Refused(3, "not [1,K]", "evaluate", model.Save(_folder, "r.onnx"), "--data", _folder.Write("t.csv", "a,b,c,d,label\n1,2,3,4,0\n"), "--scores", "logits");
    }

    [Fact]
    public void Model_output_that_is_not_finite()
    {
        string model = Chain(3, Node("Log", "x", "z")).Save(_folder, "log.onnx");
        string data = _folder.Write("t.csv", "a,b,c,label\n1,2,3,0\n1,-2,3,0\n");
        Refused(3, "line 3: the score of class 1 is NaN", "evaluate", model, "--data", data);
        Refused(3, "line 2: the score of class 2 is -Infinity", "evaluate", model, "--data", _folder.Write("u.csv", "a,b,c,label\n1,2,0,0\n"));
    }

    [Fact]
    public void Probabilities_that_do_not_sum_to_one()
    {
        string identity = Chain(3, Node("Identity", "x", "p")).Save(_folder, "id.onnx");
        string data = _folder.Write("t.csv", "a,b,c,label\n.2,.3,.5,0\n.2,.3,.4,0\n");
        Refused(3, "cannot tell logits from probabilities", "evaluate", identity, "--data", data);
        Refused(3, "line 3 (output \"p\" of", "evaluate", identity, "--data", data, "--scores", "probabilities");
        Refused(3, "-0.001 for class 1 is no probability", "evaluate", identity, "--data", _folder.Write("n.csv", "a,b,c,label\n.5,-.001,.501,0\n"));
        Refused(3, "line 3: probabilities sum to 0.9, not 1", "evaluate", "--predictions", _folder.Write("p.csv", "prob_0,prob_1,label\n.5,.5,0\n.5,.4,0\n"));
    }

    [Fact]
    public void Several_sigmoid_outputs()
    {
        string model = Chain(3, Node("Sigmoid", "x", "p")).Save(_folder, "s.onnx");
        Refused(3, "multi-label", "evaluate", model, "--data", _folder.Write("t.csv", "a,b,c,label\n1,2,3,0\n"));
    }

    [Fact]
    public void Predictions_without_scores_or_with_wrong_labels()
    {
        Refused(3, "logit_0", "evaluate", "--predictions", _folder.Write("p.csv", "a,b,label\n1,2,0\n"));
        Refused(3, "line 2, column \"label\": label 2 is out of range", "evaluate", "--predictions", _folder.Write("q.csv", "logit_0,logit_1,label\n1,2,2\n"));
        Refused(3, "not an .npz file", "evaluate", "--predictions", _folder.Write("p.npz", NpzTests.Npy("<f4", "(2, 2)", new byte[16])));
    }

    [Theory]
    [InlineData("evaluate --bins abc m.onnx --data t.csv", "--bins: \"abc\" is not a whole number")]
    [InlineData("evaluate --bins 0 m.onnx --data t.csv", "--bins: 0 is out of range")]
    [InlineData("evaluate --bins 99999999999 m.onnx --data t.csv", "--bins: 99999999999 is out of range")]
    [InlineData("evaluate --bins 2.5 m.onnx --data t.csv", "--bins: \"2.5\" is not a whole number")]
    [InlineData("evaluate --oops --data t.csv", "Unrecognized option '--oops'")]
    [InlineData("evaluate m.onnx --oops --data t.csv", "--oops")]
    [InlineData("evaluate --bin 20 --data t.csv", "--bin")]
    [InlineData("evaluate m.onnx", "--data is missing")]
    [InlineData("evaluate", "a model and --data, or --predictions")]
    [InlineData("evaluate m.onnx --predictions p.npz", "not both")]
    [InlineData("evaluate m.onnx --data t.csv --device tpu", "--device: \"tpu\" is no device")]
    [InlineData("evaluate m.onnx --data t.csv --divide 0", "--divide: a divisor is not 0")]
    [InlineData("evaluate m.onnx --data t.csv --mean 0.5;0.4", "--mean")]
    [InlineData("evaluate m.onnx --data t.csv --input-shape 1,x", "--input-shape")]
    [InlineData("evaluate m.onnx --data t.csv --delimiter ab", "--delimiter")]
    [InlineData("evaluate m.onnx --data t.csv --scores odds", "odds")]
    [InlineData("evaluate m.onnx --data t.csv --input image", "--input: \"image\" is not NAME=columns")]
    [InlineData("evaluate m.onnx --data t.csv --divide abc", "--divide: \"abc\" is not a number")]
    [InlineData("evaluate m.onnx --data t.csv --divide 0,5", "--divide: \"0,5\" is not a number")]
    [InlineData("evaluate m.onnx --data t.csv --divide inf", "--divide")]
    [InlineData("evaluate m.onnx --data t.csv --std nan", "--std")]
    [InlineData("evaluate m.onnx --data t.csv --std 1,0,1", "--std: \"1,0,1\": a divisor is not 0")]
    [InlineData("evaluate m.onnx --data t.csv --input a=x --input a=y", "given twice")]
    [InlineData("train --data t.csv", "--output")]
    [InlineData("train --data t.csv -o m.onnx --hidden 1,x", "--hidden")]
    [InlineData("train --data t.csv -o m.onnx --smoothing 1.5", "--smoothing: 1.5 is out of range")]
    [InlineData("train --data t.csv -o m.onnx --smoothing 0,1", "--smoothing: \"0,1\" is not a number")]
    [InlineData("evalute m.onnx", "evalute")]
    public void Command_line(string line, string message) => Refused(2, message, line.Split(' '));

    [Fact]
    public void Output_that_cannot_be_written()
    {
        string data = _folder.Write("t.csv", "a,b,c,label\n1,2,3,0\n");
        string file = _folder.Write("file", "x");
        Refused(2, "is a file", "evaluate", _model, "--data", data, "-o", file);
        Refused(2, "cannot be written", "evaluate", _model, "--data", data, "-o", Path.Combine(file, "sub"));
        Directory.CreateDirectory(_folder.File("mine"));
        File.WriteAllText(_folder.File("mine/keep.txt"), "precious");
        Refused(2, "holds no run of ls-calib", "evaluate", _model, "--data", data, "-o", _folder.File("mine"));
        Assert.True(File.Exists(_folder.File("mine/keep.txt")));
    }

    [Fact]
    public void A_full_disk_leaves_the_previous_results_untouched()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/dev/full") && !File.Exists("/dev/full"))
        {
            return;
        }

        // Writing through a link to the device that is always full fails as a full disk does.
        string target = _folder.File("out");
        using (var first = new LsCalib.Reports.Documents.OutputFolder(target, force: false))
        {
            first.Write("run.json", "{\"tool\": \"ls-calib 0\"}"u8.ToArray());
            first.Commit();
        }

        using (var second = new LsCalib.Reports.Documents.OutputFolder(target, force: false))
        {
            File.CreateSymbolicLink(second.PathOf("metrics.csv"), "/dev/full");
            var error = Assert.Throws<LsCalib.Reports.Documents.OutputException>(() => second.Write("metrics.csv", new byte[100_000]));
            Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["out"], Directory.GetDirectories(_folder.Path).Select(Path.GetFileName));
        Assert.Equal(["run.json"], Directory.GetFiles(target).Select(Path.GetFileName));
    }

    [Fact]
    public void A_run_never_writes_over_what_it_reads()
    {
        Directory.CreateDirectory(_folder.File("run"));
        string data = _folder.Write("run/t.csv", "a,b,c,label\n1,2,3,0\n");
        Refused(2, "lies in the output folder", "evaluate", _model, "--data", data, "-o", _folder.File("run"), "--force");
        Refused(2, "named twice", "train", "--data", data, "-o", data, "--force");
        Refused(2, "named twice", "train", "--data", data, "-o", _folder.File("n.onnx"), "--history", _folder.File("n.onnx"));
        Refused(2, "too large", "train", "--data", _folder.Write("u.csv", "a,label\n1,0\n2,1\n"), "-o", _folder.File("n.onnx"), "--hidden", "100000,100000");
    }

    [Fact]
    public void Arrays_of_another_shape_than_the_input()
    {
        using (var stream = File.Create(_folder.File("nhwc.npz")))
        {
            using var npz = new LsCalib.Data.Numpy.NpzWriter(stream);
            npz.Add("inputs", [1, 2, 1, 3], new[] { (ReadOnlyMemory<float>)new float[6] });
            npz.Add("labels", new long[] { 0 });
        }

        string model = Model([Value("x", Float, -1, 3, 2, 1)], [Value("z", Float, -1, 6)], Node("Flatten", "x", "z")).Save(_folder, "nchw.onnx");
        Refused(3, "another shape than the data's [2,1,3]", "evaluate", model, "--data", _folder.File("nhwc.npz"));
    }

    [Fact]
    public void A_failed_run_keeps_the_previous_folder()
    {
        string target = _folder.File("out");
        Assert.Equal(0, CommandLine.Run("evaluate", _model, "--data", _folder.Write("t.csv", "a,b,c,label\n1,2,3,0\n"), "-o", target).ExitCode);
        var before = File.ReadAllBytes(Path.Combine(target, "run.json"));
        var result = CommandLine.Run("evaluate", _model, "--data", _folder.Write("u.csv", "a,b,c,label\n1,x,3,0\n"), "-o", target);
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(target, "run.json")));
    }

    private void Refused(int code, string message, params string[] arguments)
    {
        var before = Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order().ToArray();
        string output = _folder.File("results/run");
        var result = CommandLine.Run(arguments.Contains("-o") || arguments[0] == "train" ? arguments : [.. arguments, "-o", output]);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(code, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order().ToArray());
    }
}
