using LsCalib.Reports.Documents;

namespace LsCalib.Tests.Reports;

public sealed class DistinctNamesTests
{
    [Fact]
    public void Names_that_can_be_told_apart_stay_as_they_are()
    {
        string[] names = ["hard", "smooth", "another model of a long name, trained with care"];
        Assert.Equal(names, names.Select(name => DistinctNames.Of(names)[name]));
    }

    [Fact]
    public void Names_that_differ_in_the_middle_show_where()
    {
        string[] names = [.. Enumerable.Range(1, 12).Select(i => $"a-very-long-model-name-of-the-experiment-number-{i}-with-label-smoothing-2026")];
        var shown = DistinctNames.Of(names);
        Assert.Equal("…number-3-with-…", shown[names[2]]);
        Assert.Equal("…number-12-with-…", shown[names[11]]);
        Assert.Equal(12, shown.Values.Distinct().Count());
    }

    [Fact]
    public void Names_that_are_alike_still_are_numbered()
    {
        string[] names = ["left-aaaaaaaaaaaaaaaaaaaaaaaaaaaa1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-end", "left-aaaaaaaaaaaaaaaaaaaaaaaaaaaa2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-end", "right"];
        var shown = DistinctNames.Of(names);
        Assert.Equal(["1 left", "2 left", "3 right"], names.Select(name => shown[name][..Math.Min(shown[name].Length, name == "right" ? 7 : 6)]));
    }

    [Fact]
    public void A_name_within_another_keeps_a_character_of_its_own()
    {
        string[] names = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"];
        Assert.Equal(2, names.Select(name => DistinctNames.Of(names)[name]).Distinct().Count());
    }
}
