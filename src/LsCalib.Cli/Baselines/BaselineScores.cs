using LsCalib.Cli.Evaluating;
using LsCalib.Core.Resampling;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Data.Rows;

namespace LsCalib.Cli.Baselines;

/// <summary>The predictions that a baseline keeps.</summary>
internal static class BaselineScores
{
    /// <summary>Why something is not known of a baseline; a sentence without full stop.</summary>
    public const string None = "a baseline keeps no scores of all classes unless it is saved --with-probabilities";

    /// <summary>Probabilities and labels, where they were kept; else confidences and outcomes.</summary>
    /// <param name="baseline">The baseline.</param>
    /// <param name="groups">Groups of its rows, which it does not keep; or null.</param>
    /// <param name="cancel">Stops the digest of its file.</param>
    public static LoadedScores Of(Baseline baseline, RowGroups? groups, CancellationToken cancel) => new()
    {
        Scored = baseline.Probabilities is { } probabilities ? new(probabilities, baseline.Rows.Labels, null) : null,
        TopLabel = baseline.Probabilities is null ? baseline.Rows.ToOrder() : null,
        Reason = baseline.Origin.ScoreReason,
        ClassNames = baseline.ClassNames,
        Attributes = new RowAttributes { Groups = groups },
        IgnoredCount = 0,
        Files = [(baseline.Path, FileDigest.Start(baseline.Path, cancel))],
        Locate = row => Locate(baseline, row),
    };

    /// <summary>Where a row stands, for messages.</summary>
    public static string Locate(Baseline baseline, long row) => FormattableString.Invariant($"{baseline.Path}, row {row}");
}
