using System.Globalization;

namespace LsCalib.Onnx.Running;

/// <summary>Where one input of the model takes its numbers from.</summary>
/// <param name="Declaration">The input as the model declares it.</param>
/// <param name="RowShape">Dimensions of one row.</param>
/// <param name="FirstFeature">Index of its first number in a row of features.</param>
/// <param name="FeatureCount">How many it takes.</param>
public sealed record InputPlan(TensorDeclaration Declaration, IReadOnlyList<long> RowShape, int FirstFeature, int FeatureCount)
{
    /// <summary>Number of rows that the model insists on in a batch, or null.</summary>
    public int? FixedBatch => Declaration.Shape is { Count: > 0 } shape && shape[0] > 0 ? (int)shape[0] : null;

    /// <summary>Fits the feature groups of the data to the model's inputs.</summary>
    /// <param name="path">Model file, for messages.</param>
    /// <param name="inputs">The model's inputs.</param>
    /// <param name="featureCounts">Features of each group, one group for each input in order.</param>
    /// <param name="rowShape">Dimensions of a row of a single input, or null: those that the model declares.</param>
    /// <param name="dataShapes">Dimensions of a row of each group in the data, where it has any: they fill what the model leaves open.</param>
    public static IReadOnlyList<InputPlan> Fit(
        string path, IReadOnlyList<TensorDeclaration> inputs, IReadOnlyList<int> featureCounts, IReadOnlyList<long>? rowShape, IReadOnlyList<IReadOnlyList<long>>? dataShapes = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(featureCounts);
        if (rowShape is not null && inputs.Count > 1)
        {
            throw new ModelException($"{path}: --input-shape is for models with one input; this one has {inputs.Count}.");
        }

        var plans = new List<InputPlan>();
        int first = 0;
        for (int i = 0; i < inputs.Count; i++)
        {
            plans.Add(new(inputs[i], RowShapeOf(path, inputs[i], featureCounts[i], rowShape, dataShapes?[i]), first, featureCounts[i]));
            first += featureCounts[i];
        }

        return plans;
    }

    private static long[] RowShapeOf(string path, TensorDeclaration input, int featureCount, IReadOnlyList<long>? given, IReadOnlyList<long>? inData)
    {
        string features = string.Create(CultureInfo.InvariantCulture, $"{featureCount} feature{(featureCount == 1 ? "" : "s")} a row");
        if (input.Shape is null && given is null)
        {
            return [featureCount];
        }

        var declared = input.Shape?.Skip(1).ToArray();
        if (given is not null && declared is not null && (declared.Length != given.Count || declared.Where((d, i) => d >= 0 && d != given[i]).Any()))
        {
            throw new ModelException($"{path}: --input-shape {string.Join(",", given)} contradicts input \"{input.Name}\" {input.ShapeText}.");
        }

        // Data that comes with a shape of its own must have this one: the same numbers in another order are another image.
        long[] wanted = given is not null ? [.. given] : declared!;
        if (inData is { Count: > 1 } && (inData.Count != wanted.Length || wanted.Where((d, i) => d >= 0 && d != inData[i]).Any()))
        {
            throw new ModelException($"{path}: input \"{input.Name}\" {input.ShapeText} takes rows of another shape than the data's [{string.Join(",", inData)}]. Transpose or reshape the data, or save it as [N,F] rows in the model's order.");
        }

        long[] shape = wanted;
        if (given is null && inData is not null && inData.Count == shape.Length && !shape.Where((d, i) => d >= 0 && d != inData[i]).Any())
        {
            shape = [.. inData];
        }

        int open = shape.Count(d => d < 0);
        long known = shape.Where(d => d >= 0).Aggregate(1L, (product, d) => product * d);
        if (open > 1)
        {
            throw new ModelException($"{path}: input \"{input.Name}\" {input.ShapeText} leaves {open} dimensions of a row open. Say them with --input-shape, such as --input-shape 1,28,28.");
        }

        if (open == 1 && known > 0 && featureCount % known == 0)
        {
            shape[Array.FindIndex(shape, d => d < 0)] = featureCount / known;
            known = featureCount;
        }

        return known == featureCount
            ? shape
            : throw new ModelException(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: input \"{input.Name}\" {input.ShapeText} takes {known} numbers a row, but the data has {features}. Check --feature-columns, --drop-columns and --input-shape."));
    }
}
