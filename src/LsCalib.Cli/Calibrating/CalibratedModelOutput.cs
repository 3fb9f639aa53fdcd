using LsCalib.Cli.Evaluating;
using LsCalib.Core.Recalibration.OneVsRest;
using LsCalib.Onnx;
using LsCalib.Onnx.Calibrating;
using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Calibrating;

/// <summary>Writes the calibrated model, runs it on the data, and keeps it only if it does what the calibrator does.</summary>
internal static class CalibratedModelOutput
{
    /// <summary>Refuses what cannot be written, before the model runs.</summary>
    public static void Check(CalibrateRequest request, ModelScores model, OutputFile? calibrator)
    {
        foreach (string target in new[] { request.ModelOutput, calibrator?.Target }.OfType<string>())
        {
            if (model.ExternalFiles.Any(file => Path.GetFullPath(file) == Path.GetFullPath(target)))
            {
                throw new UsageException($"{target}: holds weights of {request.Source.Model}. Name another file.");
            }
        }

        if (!request.Force)
        {
            CalibratedModel.RefuseCalibrated(model.Graph);
        }
    }

    /// <summary>Writes the model.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="model">The source model, after its run.</param>
    /// <param name="rows">Its scores.</param>
    /// <param name="report">What was fitted.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="stage">Told of progress.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>How the model was checked, the files written, and other outputs of the model, which stay as they were.</returns>
    /// <exception cref="InvalidOperationException">The model does not do what the calibrator does: our own bug.</exception>
    public static (ModelCheck Check, IReadOnlyList<string> Files, IReadOnlyList<string> OtherOutputs) Write(
        CalibrateRequest request, ModelScores model, LabelledScores rows, CalibrateReport report, OutputFile target, Stage stage, CancellationToken cancel)
    {
        var calibrator = report.Calibration!.Calibrator!;
        var scores = model.Tensor with { Kind = rows.Scores.Kind };
        var options = new CalibratedModelOptions
        {
            ToolVersion = report.Run.Tool,
            ColumnCount = model.ColumnCount,
            Declaration = model.Declaration,
            ClassAxis = request.Source.Layout.Axis,
            OutputKind = request.OutputKind,
            SourceSha256 = report.Run.Model!.File.Sha256,
            FitDataSha256 = string.Join(',', report.Run.Data.Select(file => file.Sha256)),
            Force = request.Force,
        };
        CalibratedModelAgreement? agreement = null;

        // Single precision is enough for all but logits in the thousands.
        foreach (TensorType? computed in (TensorType?[])[null, TensorType.Float64])
        {
            var written = CalibratedModel.Write(model.Graph, scores, calibrator, options with { ComputeIn = computed }, target.Temporary, cancel);
            bool isKept = false;
            try
            {
                agreement = Compare(request, rows, calibrator, written, stage, cancel);
                if (agreement.Passes)
                {
                    target.Commit();
                    isKept = true;
                    string place = $"The {report.Calibration.Title} map stands {PlaceOf(scores.Name, written.Scores.Output)}";
                    return (
                        new(place, agreement.RowCount, agreement.LargestDeviation, agreement.Tolerance, agreement.ChangedPredictionCount),
                        [target.Target, .. written.DataFiles], written.OtherOutputs);
                }
            }
            finally
            {
                foreach (string file in isKept ? [] : written.DataFiles)
                {
                    File.Delete(file);
                }
            }

            if (written.ComputedIn == TensorType.Float64)
            {
                break;
            }
        }

        if (calibrator is HistogramBinning or ScalingBinning or IsotonicCalibration)
        {
            throw new ModelException($"{request.Source.Model}: its scores, as its graph computes them, fall on other steps of the {report.Calibration.Title} map than the scores fitted on, so the model was not kept (half precision and scores close to a step do this). Save the calibrator as JSON: -o calibrator.json.");
        }

        throw new InvalidOperationException(FormattableString.Invariant(
            $"the calibrated model gives {agreement!.Found:R} for class {agreement.Class} of row {agreement.Row}, where the calibrator gives {agreement.Expected:R}, and changes {agreement.ChangedPredictionCount} predictions, first of row {agreement.FirstChangedRow}; it was not kept. The calibrator can be saved as JSON: -o calibrator.json"));
    }

    private static string PlaceOf(string tensor, string output) => tensor == output ? $"on the output \"{output}\"" : $"between the tensor \"{tensor}\" and the output \"{output}\"";

    private static CalibratedModelAgreement Compare(
        CalibrateRequest request, LabelledScores rows, Core.Recalibration.Calibrator calibrator, WrittenModel written, Stage stage, CancellationToken cancel)
    {
        // The output itself is read, as the model's user reads it.
        var source = request.Source with { Model = written.Path };
        using var calibrated = new ModelScores(source, cancel, written.Scores);
        using var data = calibrated.Load(source.Data!, source.Labels, source.Csv, stage.Progress, cancel);
        return CalibratedModelCheck.Compare(calibrator, rows.Scores, data.Scored!.Scores, written.Type, cancel);
    }
}
