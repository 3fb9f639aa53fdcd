using LsCalib.Core.Numerics;

namespace LsCalib.Core.Recalibration.Linear;

/// <summary>The inner loops of matrix fits. Every element is summed in one order, so that blocking changes no bits.</summary>
internal abstract unsafe class MatrixKernel
{
    /// <summary>Columns of a panel.</summary>
    public const int PanelWidth = 16;

    /// <summary>The kernel of a vector width.</summary>
    public static MatrixKernel Of(VectorPath path) => path switch
    {
        VectorPath.Avx512 => new MatrixKernel<Lanes512>(),
        VectorPath.Avx2 => new MatrixKernel<Lanes256>(),
        _ => new MatrixKernel<Lanes128>(),
    };

    /// <summary>Rounds up to whole panels.</summary>
    public static int Padded(int count) => (count + PanelWidth - 1) / PanelWidth * PanelWidth;

    /// <summary>Lays out rows as panels: sixteen rows side by side, feature by feature.</summary>
    /// <param name="rows">[rows, stride].</param>
    /// <param name="count">Rows, whole panels.</param>
    /// <param name="features">Features of a row that count.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="panels">Receives [rows/16, features, 16].</param>
    public static void Pack(ReadOnlySpan<double> rows, int count, int features, int stride, Span<double> panels)
    {
        for (int row = 0; row < count; row++)
        {
            var panel = panels[(((row / PanelWidth) * features * PanelWidth) + (row % PanelWidth))..];
            var source = rows.Slice(row * stride, features);
            for (int j = 0; j < source.Length; j++)
            {
                panel[j * PanelWidth] = source[j];
            }
        }
    }

    /// <summary>Products of rows with the columns of panels: u [rows, 16·panels].</summary>
    /// <param name="x">Rows [rows, stride].</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="features">Features summed over.</param>
    /// <param name="panels">[panels, features, 16].</param>
    /// <param name="panelCount">Number of panels.</param>
    /// <param name="u">Receives the products.</param>
    /// <param name="target">From one row of u to the next.</param>
    public abstract void Products(double* x, int stride, int rows, int features, double* panels, int panelCount, double* u, int target);

    /// <summary>Adds Σ r·xᵀ over rows: sums [left, stride].</summary>
    /// <param name="r">Left factors [rows, leftStride].</param>
    /// <param name="leftStride">From one row of r to the next.</param>
    /// <param name="left">Left factors of a row, a multiple of 4.</param>
    /// <param name="x">Right factors [rows, stride], whole panels.</param>
    /// <param name="stride">From one row of x, and of the sums, to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="sums">What is added to.</param>
    public abstract void AddOuter(double* r, int leftStride, int left, double* x, int stride, int rows, double* sums);

    /// <summary>Replaces logits by probabilities, and what fills the row up by 0.</summary>
    /// <param name="u">Logits [padded].</param>
    /// <param name="count">K.</param>
    /// <param name="padded">K rounded up.</param>
    /// <returns>ln Σ exp of the logits.</returns>
    public abstract double Softmax(double* u, int count, int padded);

    /// <summary>Replaces the changes u of logits by those of probabilities: p·(u − Σ p·u).</summary>
    public abstract void SoftmaxChange(double* p, double* u, int padded);

    /// <summary>target = factor·source.</summary>
    public abstract void Scale(double* source, double factor, double* target, int count);

    /// <summary>Inverts a symmetric positive definite matrix in place (Gauss and Jordan), without exchanges of rows.</summary>
    /// <param name="matrix">[size, stride], whole panels.</param>
    /// <param name="size">Rows.</param>
    /// <param name="stride">From one row to the next.</param>
    public abstract void Invert(double* matrix, int size, int stride);
}
