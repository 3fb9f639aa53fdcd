namespace LsCalib.Core.Recalibration.Linear;

/// <summary>Doubles that begin where a cache line does, so that no vector of whole rows straddles two.</summary>
internal sealed unsafe class AlignedDoubles
{
    private const int Line = 64;
    private readonly double[] _array;

    /// <param name="count">Doubles, all 0.</param>
    public AlignedDoubles(int count)
    {
        Count = count;
        _array = GC.AllocateArray<double>(count + (Line / sizeof(double)), pinned: true);
        fixed (double* first = _array)
        {
            Pointer = (double*)(((nuint)first + Line - 1) / Line * Line);
        }
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The first; good for as long as this object is held.</summary>
    public double* Pointer { get; }

    /// <summary>All of them.</summary>
    public Span<double> Span => new(Pointer, Count);
}
