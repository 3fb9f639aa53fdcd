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

    /// <summary>Mapped predictions: an archive of the arrays that --apply writes, and no others.</summary>
    public static bool IsOurPredictions(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var names = archive.Entries.Select(entry => entry.FullName).ToList();
            return names.Count is >= 2 and <= 4 && names[0] == "labels.npy" && names[1] is "logits.npy" or "probabilities.npy";
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
