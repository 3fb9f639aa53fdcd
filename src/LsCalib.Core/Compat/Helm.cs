using LsCalib.Core.Ordering;

namespace LsCalib.Core.Compat;

/// <summary>ece_10_bin of HELM: get_ece_em of verified_calibration, ten bins of equal mass.</summary>
internal static class Helm
{
    public const string Name = "helm";

    public static LibraryTable Table(ConfidenceOrder order, int binCount) =>
        LibraryTable.From(order, Verified.MassBins(order, binCount));
}
