using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Onnx;
using LsCalib.Onnx.Calibrating;

namespace LsCalib.Tests.Onnx.Calibrating;

/// <summary>The comparison of a written model with its calibrator, on numbers worked by hand.</summary>
public sealed class CalibratedModelCheckTests
{
    private static readonly TemperatureMap Halving = new(2, 10, 2);
    private static readonly ScoreMatrix Source = ScoreMatrix.From(ScoreKind.Logits, [0, 2 * Math.Log(3), 0, -2 * Math.Log(9)], 2);

    [Fact]
    public void Equal_probabilities_pass_whichever_way_they_are_given()
    {
        var probabilities = CalibratedModelCheck.Compare(Halving, Source, ScoreMatrix.From(ScoreKind.Probabilities, [0.25, 0.75, 0.9, 0.1], 2), TensorType.Float32);
        var logits = CalibratedModelCheck.Compare(Halving, Source, ScoreMatrix.From(ScoreKind.Logits, [5, 5 + Math.Log(3), 0, -Math.Log(9)], 2), TensorType.Float32);
        Assert.True(probabilities.Passes && logits.Passes);
        Assert.InRange(Math.Max(probabilities.LargestDeviation, logits.LargestDeviation), 0, 1e-15);
    }

    [Fact]
    public void The_largest_deviation_is_told_with_its_place()
    {
        var result = CalibratedModelCheck.Compare(Halving, Source, ScoreMatrix.From(ScoreKind.Probabilities, [0.25, 0.75, 0.9, 0.0999], 2), TensorType.Float32);
        Assert.False(result.Passes);
        Assert.Equal((1, 1, 0.0999), (result.Row, result.Class, result.Found));
        Assert.Equal(1e-4, result.LargestDeviation, 1e-12);
        Assert.Equal(0.1, result.Expected, 1e-12);
    }

    [Fact]
    public void A_changed_prediction_fails_where_the_method_promises_none()
    {
        var source = ScoreMatrix.From(ScoreKind.Logits, [0, 2e-6, 0, 1], 2);
        var written = ScoreMatrix.From(ScoreKind.Logits, [9e-6, 0, 0, 0.5], 2);
        var result = CalibratedModelCheck.Compare(Halving, source, written, TensorType.Float32);
        Assert.InRange(result.LargestDeviation, 0, 1e-5);
        Assert.Equal((1, 0, 0), (result.ChangedPredictionCount, result.FirstChangedRow, result.TiedPredictionCount));
        Assert.False(result.Passes);
        Assert.True(CalibratedModelCheck.Compare(new LsCalib.Core.Recalibration.Linear.VectorScaling(2, 9, [0.5, 0.5], [0, 0], false), source, written, TensorType.Float32).Passes);
    }

    [Fact]
    public void Scores_that_rounding_made_equal_are_ties()
    {
        var source = ScoreMatrix.From(ScoreKind.Logits, [1, 1 + 1e-9], 2);
        var result = CalibratedModelCheck.Compare(Halving, source, ScoreMatrix.From(ScoreKind.Probabilities, [0.5, 0.5], 2), TensorType.Float32);
        Assert.Equal((0, 1), (result.ChangedPredictionCount, result.TiedPredictionCount));
        Assert.True(result.Passes);
    }

    [Fact]
    public void A_score_that_is_no_number_fails()
    {
        var result = CalibratedModelCheck.Compare(Halving, Source, ScoreMatrix.From(ScoreKind.Probabilities, [0.25, 0.75, double.NaN, 0.1], 2), TensorType.Float32);
        Assert.False(result.Passes);
        Assert.Equal((1, 0), (result.Row, result.Class));
    }

    [Theory]
    [InlineData(TensorType.Float32, 100, 1e-5)]
    [InlineData(TensorType.Float32, 16777216, 1)]
    [InlineData(TensorType.Float16, 1, 5e-3)]
    [InlineData(TensorType.Float16, 1024, 0.5)]
    [InlineData(TensorType.Float64, 16777216, 1e-5)]
    public void Large_logits_are_allowed_what_their_rounding_costs(TensorType type, double size, double allowed)
    {
        var source = ScoreMatrix.From(ScoreKind.Logits, [2 * size, 2 * size], 2);
        Assert.Equal(allowed, CalibratedModelCheck.Compare(Halving, source, ScoreMatrix.From(ScoreKind.Logits, [size, size - 1], 2), type).Tolerance);
        Assert.Equal(CalibratedModelCheck.ToleranceOf(type), CalibratedModelCheck.Compare(Halving, source, ScoreMatrix.From(ScoreKind.Probabilities, [0.4, 0.6], 2), type).Tolerance);
    }

    [Fact]
    public void Half_precision_is_allowed_more() =>
        Assert.Equal((1e-5, 5e-3), (CalibratedModelCheck.ToleranceOf(TensorType.Float32), CalibratedModelCheck.ToleranceOf(TensorType.Float16)));
}
