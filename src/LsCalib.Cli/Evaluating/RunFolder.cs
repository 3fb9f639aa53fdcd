using LsCalib.Reports.Documents;

namespace LsCalib.Cli.Evaluating;

/// <summary>The files of a run.</summary>
internal static class RunFolder
{
    public static bool Write(RunReport report, OutputFolder folder, byte[] json, bool saveScores, CancellationToken cancel)
    {
        folder.Write("run.json", json);
        folder.Write("metrics.csv", RunTables.Metrics(report));
        folder.Write("reliability.csv", RunTables.Reliability(report));
        folder.Write("classes.csv", RunTables.Classes(report));
        folder.Write("predictions.npz", stream => PredictionsNpz.Write(report, stream, saveScores));
        cancel.ThrowIfCancellationRequested();
        folder.Commit();
        return true;
    }
}
