using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.OnnxRuntime;

namespace LsCalib.Onnx.Running;

/// <summary>A batch of one input, in the element type that the model declares; used again and again.</summary>
internal abstract class InputBuffer(InputPlan plan, Action<double[]>? preprocess)
{
    private readonly double[] _row = new double[plan.FeatureCount];

    public InputPlan Plan { get; } = plan;

    public static InputBuffer Create(string path, InputPlan plan, Preprocessing preprocessing, int batchSize)
    {
        var preprocess = preprocessing.For(plan.Declaration.Name, plan.RowShape);
        return plan.Declaration.Type switch
        {
            TensorType.Float32 => new InputBuffer<float>(plan, preprocess, batchSize, ToFloat),
            TensorType.Float64 => new InputBuffer<double>(plan, preprocess, batchSize, static value => value),
            TensorType.Float16 => new InputBuffer<Float16>(plan, preprocess, batchSize, static value => ToHalf(value)),
            TensorType.Int64 => new InputBuffer<long>(plan, preprocess, batchSize, static value => (long)Whole(value, -9007199254740992, 9007199254740992, "int64")),
            TensorType.Int32 => new InputBuffer<int>(plan, preprocess, batchSize, static value => (int)Whole(value, int.MinValue, int.MaxValue, "int32")),
            TensorType.UInt8 => new InputBuffer<byte>(plan, preprocess, batchSize, static value => (byte)Whole(value, byte.MinValue, byte.MaxValue, "uint8")),
            var type => throw new ModelException($"{path}: input \"{plan.Declaration.Name}\" takes {type.ToString().ToLowerInvariant()}; float, double, float16, int64, int32 and uint8 are fed."),
        };
    }

    /// <summary>Puts a row of features into the batch.</summary>
    /// <exception cref="OverflowException">A number does not fit the element type; its message says which.</exception>
    public void Write(int row, ReadOnlySpan<double> features)
    {
        features.Slice(Plan.FirstFeature, Plan.FeatureCount).CopyTo(_row);
        preprocess?.Invoke(_row);
        Convert(row, _row);
    }

    /// <summary>Repeats the last row until the batch is full, for models that insist on a batch size.</summary>
    public abstract void Pad(int filled, int wanted);

    public abstract OrtValue ToValue(int rows);

    protected abstract void Convert(int row, double[] values);

    private static float ToFloat(double value)
    {
        float single = (float)value;
        return float.IsFinite(single) ? single : throw OutOfRange(value, "float32");
    }

    private static Float16 ToHalf(double value)
    {
        var half = (Half)value;
        return Half.IsFinite(half) ? new Float16(BitConverter.HalfToUInt16Bits(half)) : throw OutOfRange(value, "float16");
    }

    private static double Whole(double value, double least, double most, string type) =>
        value != Math.Floor(value) ? throw new OverflowException(string.Create(CultureInfo.InvariantCulture, $"the model takes whole numbers ({type}), and {value:R} is none. Check --feature-columns, --divide, --mean and --std."))
        : value < least || value > most ? throw OutOfRange(value, type)
        : value;

    private static OverflowException OutOfRange(double value, string type) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{value:R} does not fit the model's input type {type}. Check --feature-columns and --divide."));
}

/// <summary>A batch of one element type.</summary>
internal sealed class InputBuffer<T>(InputPlan plan, Action<double[]>? preprocess, int batchSize, Func<double, T> convert)
    : InputBuffer(plan, preprocess)
    where T : unmanaged
{
    private readonly T[] _values = new T[batchSize * plan.FeatureCount];

    public override void Pad(int filled, int wanted)
    {
        int length = Plan.FeatureCount;
        for (int row = filled; row < wanted; row++)
        {
            Array.Copy(_values, (filled - 1) * length, _values, row * length, length);
        }
    }

    public override OrtValue ToValue(int rows)
    {
        long[] shape = [rows, .. Plan.RowShape];
        return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _values.AsMemory(0, rows * Plan.FeatureCount), shape);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Convert(int row, double[] values)
    {
        var target = _values.AsSpan(row * Plan.FeatureCount, values.Length);
        if (typeof(T) == typeof(float))
        {
            // The usual type, without a call for each number; what overflows is found once and named below.
            var floats = MemoryMarshal.Cast<T, float>(target);
            var checks = Vector256<float>.Zero;
            int i = 0;
            for (; i + 8 <= values.Length; i += 8)
            {
                var eight = Vector256.Narrow(Vector256.Create(values, i), Vector256.Create(values, i + 4));
                checks += eight * Vector256<float>.Zero;
                eight.CopyTo(floats[i..]);
            }

            float check = Vector256.Sum(checks);
            for (; i < values.Length; i++)
            {
                floats[i] = (float)values[i];
                check += floats[i] * 0;
            }

            if (check == 0)
            {
                return;
            }
        }

        for (int k = 0; k < values.Length; k++)
        {
            target[k] = convert(values[k]);
        }
    }
}
