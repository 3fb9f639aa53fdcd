namespace LsCalib.Data.Numpy;

/// <summary>The arrays of an .npz file, or the single array of an .npy file.</summary>
public sealed class NpzFile : IDisposable
{
    private readonly MappedFile _file;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);

    /// <exception cref="DataException">The file cannot be read, or is neither .npz nor .npy.</exception>
    public NpzFile(string path)
    {
        _file = new MappedFile(path);
        try
        {
            var start = _file.Bytes(0, (int)Math.Min(4, _file.Length));
            if (!start.StartsWith("PK"u8))
            {
                throw new DataException($"{path}: not an .npz file (it does not start with a zip signature). Save it with np.savez.");
            }

            foreach (var entry in ZipDirectory.Read(_file))
            {
                if (entry.Name.EndsWith(".npy", StringComparison.Ordinal))
                {
                    _entries[entry.Name[..^4]] = entry;
                }
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public string Path => _file.Path;

    /// <summary>Names of the arrays, in order of their names.</summary>
    public IReadOnlyList<string> Names => [.. _entries.Keys.Order(StringComparer.Ordinal)];

    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>An array by name.</summary>
    /// <exception cref="DataException">There is none, or it cannot be read.</exception>
    public NpyArray this[string name] => _entries.TryGetValue(name, out var entry)
        ? NpyArray.Open(_file, entry)
        : throw new DataException($"{Path}: holds no array \"{name}\" (it holds {string.Join(", ", Names)}).");

    /// <summary>The labels of N rows.</summary>
    public int[] Labels(string name) => NpyLabels.Read(this[name]);

    public void Dispose() => _file.Dispose();
}
