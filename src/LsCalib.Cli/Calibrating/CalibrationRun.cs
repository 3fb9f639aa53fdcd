using LsCalib.Cli.Evaluating;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Calibrating;

/// <summary>Fits a calibrator and writes what was asked for: all of it, or nothing.</summary>
internal static class CalibrationRun
{
    /// <param name="request">What to do.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the run.</param>
    public static CalibrateReport Run(CalibrateRequest request, Stage stage, CancellationToken cancel)
    {
        var source = request.Source;
        using var calibratorFile = request.CalibratorOutput is { } path ? new OutputFile(path, CalibrationOutputs.IsOurCalibrator, request.Force) : null;
        using var modelFile = request.ModelOutput is { } onnx ? new OutputFile(onnx, CalibrationOutputs.IsOurModel, request.Force) : null;
        using var model = source.Model is null ? null : stage.Time("loading the model", () => new ModelScores(source, cancel));
        if (model is not null && modelFile is not null)
        {
            CalibratedModelOutput.Check(request, model, calibratorFile);
        }

        using var data = stage.Time("reading and scoring", () => model is null
            ? PredictionScores.Load(source, source.Predictions!, source.Csv, cancel)
            : model.Load(source.Data!, source.Labels, source.Csv, stage.Progress, cancel));
        var report = CalibratorFitting.Run(request, model, data, stage, cancel);
        if (report.Calibration?.Calibrator is not { } calibrator)
        {
            return report;
        }

        var outputs = new List<string>();
        if (calibratorFile is not null)
        {
            var origin = new CalibratorOrigin(report.Run.Tool, report.Run.Model?.File, report.Run.Data, report.Run.Seed, report.Calibration.Note);
            calibratorFile.Prepare(CalibratorJson.Write(calibrator, origin));
        }

        ModelCheck? check = null;
        if (modelFile is not null)
        {
            (check, var files, var others) = stage.Time("writing and checking the model", () => CalibratedModelOutput.Write(request, model!, data.Scored!, report, modelFile, stage, cancel));
            outputs.AddRange(files);
            if (others.Count > 0 && !calibrator.KeepsPrediction)
            {
                string list = string.Join(", ", others.Select(other => $"\"{other}\""));
                string warning = $"{report.Calibration.Title} can change predictions, but {(others.Count == 1 ? "the output" : "the outputs")} {list} of the model {(others.Count == 1 ? "stays" : "stay")} as {(others.Count == 1 ? "it was" : "they were")}: a label there is that of before";
                report = report with { Run = report.Run with { Warnings = [.. report.Run.Warnings, warning] } };
            }
        }

        if (calibratorFile is not null)
        {
            calibratorFile.Commit();
            outputs.Add(calibratorFile.Target);
        }

        return report with { Check = check, Outputs = [.. outputs.Select(output => new SourceFile(output, Data.FileDigest.Start(output, CancellationToken.None).GetAwaiter().GetResult()))] };
    }
}
