using System.IO.Compression;
using System.Text;
using LsCalib.Onnx;
using LsCalib.Onnx.Calibrating;
using LsCalib.Onnx.Graphs;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Calibrating;

/// <summary>Which files that are there already were written by calibrate, so that they may be replaced.</summary>
internal static class CalibrationOutputs
{
    private const int HeadLength = 300;

    /// <summary>A calibrator.</summary>
    public static bool IsOurCalibrator(string path)
    {
        using var stream = File.OpenRead(path);
        var head = new byte[HeadLength];
        int length = stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(head, 0, length).Contains($"\"kind\": \"{CalibratorJson.Kind}\"", StringComparison.Ordinal);
    }

    /// <summary>A calibrated model.</summary>
    public static bool IsOurModel(string path)
    {
        try
        {
            return CalibratedModel.IsCalibrated(ModelGraph.Read(path));
        }
        catch (ModelException)
        {
            return false;
        }
    }

    /// <summary>Name of an array that tells mapped predictions from others; it holds a 1.</summary>
    public const string Mark = "ls_calib_mapped";

    /// <summary>What the array holds.</summary>
    public static readonly int[] MarkValue = [1];

    /// <summary>Mapped predictions.</summary>
    public static bool IsOurPredictions(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            return archive.GetEntry($"{Mark}.npy") is not null;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
