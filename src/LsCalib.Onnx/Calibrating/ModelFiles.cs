using System.Globalization;
using Google.Protobuf;
using LsCalib.Onnx.Graphs;

namespace LsCalib.Onnx.Calibrating;

/// <summary>Writes a model with its weights files: in the source's folder it uses those that are there, elsewhere it gets copies.</summary>
/// <param name="source">The model that it was made of.</param>
/// <param name="output">The file to write, as the user typed it.</param>
internal sealed class ModelFiles(ModelGraph source, string output)
{
    private const int CopyBytes = 1 << 20;
    private readonly string _target = Path.GetFullPath(output);
    private readonly IReadOnlyList<ExternalFile> _external = ExternalFile.Of(source);

    private string Folder => Path.GetDirectoryName(_target)!;

    /// <summary>Refuses an output that is the source or one of its weights files, or a folder.</summary>
    public void Check()
    {
        ExternalData.Check(source);
        if (Directory.Exists(_target))
        {
            throw new ModelException($"{output}: is a folder; name an .onnx file.");
        }

        if (!Directory.Exists(Folder))
        {
            throw new ModelException($"{output}: there is no folder {Path.GetDirectoryName(output)}.");
        }

        if (IsSame(_target, source.Path))
        {
            throw new ModelException($"{output}: is the model itself, which is not overwritten. Choose another name for the calibrated model.");
        }

        if (_external.FirstOrDefault(file => IsSame(_target, file.Path)) is { } weights)
        {
            throw new ModelException($"{output}: holds weights of {source.Path} (\"{weights.Location}\") and is not overwritten. Choose another name for the calibrated model.");
        }
    }

    /// <summary>Writes the edited model.</summary>
    /// <param name="edit">The changes; the places of weights files are added to them.</param>
    /// <param name="cancel">Stops the copying of weights.</param>
    /// <returns>Weights files that were copied.</returns>
    public IReadOnlyList<string> Write(ModelEdit edit, CancellationToken cancel)
    {
        try
        {
            using var files = new FilesInPlace();
            using var model = files.Create(_target, overwrites: true);
            var copies = new List<string>();
            foreach (var file in _external)
            {
                var (copy, exists) = Place(file, copies, cancel);
                if (!exists)
                {
                    Copy(file.Path, copy, files, cancel);
                    copies.Add(copy);
                }

                string location = copy == Path.GetFullPath(file.Location, Folder) ? file.Location : Path.GetRelativePath(Folder, copy).Replace('\\', '/');
                foreach (var entry in file.Entries.Where(entry => entry.Value != location))
                {
                    edit.Set(entry, location);
                }
            }

            WriteModel(model);
            cancel.ThrowIfCancellationRequested();
            model.Dispose();
            files.Commit();
            return copies;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ModelException($"{output}: no permission to write there.", exception);
        }
        catch (IOException exception)
        {
            throw new ModelException($"{output}: cannot be written ({exception.Message})", exception);
        }
    }

    private void WriteModel(FileStream stream)
    {
        long size = source.Model.Graph.Node.Sum(node => (long)node.CalculateSize()) + source.Model.Graph.Initializer.Sum(tensor => (long)tensor.CalculateSize());
        if (size > int.MaxValue - CopyBytes)
        {
            throw new ModelException(string.Create(
                CultureInfo.InvariantCulture,
                $"{output}: the model would be {size} bytes with the calibrator, more than the 2 GiB that its format allows. Export it with external data, or save the calibrator as JSON (-o calibrator.json)."));
        }

        source.Model.WriteTo(stream);
    }

    /// <summary>Where a weights file goes: its own name, or with a number behind it where another file has that name.</summary>
    /// <returns>The path, and whether the same file, or one of the same bytes, is there already.</returns>
    private (string Path, bool Exists) Place(ExternalFile file, List<string> copies, CancellationToken cancel)
    {
        string wanted = Path.GetFullPath(file.Location, Folder);
        string target = wanted;
        for (int i = 1; File.Exists(target) || Directory.Exists(target) || copies.Contains(target) || target == _target; i++)
        {
            if (File.Exists(target) && target != _target && (IsSame(target, file.Path) || HasSameBytes(target, file.Path, cancel)))
            {
                return (target, true);
            }

            target = string.Create(CultureInfo.InvariantCulture, $"{Path.ChangeExtension(wanted, null)}-{i}{Path.GetExtension(wanted)}");
        }

        return (target, false);
    }

    private static void Copy(string path, string target, FilesInPlace files, CancellationToken cancel)
    {
        using var from = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        using var to = files.Create(target, overwrites: false);
        var buffer = new byte[CopyBytes];
        for (int count = from.Read(buffer); count > 0; count = from.Read(buffer))
        {
            cancel.ThrowIfCancellationRequested();
            to.Write(buffer, 0, count);
        }
    }

    private static bool HasSameBytes(string path, string other, CancellationToken cancel)
    {
        using var left = File.OpenRead(path);
        using var right = File.OpenRead(other);
        if (left.Length != right.Length)
        {
            return false;
        }

        var (a, b) = (new byte[CopyBytes], new byte[CopyBytes]);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            int count = left.ReadAtLeast(a, a.Length, throwOnEndOfStream: false);
            int same = right.ReadAtLeast(b, b.Length, throwOnEndOfStream: false);
            if (count != same || !a.AsSpan(0, count).SequenceEqual(b.AsSpan(0, same)))
            {
                return false;
            }

            if (count == 0)
            {
                return true;
            }
        }
    }

    private static bool IsSame(string path, string other) => string.Equals(
        Resolved(path), Resolved(other), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    private static string Resolved(string path) =>
        File.Exists(path) ? new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path) : Path.GetFullPath(path);
}
