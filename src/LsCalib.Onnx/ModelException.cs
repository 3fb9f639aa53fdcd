namespace LsCalib.Onnx;

/// <summary>A model that cannot be used: what is wrong, where, and what to do about it.</summary>
public sealed class ModelException : Exception
{
    public ModelException(string message)
        : base(message)
    {
    }

    public ModelException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
