using LsCalib.Core.Comparison;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;
using LsCalib.Data.Baselines;

namespace LsCalib.Tests.Support;

/// <summary>Baselines of seeded predictions.</summary>
internal static class BaselineSamples
{
    /// <summary>Where a row of a candidate stands.</summary>
    public static string Locate(long row) => FormattableString.Invariant($"new.csv, row {row}");

    /// <param name="rows">Results.</param>
    /// <param name="identities">What rows are known by; null: number and label.</param>
    public static Baseline Of(RowResults rows, RowIdentities? identities = null) => new()
    {
        Path = "new.csv",
        Rows = rows,
        Identities = identities ?? RowIdentities.None,
        ClassNames = null,
        Origin = new()
        {
            Tool = "ls-calib 1.2.3",
            IsModel = true,
            Source = [new("m.onnx", new('a', 64))],
            Data = [new("test.csv", new('b', 64))],
            Scores = ScoreKind.Logits,
            ScoreReason = "output \"z\"",
            Preprocessing = "x / 255",
            Runtime = "ONNX Runtime 9.9",
            Device = "cpu",
            IgnoredLabel = -100,
        },
    };

    /// <summary>Results of calibrated logits.</summary>
    public static RowResults Rows(int count, int classes, double spread = 2, long seed = 1)
    {
        var (logits, labels) = Samples.Calibrated(count, classes, 1, spread, seed);
        return RowResults.From(StatisticsPass.Run(Samples.Logits(logits, classes), labels, RowScaling.None, 15));
    }

    /// <summary>Ids 0, 1, … with a prefix, of rows in the order given.</summary>
    public static RowIdentities Ids(params int[] numbers) => RowIdentities.None.WithIds("id", [.. numbers.Select(number => FormattableString.Invariant($"r{number}"))], Locate);

    /// <summary>Identities of inputs that are their row's number, with labels.</summary>
    public static RowIdentities Inputs(RowResults rows) => new()
    {
        Inputs = [.. rows.Labels.Select((label, row) => RowIdentity.OfRow(RowIdentity.OfInputs([row]), 0, label))],
    };

    /// <summary>A baseline written and read again.</summary>
    public static Baseline RoundTrip(TemporaryFolder folder, Baseline baseline) =>
        BaselineReader.Read(folder.Write("old.baseline", BaselineWriter.Write(baseline)));
}
