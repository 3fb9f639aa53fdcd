using Google.Protobuf.Collections;
using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>
/// Changes to a model's lists until it is disposed, when they are as before. A copy would hold all weights once more; fields
/// that this program does not know go with the message.
/// </summary>
internal sealed class ModelEdit : IDisposable
{
    private readonly List<Action> _undo = [];

    /// <summary>Replaces the entries of a list.</summary>
    public void Replace<T>(RepeatedField<T> list, IEnumerable<T> entries)
    {
        T[] before = [.. list];
        T[] after = [.. entries];
        _undo.Add(() => Set(list, before));
        Set(list, after);
    }

    /// <summary>Changes a value of an entry.</summary>
    public void Set(StringStringEntryProto entry, string value)
    {
        string before = entry.Value;
        _undo.Add(() => entry.Value = before);
        entry.Value = value;
    }

    public void Dispose()
    {
        for (int i = _undo.Count - 1; i >= 0; i--)
        {
            _undo[i]();
        }
    }

    private static void Set<T>(RepeatedField<T> list, T[] entries)
    {
        list.Clear();
        list.Add(entries);
    }
}
