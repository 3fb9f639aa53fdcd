using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace LsCalib.Data.Baselines;

/// <summary>
/// 64-bit identities of rows: the first eight bytes, little-endian, of a SHA-256. Two of a million rows share one with a
/// probability of 3e-8; ids cannot be read back.
/// </summary>
public static class RowIdentity
{
    private const int DigestLength = 32;

    /// <summary>Of a row id, as text.</summary>
    public static ulong OfId(string id) => Of(Encoding.UTF8.GetBytes(id));

    /// <summary>Of the inputs of a sample, in the order in which the model takes them, before --divide, --mean and --std.</summary>
    /// <param name="inputs">Finite numbers.</param>
    public static ulong OfInputs(ReadOnlySpan<double> inputs) => Of(MemoryMarshal.AsBytes(inputs));

    /// <summary>Of a row: a position of a sample, with its label.</summary>
    /// <param name="sample">Identity of the sample's inputs.</param>
    /// <param name="position">Index of the position in the sample; 0 where it has one.</param>
    /// <param name="label">Class of the row.</param>
    public static ulong OfRow(ulong sample, int position, int label)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, sample);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], position);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], label);
        return Of(bytes);
    }

    private static ulong Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[DigestLength];
        SHA256.HashData(bytes, digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }
}
