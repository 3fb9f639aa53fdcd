using LsCalib.Data.Numpy;
using LsCalib.Tests.Data;

namespace LsCalib.Tests.Support;

/// <summary>Writes arrays for tests.</summary>
internal static class NpzFiles
{
    /// <summary>An .npz file of the arrays; a shape of null is that of one dimension.</summary>
    public static string Npz(this TemporaryFolder folder, string name, params (string Name, Array Values, long[]? Shape)[] arrays)
    {
        using var stream = File.Create(folder.File(name));
        using var npz = new NpzWriter(stream);
        foreach (var (array, values, shape) in arrays)
        {
            switch (values)
            {
                case float[] floats:
                    npz.Add(array, shape ?? [floats.Length], new[] { (ReadOnlyMemory<float>)floats });
                    break;
                case double[] doubles:
                    npz.Add(array, shape ?? [doubles.Length], new[] { (ReadOnlyMemory<double>)doubles });
                    break;
                case int[] integers:
                    npz.Add(array, shape ?? [integers.Length], new[] { (ReadOnlyMemory<int>)integers });
                    break;
            }
        }

        return folder.File(name);
    }

    /// <summary>An .npz file of logits in half precision.</summary>
    public static string HalfNpz(this TemporaryFolder folder, byte[] halves, string shape, int[] labels)
    {
        string path = folder.File($"{Guid.NewGuid()}.npz");
        using var archive = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Create);
        using (var stream = archive.CreateEntry("logits.npy").Open())
        {
            stream.Write(NpzTests.Npy("<f2", shape, halves));
        }

        using (var stream = archive.CreateEntry("labels.npy").Open())
        {
            stream.Write(NpzTests.Npy("<i4", $"({labels.Length},)", System.Runtime.InteropServices.MemoryMarshal.AsBytes(labels.AsSpan()).ToArray()));
        }

        return path;
    }
}
