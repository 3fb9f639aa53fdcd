namespace LsCalib.Data.Numpy;

/// <summary>Sums what is read, and compares the sum with the entry's CRC-32 when the end is reached.</summary>
internal sealed class CheckedStream(Stream inner, uint expected, string name) : Stream
{
    private uint _crc;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static DataException Mismatch(string name) =>
        new($"{name}: its bytes do not match the checksum in the file (CRC-32): the file is damaged. Save or copy it again.");

    public override int Read(Span<byte> buffer)
    {
        int count = inner.Read(buffer);
        _crc = Crc32.Append(_crc, buffer[..count]);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Reads on to the end and compares.</summary>
    public void Finish()
    {
        var rest = new byte[4096];
        try
        {
            while (Read(rest) > 0)
            {
            }
        }
        catch (InvalidDataException)
        {
            throw Mismatch(name);
        }

        if (_crc != expected)
        {
            throw Mismatch(name);
        }
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
