using LsCalib.Core.Calibrators;
using LsCalib.Core.Metrics;
using LsCalib.Core.Recalibration;

namespace LsCalib.Reports.Documents;

/// <summary>What calibrate did.</summary>
public sealed record CalibrateReport
{
    /// <summary>The data, the model as it is, and the method before and after, cross-fitted.</summary>
    public required RunReport Run { get; init; }

    /// <summary>The methods that --method auto chose from, or null.</summary>
    public required MethodSelection? Selection { get; init; }

    /// <summary>The method, fitted on all rows and measured out of fold; null where auto found that nothing is better than doing nothing.</summary>
    public required Calibration? Calibration { get; init; }

    /// <summary>For a temperature, its interval by the likelihood profile; null for other methods, and where there is none.</summary>
    public Interval? Profile { get; init; }

    /// <summary>Files written, in the order of writing.</summary>
    public IReadOnlyList<SourceFile> Outputs { get; init; } = [];

    /// <summary>How the written model was checked, or null: none was written.</summary>
    public ModelCheck? Check { get; init; }
}

/// <summary>A written model, run on the data and compared with the calibrator applied outside the graph.</summary>
/// <param name="Place">Where in the graph the calibrator went, in words.</param>
/// <param name="RowCount">Rows compared.</param>
/// <param name="LargestDifference">Largest difference of a probability.</param>
/// <param name="Tolerance">The largest that was allowed.</param>
/// <param name="ChangedPredictions">Rows whose predicted class is another than the source model's.</param>
public sealed record ModelCheck(string Place, int RowCount, double LargestDifference, double Tolerance, int ChangedPredictions);
