using LsCalib.Core.Comparison;
using LsCalib.Core.Metrics;

namespace LsCalib.Reports.Documents;

/// <summary>Tables of a comparison.</summary>
public static class CompareTables
{
    /// <summary>compare.csv: every metric of every model, as it is and with a temperature.</summary>
    public static byte[] Models(CompareReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var csv = new CsvDocument("model,metric,value,lower,upper,noise_floor_mean,noise_floor_q95,temperature,temperature_lower,temperature_upper,scaled_value,scaled_lower,scaled_upper,scaled_noise_floor_mean,scaled_noise_floor_q95,unit,better,smoothing");
        foreach (var model in report.Models)
        {
            var parameter = model.Temperature.Parameters is [var only] ? only : null;
            foreach (var info in report.Metrics)
            {
                csv.Row(
                [
                    model.Name, info.Key, .. Of(model.Before(info)),
                    parameter?.Value, Finite(parameter?.Interval?.Lower), Finite(parameter?.Interval?.Upper),
                    .. Of(model.After(info)),
                    info.Unit, info.Better.Word(), model.Smoothing?.Strength,
                ]);
            }
        }

        return csv.ToBytes();
    }

    /// <summary>differences.csv: every metric of each model against the first.</summary>
    public static byte[] Differences(CompareReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var csv = new CsvDocument(DifferenceColumns);
        foreach (var pair in report.Pairs)
        {
            Rows(csv, pair, "as-is", pair.AsIs);
            Rows(csv, pair, "scaled", pair.Scaled ?? []);
        }

        return csv.ToBytes();
    }

    private const string DifferenceColumns = "model,against,stage,metric,first,other,difference,lower,upper,p_value,adjusted_p_value,interval,test,unit,better";

    private static void Rows(CsvDocument csv, ComparedPair pair, string stage, IReadOnlyList<ModelDifference> differences)
    {
        foreach (var one in differences)
        {
            csv.Row(
                pair.Name, pair.Against, stage, one.Info.Key, one.Baseline, one.Candidate, one.Value, one.Interval?.Lower, one.Interval?.Upper,
                one.PValue, one.AdjustedPValue, one.Interval?.Method ?? "none", one.Test, one.Info.Unit, one.Info.Better.Word());
        }
    }

    private static object?[] Of(Measurement? measured) =>
        [measured?.Value, measured?.Interval?.Lower, measured?.Interval?.Upper, measured?.NoiseFloor?.Mean, measured?.NoiseFloor?.Q95];

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
