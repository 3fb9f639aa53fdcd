using System.Security.Cryptography;

namespace LsCalib.Data;

/// <summary>SHA-256 of files, computed beside other work.</summary>
public static class FileDigest
{
    /// <summary>Starts to digest a file; the task fails with the reading error.</summary>
    /// <returns>Lower-case hexadecimal.</returns>
    public static Task<string> Start(string path, CancellationToken cancel) => Task.Run(
        async () =>
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
            await using (stream.ConfigureAwait(false))
            {
                return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancel).ConfigureAwait(false));
            }
        },
        cancel);
}
