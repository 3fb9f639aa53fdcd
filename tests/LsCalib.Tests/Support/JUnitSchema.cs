using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace LsCalib.Tests.Support;

/// <summary>The schema of JUnit XML.</summary>
internal static class JUnitSchema
{
    private static readonly XmlSchemaSet Schema = Read();

    /// <summary>What of a document does not fit.</summary>
    public static List<string> Errors(XDocument document)
    {
        var errors = new List<string>();
        document.Validate(Schema, (_, problem) => errors.Add(problem.Message));
        return errors;
    }

    private static XmlSchemaSet Read()
    {
        using var file = XmlReader.Create(Path.Combine(SourceTree.Root!, "tests", "LsCalib.Tests", "Reports", "Gates", "junit.xsd"));
        var set = new XmlSchemaSet();
        set.Add(XmlSchema.Read(file, (_, problem) => throw problem.Exception)!);
        set.Compile();
        return set;
    }
}
