using System.CommandLine;
using System.Globalization;
using LsCalib.Cli;
using LsCalib.Cli.Terminal;
using LsCalib.Tests.Support;

namespace LsCalib.Tests.Cli;

/// <summary>Options without value, and options that are none.</summary>
public sealed class OptionErrorTests
{
    private static readonly string[] Options = [.. Commands(Root(), "").SelectMany(each => each.Command.Options
        .Where(option => option.Arity.MaximumNumberOfValues > 1).Select(option => $"{each.Path}{option.Name}"))];

    public static TheoryData<string> Repeatable => [.. Options];

    [Theory]
    [MemberData(nameof(Repeatable))]
    public void One_of_several_without_a_value_is_refused(string words)
    {
        string option = words.Split(' ')[^1];
        var run = CommandLine.Run([.. words.Split(' '), "1", option]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{option}: needs a value", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void The_rules_of_a_gate_are_among_them() => Assert.Contains("gate --max", Options);

    [Theory]
    [InlineData("Unrecognized option '--maxx'. Did you mean --max?", "gate", "--predictions", "p.csv", "--maxx", "nll=2")]
    [InlineData("Unrecognized option '--maxx'. Did you mean --max?", "gate", "model.onnx", "--data", "d.csv", "--maxx=nll=2")]
    [InlineData("Unrecognized option '--prediction'. Did you mean --predictions?", "gate", "--prediction", "p.csv", "--max", "nll=2")]
    [InlineData("Unrecognized option '--zzz'. A file of that name is written ./--zzz.", "baseline", "show", "--zzz")]
    [InlineData("Unrecognized option '--quite'. Did you mean --quiet?", "explain-change", "a", "b", "--quite")]
    public void A_mistyped_option_is_told_alone_with_what_was_meant(string message, params string[] arguments)
    {
        var run = CommandLine.Run(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"error: {message}", run.Error.Split('\n')[0]);
        Assert.StartsWith("Run 'ls-calib ", run.Error.Split('\n')[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gate")]
    [InlineData("explain-change")]
    public void Help_does_not_offer_what_is_always_refused(string command) =>
        Assert.DoesNotContain("--weight-column", CommandLine.Run(command, "--help").Output, StringComparison.Ordinal);

    private static RootCommand Root() => App.Root(new(new StringWriter(CultureInfo.InvariantCulture), new StringWriter(CultureInfo.InvariantCulture), _ => new TerminalProfile(80, false, true, false), []));

    private static IEnumerable<(Command Command, string Path)> Commands(Command command, string path) =>
        command.Subcommands.SelectMany(each => Commands(each, $"{path}{each.Name} ")).Prepend((command, path));
}
