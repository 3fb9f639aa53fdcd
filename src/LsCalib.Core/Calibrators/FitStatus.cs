namespace LsCalib.Core.Calibrators;

/// <summary>How a fit ended.</summary>
public enum FitStatus
{
    /// <summary>The optimum was found.</summary>
    Converged,

    /// <summary>Every row is classified correctly, so NLL falls without end as T goes to 0.</summary>
    Separable,

    /// <summary>The optimum lies outside the range of temperatures that is searched.</summary>
    AtBound,

    /// <summary>All logits of each row are equal, so the temperature changes nothing.</summary>
    Constant,

    /// <summary>The scores point away from the labels: NLL is least when they are ignored.</summary>
    AntiCorrelated,

    /// <summary>There are too few rows to fit on.</summary>
    TooFewRows,

    /// <summary>Rows are weighted, and the method is not known for that.</summary>
    Weighted,

    /// <summary>Only confidence and outcome of each row are known, not the scores that a temperature divides.</summary>
    NoScores,

    /// <summary>All labels are of one class, so NLL falls without end as that class is given more.</summary>
    OneClass,

    /// <summary>There are more rows or classes than the fit could end for in a bearable time.</summary>
    TooLarge,

    /// <summary>The steps ended before the optimum was reached.</summary>
    NotConverged,
}

/// <summary>Names of the outcomes in files.</summary>
public static class FitStatuses
{
    /// <summary>The status in kebab-case: at-bound.</summary>
    public static string Key(this FitStatus status) => status switch
    {
        FitStatus.Converged => "converged",
        FitStatus.Separable => "separable",
        FitStatus.AtBound => "at-bound",
        FitStatus.Constant => "constant",
        FitStatus.AntiCorrelated => "anti-correlated",
        FitStatus.TooFewRows => "too-few-rows",
        FitStatus.Weighted => "weighted",
        FitStatus.NoScores => "no-scores",
        FitStatus.OneClass => "one-class",
        FitStatus.TooLarge => "too-large",
        _ => "not-converged",
    };
}
