namespace LsCalib.Cli;

/// <summary>Exit codes, the same for every command.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A gate's rule is broken.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong, or output cannot go where it was told to.</summary>
    public const int Usage = 2;

    /// <summary>The model or the data cannot be used.</summary>
    public const int Input = 3;

    /// <summary>A gate's rows cannot tell.</summary>
    public const int Inconclusive = 4;

    /// <summary>Our own bug.</summary>
    public const int Internal = 70;

    /// <summary>Interrupted.</summary>
    public const int Cancelled = 130;
}
