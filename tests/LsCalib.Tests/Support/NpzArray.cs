using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using LsCalib.Tests.Data;

namespace LsCalib.Tests.Support;

/// <summary>An array as np.savez would write it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Descr">Element type.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Content">Its elements in C order.</param>
internal sealed record NpzArray(string Name, string Descr, long[] Shape, byte[] Content)
{
    public static NpzArray Of<T>(string name, string descr, T[] values, params long[] shape)
        where T : unmanaged => new(name, descr, shape.Length == 0 ? [values.Length] : shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>Text of a fixed number of UTF-32 characters.</summary>
    public static NpzArray OfText(string name, params string[] values)
    {
        int length = Math.Max(1, values.Max(text => text.EnumerateRunes().Count()));
        var content = new byte[4 * length * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            Encoding.UTF32.GetBytes(values[i]).CopyTo(content, 4 * length * i);
        }

        return new(name, string.Create(CultureInfo.InvariantCulture, $"<U{length}"), [values.Length], content);
    }

    /// <summary>A file of arrays of any element type.</summary>
    public static string Write(TemporaryFolder folder, params NpzArray[] arrays)
    {
        string path = folder.File($"{Guid.NewGuid()}.npz");
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var array in arrays)
        {
            using var stream = archive.CreateEntry(array.Name + ".npy").Open();
            string shape = string.Concat(array.Shape.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d},")));
            stream.Write(NpzTests.Npy(array.Descr, $"({shape})", array.Content));
        }

        return path;
    }
}
