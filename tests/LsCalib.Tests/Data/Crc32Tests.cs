using System.Text;
using LsCalib.Data.Numpy;

namespace LsCalib.Tests.Data;

public sealed class Crc32Tests
{
    [Fact]
    public void The_check_value_of_the_standard() => Assert.Equal(0xCBF43926u, Crc32.Append(0, Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void Folding_and_tables_agree_at_every_length_and_cut()
    {
        var data = new byte[1000];
        new Random(1).NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
        {
            uint byTable = ~Crc32.ByTable(~0u, data.AsSpan(0, length));
            Assert.Equal(byTable, Crc32.Append(0, data.AsSpan(0, length)));
            Assert.Equal(byTable, Crc32.Append(Crc32.Append(0, data.AsSpan(0, length / 3)), data.AsSpan(length / 3, length - (length / 3))));
        }
    }
}
