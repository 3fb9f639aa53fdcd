namespace LsCalib.Data.Numpy;

/// <summary>Arrays whose first index runs fastest, as NumPy saves what was transposed or picked by columns.</summary>
internal static class FortranOrder
{
    /// <summary>The same elements with the last index running fastest.</summary>
    /// <param name="source">Elements with the first index running fastest.</param>
    /// <param name="shape">Dimensions, at least one.</param>
    /// <param name="size">Bytes of an element.</param>
    public static byte[] ToC(ReadOnlySpan<byte> source, ReadOnlySpan<long> shape, int size)
    {
        var target = new byte[source.Length];
        var strides = new long[shape.Length];
        long stride = size;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        var index = new long[shape.Length];
        long at = 0;
        for (int from = 0; from < source.Length; from += size)
        {
            source.Slice(from, size).CopyTo(target.AsSpan((int)at, size));
            for (int axis = 0; axis < shape.Length; axis++)
            {
                at += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                at -= shape[axis] * strides[axis];
                index[axis] = 0;
            }
        }

        return target;
    }
}
