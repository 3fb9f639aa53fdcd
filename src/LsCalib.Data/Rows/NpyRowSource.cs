using System.Globalization;
using LsCalib.Data.Numpy;

namespace LsCalib.Data.Rows;

/// <summary>Labelled examples in arrays: one array [N,…] for each input of the model, and labels [N].</summary>
public sealed class NpyRowSource : IRowSource
{
    private readonly IReadOnlyList<IDisposable> _files;
    private readonly NpyElementReader[] _readers;
    private readonly int[] _widths;
    private readonly int[] _labels;
    private readonly string[] _names;
    private readonly LabelMap _map;
    private long _row;
    private bool _finished;

    private NpyRowSource(string path, IReadOnlyList<NpyArray> inputs, int[] labels, LabelMap map, IReadOnlyList<IDisposable> files)
    {
        Path = path;
        _files = files;
        _labels = labels;
        _map = map;
        _names = [.. inputs.Select(input => input.Name)];
        foreach (var input in inputs)
        {
            if (input.RowCount != labels.Length)
            {
                throw new DataException(string.Create(
                    CultureInfo.InvariantCulture, $"{input.Name}: {input.RowCount} rows {input.Header.ShapeText}, but there are {labels.Length} labels."));
            }
        }

        if (labels.Length == 0)
        {
            throw new DataException($"{path}: holds no rows.");
        }

        RowShapes = [.. inputs.Select(input => (IReadOnlyList<long>)[.. input.Header.Shape.Skip(1)])];
        _widths = [.. inputs.Select(input => checked((int)input.RowLength))];
        _readers = [.. inputs.Select(input => input.OpenRows())];
    }

    public string Path { get; }

    public int FeatureCount => _widths.Sum();

    /// <summary>Dimensions of a row of each input.</summary>
    public IReadOnlyList<IReadOnlyList<long>> RowShapes { get; }

    /// <summary>Features of each input.</summary>
    public IReadOnlyList<int> GroupCounts => _widths;

    /// <summary>Opens an .npz file: arrays named like the model's inputs, or one called "inputs", and "labels".</summary>
    public static NpyRowSource OpenNpz(string path, IReadOnlyList<string> inputNames, LabelMap map)
    {
        var file = new NpzFile(path);
        try
        {
            var names = inputNames.All(file.Contains) ? inputNames
                : inputNames.Count == 1 ? ["inputs"]
                : throw new DataException($"{path}: the model takes {string.Join(", ", inputNames.Select(n => $"\"{n}\""))}; the file holds {string.Join(", ", file.Names)}. Name the arrays like the inputs.");
            return new(path, [.. names.Select(name => file[name])], file.Labels("labels"), map, [file]);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens an .npy file of inputs with another of labels.</summary>
    public static NpyRowSource OpenNpy(string path, string labelsPath, LabelMap map)
    {
        var inputs = new NpyFile(path);
        try
        {
            using var labels = new NpyFile(labelsPath);
            return new(path, [inputs.Array], NpyLabels.Read(labels.Array), map, [inputs]);
        }
        catch
        {
            inputs.Dispose();
            throw;
        }
    }

    public bool Read(Span<double> features, out int label)
    {
        label = 0;
        if (_row == _labels.Length)
        {
            if (!_finished)
            {
                _finished = true;
                foreach (var reader in _readers)
                {
                    reader.Finish();
                }
            }

            return false;
        }

        for (int i = 0; i < _readers.Length; i++)
        {
            var target = features[.._widths[i]];
            _readers[i].Read(target);
            foreach (double value in target)
            {
                if (!double.IsFinite(value))
                {
                    throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{_names[i]}, row {_row}: holds {value}, which is not finite."));
                }
            }

            features = features[_widths[i]..];
        }

        label = _labels[_row];
        if (_map.Range(label) is { } problem)
        {
            throw new DataException($"{Locate(_row)}: {problem}");
        }

        _row++;
        return true;
    }

    public string Locate(long row) => string.Create(CultureInfo.InvariantCulture, $"{Path}, row {row}");

    public void Dispose()
    {
        foreach (var reader in _readers)
        {
            reader.Dispose();
        }

        foreach (var file in _files)
        {
            file.Dispose();
        }
    }
}
