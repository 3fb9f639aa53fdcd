using LsCalib.Core.Recalibration;
using LsCalib.Core.Scores;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Core.Recalibration;

public sealed class MethodSelectionTests
{
    private static readonly CalibrationMethod[] Methods = [TemperatureMap.Definition, MixedTemperature.Definition];

    [Fact]
    public void An_overconfident_model_gets_a_temperature_and_not_what_is_no_better()
    {
        var (logits, labels) = Samples.Calibrated(2000, 4, 2, 2, 1);
        var selection = MethodSelection.Run(Methods, Samples.Logits(logits, 4), labels, new());
        Assert.Equal(["none", "temperature", "ts-mix"], selection.Trials.Select(trial => trial.Key));
        Assert.Equal("temperature", selection.Chosen.Key);
        Assert.True(selection.Chosen.FromUncalibrated.At(0.95)!.Upper < 0);
        Assert.True(selection.Trials[0].FromBest.Value > selection.Trials[0].FromBest.StandardError);
        Assert.Equal(0, selection.Best.FromBest.Value);
        Assert.Equal(selection.Trials.Min(trial => trial.Nll), selection.Best.Nll);
    }

    [Fact]
    public void A_calibrated_model_is_left_alone()
    {
        var (logits, labels) = Samples.Calibrated(2000, 4, 1, 2, 2);
        var selection = MethodSelection.Run(Methods, Samples.Logits(logits, 4), labels, new());
        Assert.Null(selection.Chosen.Method);
        Assert.Equal("none", selection.Chosen.Key);
    }

    [Fact]
    public void A_method_without_a_fit_takes_no_part()
    {
        // Every row right: no temperature, so the model as it is stays.
        var logits = new float[200];
        var labels = new int[100];
        for (int i = 0; i < 100; i++)
        {
            labels[i] = i % 2;
            logits[(2 * i) + labels[i]] = 1;
        }

        var selection = MethodSelection.Run(Methods, Samples.Logits(logits, 2), labels, new());
        Assert.Equal("none", selection.Chosen.Key);
        Assert.True(double.IsNaN(selection.Trials[1].Nll));
        Assert.NotNull(selection.Trials[1].CrossFit!.Failure);
    }

    [Fact]
    public void Probabilities_with_zeros_are_tried_too()
    {
        var (logits, labels) = Samples.Calibrated(300, 3, 1.5, 2, 4);
        var probabilities = new double[900];
        for (int i = 0; i < 300; i++)
        {
            var row = probabilities.AsSpan(3 * i, 3);
            for (int k = 0; k < 3; k++)
            {
                row[k] = logits[(3 * i) + k];
            }

            LsCalib.Core.Numerics.Softmax.InPlace(row);
        }

        (probabilities[0], probabilities[1], probabilities[2]) = (1, 0, 0);
        labels[0] = 1;
        var selection = MethodSelection.Run(Methods, Samples.Probabilities(probabilities, 3), labels, new());
        Assert.All(selection.Trials, trial => Assert.InRange(trial.Nll, 0.1, 3));
    }
}
