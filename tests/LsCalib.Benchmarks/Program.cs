using BenchmarkDotNet.Running;
using LsCalib.Benchmarks;

switch (args)
{
    case ["kernels", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(BenchmarkData).Assembly).Run(rest);
        break;
    case ["data", var folder]:
        BenchmarkData.Write(folder, 50_000);
        break;
    case ["data", var folder, var rows]:
        BenchmarkData.Write(folder, int.Parse(rows, System.Globalization.CultureInfo.InvariantCulture));
        break;
    case ["cold", var file]:
        ColdRun.Run(file);
        break;
    default:
        Console.Error.WriteLine("kernels [BenchmarkDotNet options] | data FOLDER [CSV ROWS] | cold FILE.npz");
        return 2;
}

return 0;
