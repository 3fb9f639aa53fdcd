using System.Globalization;
using LsCalib.Core.Scores;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LsCalib.Onnx.Running;

/// <summary>Gathers the scores of all batches; nothing else of a row is kept.</summary>
internal sealed class ScoreCollector(ModelGraphInfo model)
{
    private const int BlockBytes = 1 << 22;
    private readonly Blocks<float> _floats = new();
    private readonly Blocks<double> _doubles = new();
    private TensorElementType _type;
    private int _columns;
    private int _rows;

    /// <summary>Takes the first <paramref name="rows"/> rows of a batch's output.</summary>
    /// <param name="output">[fed,K], or with further dimensions of 1.</param>
    /// <param name="rows">Rows that are not padding.</param>
    /// <param name="fed">Rows fed.</param>
    public void Add(OrtValue output, int rows, int fed)
    {
        if (!output.IsTensor)
        {
            throw new ModelException($"{model.Path}: output \"{model.Output}\" is no tensor. Name the scores with --output-name.");
        }

        var info = output.GetTensorTypeAndShape();
        int columns = Columns(info.Shape, fed);
        if (_columns == 0)
        {
            _columns = columns;
            _type = info.ElementDataType;
        }

        switch (info.ElementDataType)
        {
            case TensorElementType.Float:
                _floats.Add(output.GetTensorDataAsSpan<float>()[..(rows * columns)], BlockRows * columns);
                break;
            case TensorElementType.Double:
                _doubles.Add(output.GetTensorDataAsSpan<double>()[..(rows * columns)], BlockRows * columns);
                break;
            case TensorElementType.Float16:
                _floats.Add(Widen(output.GetTensorDataAsSpan<Float16>()[..(rows * columns)]), BlockRows * columns);
                break;
            default:
                throw new ModelException($"{model.Path}: output \"{model.Output}\" holds {info.ElementDataType.ToString().ToLowerInvariant()}, not scores. Name the scores with --output-name.");
        }

        _rows += rows;
    }

    /// <summary>K, or 1 for a binary model with one column; 0 before the first batch.</summary>
    public int ColumnCount => _columns;

    /// <summary>The scores of all rows. One column becomes two: class 0 and class 1.</summary>
    public ScoreMatrix ToMatrix(ScoreKind kind) => _type == TensorElementType.Double
        ? Matrix(_doubles, kind, static value => 1 - value)
        : Matrix(_floats, kind, static value => 1 - value);

    private ScoreMatrix<T> Matrix<T>(Blocks<T> blocks, ScoreKind kind, Func<T, T> complement)
        where T : unmanaged
    {
        if (_columns > 1)
        {
            return new(kind, blocks.ToMemory(), _rows, _columns, BlockRows);
        }

        var pairs = blocks.ToMemory().Select(block =>
        {
            var both = new T[block.Length * 2];
            for (int i = 0; i < block.Length; i++)
            {
                var value = block.Span[i];
                both[2 * i] = kind == ScoreKind.Logits ? default : complement(value);
                both[(2 * i) + 1] = value;
            }

            return (ReadOnlyMemory<T>)both;
        });
        return new(kind, [.. pairs], _rows, 2, BlockRows);
    }

    private int BlockRows => Math.Max(1, BlockBytes / (Math.Max(_columns, 1) * sizeof(float)));

    private int Columns(long[] shape, int fed)
    {
        long rows = shape.Length > 0 ? shape[0] : 0;
        var wide = shape.Skip(1).Where(d => d != 1).ToArray();
        if (rows != fed || wide.Length > 1 || wide.Contains(0))
        {
            throw new ModelException(string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Path}: output \"{model.Output}\" is [{string.Join(",", shape)}] for {fed} rows, not [{fed},K]. Name the scores with --output-name."));
        }

        return wide.Length == 0 ? 1 : checked((int)wide[0]);
    }

    private static float[] Widen(ReadOnlySpan<Float16> source)
    {
        var values = new float[source.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)BitConverter.UInt16BitsToHalf(source[i].value);
        }

        return values;
    }

    /// <summary>Values in blocks of one length; the last is cut to what it holds.</summary>
    private sealed class Blocks<T>
    {
        private readonly List<T[]> _full = [];
        private T[] _open = [];
        private int _filled;

        public void Add(ReadOnlySpan<T> values, int blockLength)
        {
            while (values.Length > 0)
            {
                if (_filled == _open.Length)
                {
                    if (_open.Length > 0 && _open.Length == blockLength)
                    {
                        _full.Add(_open);
                        (_open, _filled) = ([], 0);
                    }

                    // The first block grows, so that a small data set does not cost a large block.
                    int wanted = _full.Count > 0 ? blockLength : Math.Min(blockLength, Math.Max(values.Length, _open.Length * 2));
                    Array.Resize(ref _open, wanted);
                }

                int count = Math.Min(values.Length, _open.Length - _filled);
                values[..count].CopyTo(_open.AsSpan(_filled));
                _filled += count;
                values = values[count..];
            }
        }

        public List<ReadOnlyMemory<T>> ToMemory() => [.. _full.Select(block => (ReadOnlyMemory<T>)block), _open.AsMemory(0, _filled)];
    }
}

/// <summary>Names that messages about a model's scores need.</summary>
internal sealed record ModelGraphInfo(string Path, string Output);
