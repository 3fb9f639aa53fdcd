using LsCalib.Core.Scores;

namespace LsCalib.Onnx.Calibrating;

/// <summary>A score tensor of any shape as rows [M,C], and rows in its shape again.</summary>
internal sealed class RowView
{
    private readonly NodeWriter _writer;
    private readonly string _tensor;
    private readonly Layout _layout;
    private string? _swapped;

    /// <param name="writer">Takes the nodes.</param>
    /// <param name="tensor">The score tensor.</param>
    /// <param name="shape">Its shape, −1 where open, or null.</param>
    /// <param name="columnCount">C: K, or 1.</param>
    /// <param name="axis">The class axis of more than two.</param>
    public RowView(NodeWriter writer, string tensor, IReadOnlyList<long>? shape, int columnCount, ClassAxis axis)
    {
        _writer = writer;
        _tensor = tensor;

        // [N,C,P…] is turned into [N,P,C] and back. With one axis longer than 1 the order of numbers is that of rows already;
        // where the shape is not known, turning is right for every shape that has its classes on axis 1.
        bool oneWide = columnCount == 1 || shape is { Count: <= 2 } || shape?.Skip(1).Count(d => d != 1) == 1;
        _layout = shape is { Count: 2 } ? Layout.Rows : oneWide || axis == ClassAxis.Last ? Layout.Flat : Layout.ClassesSecond;
        Rows = ToRows(columnCount);
    }

    private enum Layout
    {
        Rows,
        Flat,
        ClassesSecond,
    }

    /// <summary>The scores [M,C].</summary>
    public string Rows { get; }

    /// <summary>Whether the tensor itself is [N,C].</summary>
    public bool IsTensor => _layout == Layout.Rows;

    /// <summary>Rows [M,C] in the shape of the score tensor.</summary>
    public string Back(string rows)
    {
        if (_layout == Layout.Rows)
        {
            return rows;
        }

        if (_swapped is not null)
        {
            rows = _writer.SwapLastAxes(_writer.Add("Reshape", rows, _writer.Add("Shape", _swapped)));
        }

        return _writer.Add("Reshape", rows, _writer.Add("Shape", _tensor));
    }

    private string ToRows(int columnCount)
    {
        if (_layout == Layout.Rows)
        {
            return _tensor;
        }

        string tensor = _tensor;
        if (_layout == Layout.ClassesSecond)
        {
            tensor = _swapped = _writer.SwapLastAxes(_writer.Add("Reshape", tensor, _writer.Integers([0, columnCount, -1], 3)));
        }

        return _writer.Add("Reshape", tensor, _writer.Integers([-1, columnCount], 2));
    }
}
