using BenchmarkDotNet.Attributes;
using LsCalib.Core.Calibrators;
using LsCalib.Core.Catalog;
using LsCalib.Core.Metrics;
using LsCalib.Core.Numerics;
using LsCalib.Core.Scores;
using LsCalib.Core.Statistics;

namespace LsCalib.Benchmarks;

/// <summary>The passes over the scores, by vector width, against a plain softmax loop.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private ScoreMatrix<float> _scores = null!;
    private int[] _labels = null!;
    private PredictionStatistics _statistics = null!;

    [Params(1_000, 10_000)]
    public int Rows { get; set; }

    [Params(10, 100, 1000)]
    public int Classes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (var logits, _labels) = BenchmarkData.Logits(Rows, Classes, 1);
        _scores = ScoreMatrix.From(ScoreKind.Logits, logits, Classes);
        _statistics = StatisticsPass.Run(_scores, _labels, RowScaling.None, 15);
    }

    [Benchmark(Baseline = true)]
    public double PlainSoftmax()
    {
        var row = new double[Classes];
        double sum = 0;
        for (int i = 0; i < Rows; i++)
        {
            _scores.CopyRow(i, row);
            Softmax.InPlace(row);
            sum += row[_labels[i]];
        }

        return sum;
    }

    [Benchmark]
    public object Statistics() => StatisticsPass.Run(_scores, _labels, RowScaling.None, 15);

    [Benchmark]
    public object StatisticsAvx2() => StatisticsPass.Run(_scores, _labels, RowScaling.None, 15, 1, VectorPath.Avx2);

    [Benchmark]
    public object StatisticsPortable() => StatisticsPass.Run(_scores, _labels, RowScaling.None, 15, 1, VectorPath.Portable);

    [Benchmark]
    public object Temperature() => TemperatureScaling.Fit(_scores, _labels);

    [Benchmark]
    public object CrossFit() => TemperatureScaling.CrossFit(_scores, _labels, 0);

    [Benchmark]
    public object Metrics() => new MetricSet().Compute(_scores, RowScaling.None, _statistics);
}
