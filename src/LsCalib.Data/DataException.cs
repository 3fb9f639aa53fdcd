namespace LsCalib.Data;

/// <summary>Input that cannot be used: what is wrong, where, and what to do about it.</summary>
public sealed class DataException : Exception
{
    public DataException(string message)
        : base(message)
    {
    }

    public DataException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
