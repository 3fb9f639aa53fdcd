using System.Xml.Linq;
using LsCalib.Reports.Gates;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Reports.Gates;

public sealed class GateJUnitTests
{
    public static TheoryData<string> Reports => GateReports.Names;

    [Theory]
    [MemberData(nameof(Reports))]
    public void Every_gate_fits_the_schema_and_its_counts_are_those_of_its_cases(string name)
    {
        var root = Root(name);
        Assert.Empty(JUnitSchema.Errors(root.Document!));
        var suite = root.Element("testsuite")!;
        Assert.Equal(GateReports.All[name].Result.Rules.Length, (int)suite.Attribute("tests")!);
        Assert.Equal(suite.Elements("testcase").Count(), (int)suite.Attribute("tests")!);
        Assert.Equal(suite.Descendants("failure").Count(), (int)suite.Attribute("failures")!);
        Assert.Equal(suite.Descendants("skipped").Count(), (int)suite.Attribute("skipped")!);
        Assert.Equal(0, (int)suite.Attribute("errors")!);
        Assert.DoesNotContain(root.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName is "time" or "timestamp" or "hostname");
        Assert.DoesNotContain(suite.Descendants("property"), property => (string)property.Attribute("value")! is "NaN" or "Infinity" or "-Infinity");
    }

    [Fact]
    public void The_schema_finds_what_does_not_fit()
    {
        Assert.NotEmpty(JUnitSchema.Errors(XDocument.Parse("<testsuites><testsuite name=\"x\" tests=\"-1\" failures=\"0\" errors=\"0\"/></testsuites>")));
        Assert.NotEmpty(JUnitSchema.Errors(XDocument.Parse("<testsuites><testsuite name=\"x\" tests=\"1\" failures=\"0\" errors=\"0\"><testcase name=\"a\" classname=\"b\"><properties/></testcase></testsuite></testsuites>")));
        Assert.NotEmpty(JUnitSchema.Errors(XDocument.Parse("<suite/>")));
    }

    [Fact]
    public void A_case_says_what_became_of_its_rule_and_why()
    {
        var cases = Root("all").Descendants("testcase").ToList();
        Assert.Equal(["system-out"], cases[0].Elements().Select(element => element.Name.LocalName));
        Assert.Equal("ece-15 max 0.05", (string)cases[0].Attribute("name")!);
        Assert.Equal("nll max-increase 2%", (string)cases[1].Attribute("name")!);
        Assert.Equal(
            "the interval of the worsening holds the tolerance; 5,000 rows detect a worsening of 0.0150 and more; about 21,000 rows would decide",
            (string)cases[1].Element("skipped")!.Attribute("message")!);
        Assert.Equal("at least 0.09 worse, and 0.005 is allowed", (string)cases[2].Element("failure")!.Attribute("message")!);
        Assert.Contains("worsening-upper = 0.1162\n", cases[2].Element("system-out")!.Value, StringComparison.Ordinal);
        Assert.Equal("ece-15[class=cat] max 0.05", (string)cases[5].Attribute("name")!);
    }

    [Fact]
    public void Values_are_properties()
    {
        var properties = Root("all").Descendants("property").ToLookup(property => (string)property.Attribute("name")!, property => (string)property.Attribute("value")!);
        Assert.Equal(["fail"], properties["decision"]);
        Assert.Equal(["0.0123"], properties["ece-15 max 0.05: value"]);
        Assert.Equal(["0.0211"], properties["ece-15 max 0.05: value-upper"]);
        Assert.Equal(["0.0163"], properties["ece-15 max 0.05: noise-floor-q95"]);
        Assert.Equal(["0.406"], properties["nll max-increase 2%: value"]);
        Assert.Equal(["0.008"], properties["nll max-increase 2%: tolerance"]);
        Assert.Equal(["21000"], properties["nll max-increase 2%: needed-rows"]);
        Assert.Equal(["inconclusive"], properties["nll max-increase 2%: decision"]);
        Assert.Equal([new string('d', 64)], properties["sha256 main.baseline"]);
    }

    [Fact]
    public void Names_of_others_are_read_back()
    {
        var names = Root("nasty names").Descendants("testcase").Select(element => (string)element.Attribute("name")!).ToList();
        Assert.Equal("accuracy[class=a|b] min 0.95", names[0]);
        Assert.Equal("nll[\"\"\"quoted\"\" 'name'\"=\"quoted\" 'name'] max-increase 2%", names[1]);
        Assert.Equal("accuracy[two\nlines\r\n=two\nlines\r\n] min 0.95", names[2]);
        Assert.Equal("nll[class=😀 ümlaut 汉字] max-increase 2%", names[3]);
        Assert.Equal("accuracy[class=\uFFFD\uFFFD\u2028] min 0.95", names[12]);
    }

    private static XElement Root(string name) => XDocument.Load(new MemoryStream(GateJUnit.Write(GateReports.All[name])), LoadOptions.PreserveWhitespace).Root!;
}
