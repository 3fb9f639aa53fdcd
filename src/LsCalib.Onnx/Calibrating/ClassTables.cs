using System.Globalization;
using LsCalib.Core.Recalibration;
using LsCalib.Core.Recalibration.OneVsRest;

namespace LsCalib.Onnx.Calibrating;

/// <summary>
/// Functions of one class's probability by table: the place of p among the class's thresholds is found by halving, log₂ of
/// their number times Gather, Greater and Add, so that no tensor is larger than [M,K]. Tables are padded to a power of two.
/// </summary>
/// <param name="writer">Takes the nodes.</param>
/// <param name="path">Model file, for messages.</param>
/// <param name="calibrator">Whose tables they are.</param>
internal sealed class ClassTables(NodeWriter writer, string path, Calibrator calibrator)
{
    /// <summary>Numbers that a table may hold: 16 MiB of float64.</summary>
    private const int LargestTable = 1 << 21;

    /// <summary>
    /// How much thresholds of steps are raised, as a share of the distance to 0 or 1. Where they lie on probabilities of rows,
    /// which the runtime computes anew and may get an ulp higher, such a row must not fall off its step; near 1, where rows lie
    /// close together, they must not be carried past one.
    /// </summary>
    private const double Slack = 1e-11;

    /// <summary>The steps of each class at its probability.</summary>
    public string Steps(ClassSteps[] classes, string probabilities)
    {
        int size = SizeFor(classes.Max(steps => steps.Edges.Length));
        var place = Place(probabilities, [.. classes.Select(steps => steps.Edges.Select(edge => edge + (Slack * Math.Min(edge, 1 - edge))).ToArray())], size);
        return Look(place, [.. classes.Select(steps => steps.Values)], size);
    }

    /// <summary>The curve of each class at its probability: base + slope·(p − start) of the segment that p lies in.</summary>
    public string Curves(ClassCurve[] classes, string probabilities)
    {
        int size = SizeFor(classes.Max(curve => curve.Knots.Length));
        var place = Place(probabilities, [.. classes.Select(curve => curve.Knots)], size);
        var start = Look(place, [.. classes.Select(curve => curve.Knots.Prepend(curve.Knots[0]).ToArray())], size);
        var value = Look(place, [.. classes.Select(curve => curve.Values.Prepend(curve.Values[0]).ToArray())], size);
        var slope = Look(place, [.. classes.Select(Slopes)], size);
        return writer.Add("Add", value, writer.Add("Mul", slope, writer.Add("Sub", probabilities, start)));
    }

    private static double[] Slopes(ClassCurve curve)
    {
        var slopes = new double[curve.Knots.Length + 1];
        for (int i = 1; i < curve.Knots.Length; i++)
        {
            slopes[i] = (curve.Values[i] - curve.Values[i - 1]) / (curve.Knots[i] - curve.Knots[i - 1]);
        }

        return slopes;
    }

    private int SizeFor(int thresholds)
    {
        long size = 1;
        while (size < thresholds + 1L)
        {
            size *= 2;
        }

        return size * calibrator.ClassCount <= LargestTable
            ? (int)size
            : throw new ModelException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: method {calibrator.Method} with {thresholds} thresholds for each of {calibrator.ClassCount} classes would put tables of {size * calibrator.ClassCount} numbers into the graph; {LargestTable} is the most. Save the calibrator as JSON (-o calibrator.json), or choose a method with fewer parameters."));
    }

    /// <summary>For each [M,K]: k·size + how many thresholds of class k lie below p.</summary>
    private string Place(string probabilities, double[][] thresholds, int size)
    {
        var table = Table(thresholds, size, double.PositiveInfinity);
        var place = writer.Integers([.. thresholds.Select((_, k) => (long)k * size)], 1, thresholds.Length);
        for (int step = size / 2; step >= 1; step /= 2)
        {
            var probe = writer.Add("Gather", table, writer.Add("Add", place, writer.Integers([step - 1])));
            var above = writer.Cast(writer.Add("Greater", probabilities, probe), TensorType.Bool, TensorType.Int64);
            place = writer.Add("Add", place, writer.Add("Mul", above, writer.Integers([step])));
        }

        return place;
    }

    private string Look(string place, double[][] values, int size) => writer.Add("Gather", Table(values, size, 0), place);

    private string Table(double[][] rows, int size, double padding)
    {
        var table = new double[rows.Length * size];
        Array.Fill(table, padding);
        for (int k = 0; k < rows.Length; k++)
        {
            rows[k].CopyTo(table, k * size);
        }

        return writer.Numbers(table, table.Length);
    }
}
