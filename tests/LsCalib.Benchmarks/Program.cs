using System.Globalization;
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
        BenchmarkData.Write(folder, int.Parse(rows, CultureInfo.InvariantCulture));
        break;
    case ["cold", var file]:
        ColdRun.Run(file);
        break;
    case ["calibrators", var file, var rows, .. var methods]:
        CalibratorRun.Run(file, int.Parse(rows, CultureInfo.InvariantCulture), methods);
        break;
    case ["coverage-regular", var simulations, .. var sizes]:
        CoverageSimulation.RunRegular(int.Parse(simulations, CultureInfo.InvariantCulture), [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
        break;
    case ["coverage" or "coverage-weighted", var simulations, .. var sizes]:
        CoverageSimulation.Run(int.Parse(simulations, CultureInfo.InvariantCulture), args[0] == "coverage-weighted", [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
        break;
    case ["gate", var simulations, .. var sizes]:
        GateSimulation.Run(int.Parse(simulations, CultureInfo.InvariantCulture), [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
        break;
    case ["gate-cells", var simulations, .. var sizes]:
        GateSimulation.RunCells(int.Parse(simulations, CultureInfo.InvariantCulture), [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
        break;
    case ["gate-kernels", var simulations, .. var sizes]:
        GateSimulation.RunKernels(int.Parse(simulations, CultureInfo.InvariantCulture), [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
        break;
    case ["gate-rankings", var simulations, .. var sizes]:
        GateSimulation.RunRankings(int.Parse(simulations, CultureInfo.InvariantCulture), [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
        break;
    default:
        Console.Error.WriteLine("kernels [BenchmarkDotNet options] | data FOLDER [CSV ROWS] | cold FILE.npz | calibrators FILE.npz ROWS [METHOD…] | coverage|coverage-regular|coverage-weighted SIMULATIONS ROWS… | gate|gate-cells|gate-kernels|gate-rankings SIMULATIONS ROWS…");
        return 2;
}

return 0;
