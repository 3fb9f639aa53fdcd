namespace LsCalib.Reports.Rendering;

/// <summary>The fonts of figures, shipped beside the program.</summary>
public sealed class FigureFonts
{
    private static readonly Lazy<FigureFonts> Instance = new(() => new FigureFonts());

    private FigureFonts()
    {
        Regular = Read("DejaVuSans.ttf");
        Bold = Read("DejaVuSans-Bold.ttf");
    }

    public static FigureFonts Shipped => Instance.Value;

    public TrueTypeFont Regular { get; }

    public TrueTypeFont Bold { get; }

    private static TrueTypeFont Read(string name) => new(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "fonts", name)));
}
