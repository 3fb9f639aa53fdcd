namespace LsCalib.Data.Numpy;

/// <summary>A single array in an .npy file.</summary>
public sealed class NpyFile : IDisposable
{
    private readonly MappedFile _file;

    /// <exception cref="DataException">The file cannot be read or is no .npy array.</exception>
    public NpyFile(string path)
    {
        _file = new MappedFile(path);
        try
        {
            Array = NpyArray.Open(_file, null);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public NpyArray Array { get; }

    public void Dispose() => _file.Dispose();
}
