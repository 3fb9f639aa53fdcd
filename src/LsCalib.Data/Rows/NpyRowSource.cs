using System.Globalization;
using LsCalib.Core.Scores;
using LsCalib.Data.Csv;
using LsCalib.Data.Numpy;

namespace LsCalib.Data.Rows;

/// <summary>Labelled examples in arrays: one array [N,…] for each input of the model, and labels [N], or [N,d1..dn]
/// for models that score every position of a sample.</summary>
public sealed class NpyRowSource : IRowSource
{
    private readonly IReadOnlyList<IDisposable> _files;
    private readonly NpyElementReader[] _readers;
    private readonly int[] _widths;
    private readonly int[] _labels;
    private readonly string[] _names;
    private readonly int _positionCount;
    private readonly NpyAttributes? _attributes;
    private readonly LabelMap _map;
    private long _row;
    private bool _finished;

    private NpyRowSource(string path, IReadOnlyList<NpyArray> inputs, NpyArray labels, LabelMap map, IReadOnlyList<IDisposable> files, CsvOptions? columns)
    {
        Path = path;
        _files = files;
        _labels = NpyLabels.ReadAll(labels);
        SampleCount = (int)labels.RowCount;
        Positions = labels.Header.Shape[1..];
        _positionCount = checked((int)labels.RowLength);
        _map = map;
        _names = [.. inputs.Select(input => input.Name)];
        foreach (var input in inputs)
        {
            if (input.RowCount != SampleCount)
            {
                throw new DataException(string.Create(
                    CultureInfo.InvariantCulture, $"{input.Name}: {input.RowCount} rows {input.Header.ShapeText}, but there are {SampleCount} labels."));
            }
        }

        if (_labels.Length == 0)
        {
            throw new DataException($"{path}: holds no rows.");
        }

        _attributes = columns is null ? null : new NpyAttributes((NpzFile)files[0], columns, labels.Header.Shape);
        RowShapes = [.. inputs.Select(input => (IReadOnlyList<long>)[.. input.Header.Shape.Skip(1)])];
        _widths = [.. inputs.Select(input => checked((int)input.RowLength))];
        _readers = [.. inputs.Select(input => input.OpenRows())];
    }

    public string Path { get; }

    public int FeatureCount => _widths.Sum();

    /// <summary>N.</summary>
    public int SampleCount { get; }

    /// <summary>Dimensions of the labels of a sample; none, or all 1, where it has one label.</summary>
    public IReadOnlyList<long> Positions { get; }

    /// <summary>Label of every position [N·positions].</summary>
    public ReadOnlyMemory<int> AllLabels => _labels;

    /// <summary>Dimensions of a row of each input.</summary>
    public IReadOnlyList<IReadOnlyList<long>> RowShapes { get; }

    /// <summary>Features of each input.</summary>
    public IReadOnlyList<int> GroupCounts => _widths;

    /// <summary>Opens an .npz file: arrays named like the model's inputs, or one called "inputs", and "labels".</summary>
    /// <param name="path">The file.</param>
    /// <param name="inputNames">Names of the model's inputs.</param>
    /// <param name="map">What labels may be.</param>
    /// <param name="columns">Names of the arrays of groups, slices and weights.</param>
    public static NpyRowSource OpenNpz(string path, IReadOnlyList<string> inputNames, LabelMap map, CsvOptions columns)
    {
        var file = new NpzFile(path);
        try
        {
            var names = inputNames.All(file.Contains) ? inputNames
                : inputNames.Count == 1 ? ["inputs"]
                : throw new DataException($"{path}: the model takes {string.Join(", ", inputNames.Select(n => $"\"{n}\""))}; the file holds {string.Join(", ", file.Names)}. Name the arrays like the inputs.");
            return new(path, [.. names.Select(name => file[name])], file["labels"], map, [file], columns);
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
            return new(path, [inputs.Array], labels.Array, map, [inputs], null);
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
        if (_row == SampleCount)
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

        label = _labels[_row * _positionCount];
        for (long position = _row * _positionCount; position < (_row + 1) * _positionCount; position++)
        {
            if (_map.Range(_labels[position]) is { } problem)
            {
                throw new DataException($"{Path}, {RowPlace.Text(position, Positions)}: {problem}");
            }
        }

        _row++;
        return true;
    }

    public string Locate(long row) => string.Create(CultureInfo.InvariantCulture, $"{Path}, row {row}");

    public RowAttributes Attributes(KeptRows? kept) =>
        _attributes?.Of(kept) ?? new() { Groups = NpyGroups.OfSamples(SampleCount, _positionCount, kept) };

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
