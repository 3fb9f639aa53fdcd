using System.Runtime.InteropServices;
using System.Text;
using LsCalib.Native;

namespace LsCalib.Reports.Rendering;

/// <summary>
/// Makes PNG files of SVG documents through libvips. Its functions end in optional arguments, closed by NULL; Apple's
/// Arm calling convention passes those on the stack, so the declarations fill the eight argument registers first,
/// with zeros that close the list where it is passed in registers.
/// </summary>
public static class Png
{
    private static readonly Lazy<Functions?> Library = new(Load);

    /// <summary>Why no PNG can be made here, or null.</summary>
    public static string? Problem => Library.Value is null ? "libvips is not there for this platform" : null;

    /// <summary>Renders an SVG document at twice its size.</summary>
    /// <returns>The PNG file.</returns>
    /// <exception cref="IOException">The renderer fails.</exception>
    public static byte[] FromSvg(string svg)
    {
        var functions = Library.Value ?? throw new IOException(Problem);

        // The renderer reads options out of file names, so it gets a plain name in a folder of ours.
        string folder = Directory.CreateTempSubdirectory("ls-calib-").FullName;
        try
        {
            string source = Path.Combine(folder, "figure.svg");
            string target = Path.Combine(folder, "figure.png");
            File.WriteAllText(source, svg);
            functions.Render(source + "[scale=2]", target);
            return File.ReadAllBytes(target);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Functions? Load()
    {
        foreach (string pattern in new[] { "libvips-cpp.so*", "libvips-42.dll", "libvips-cpp*.dylib", "libvips*.dll" })
        {
            foreach (string file in NativeFiles.Folders.SelectMany(folder => Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)))
            {
                if (NativeLibrary.TryLoad(file, out nint library) && NativeLibrary.TryGetExport(library, "vips_init", out _))
                {
                    var functions = new Functions(library);
                    return functions.Initialize() ? functions : null;
                }
            }
        }

        return null;
    }

    private sealed unsafe class Functions(nint library)
    {
        private readonly delegate* unmanaged<byte*, int> _init = (delegate* unmanaged<byte*, int>)NativeLibrary.GetExport(library, "vips_init");

        private readonly delegate* unmanaged<byte*, nint, nint, nint, nint, nint, nint, nint, nint, nint> _open =
            (delegate* unmanaged<byte*, nint, nint, nint, nint, nint, nint, nint, nint, nint>)NativeLibrary.GetExport(library, "vips_image_new_from_file");

        private readonly delegate* unmanaged<nint, byte*, nint, nint, nint, nint, nint, nint, nint, int> _write =
            (delegate* unmanaged<nint, byte*, nint, nint, nint, nint, nint, nint, nint, int>)NativeLibrary.GetExport(library, "vips_image_write_to_file");

        private readonly delegate* unmanaged<nint, void> _release = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "g_object_unref");
        private readonly delegate* unmanaged<byte*> _error = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "vips_error_buffer");

        public bool Initialize()
        {
            fixed (byte* name = "ls-calib\0"u8)
            {
                return _init(name) == 0;
            }
        }

        public void Render(string source, string target)
        {
            fixed (byte* sourceName = Encoding.UTF8.GetBytes(source + "\0"))
            fixed (byte* targetName = Encoding.UTF8.GetBytes(target + "\0"))
            {
                nint image = _open(sourceName, 0, 0, 0, 0, 0, 0, 0, 0);
                if (image == 0)
                {
                    throw new IOException("libvips: " + Message());
                }

                try
                {
                    if (_write(image, targetName, 0, 0, 0, 0, 0, 0, 0) != 0)
                    {
                        throw new IOException("libvips: " + Message());
                    }
                }
                finally
                {
                    _release(image);
                }
            }
        }

        private string Message() => (Marshal.PtrToStringUTF8((nint)_error()) ?? "unknown error").Trim();
    }
}
