using LsCalib.Cli.Evaluating;
using LsCalib.Core.Catalog;
using LsCalib.Core.Recalibration;
using LsCalib.Data.Csv;
using LsCalib.Reports.Documents;

namespace LsCalib.Tests.Support;

/// <summary>Reports of runs on predictions.</summary>
internal static class ReportOf
{
    /// <summary>Runs on a file of predictions, and uses the report while its scores are there.</summary>
    public static void Use(string predictions, Action<RunReport> use, string? calibration = null, MetricSet? metrics = null, string? classNames = null)
    {
        var request = new EvaluateRequest
        {
            Predictions = predictions,
            CalibrationData = calibration,
            ClassNamesFile = classNames,
            Csv = new CsvOptions(),
            Metrics = metrics ?? new MetricSet(),
            Calibrate = [TemperatureMap.Definition],
            Command = ["evaluate"],
        };
        Evaluator.Run(request, new Stage(TextWriter.Null, verbose: false, showProgress: false), use, default);
    }
}
