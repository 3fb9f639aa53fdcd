using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using LsCalib.Core.Gates;
using LsCalib.Data;

namespace LsCalib.Cli.Gating;

/// <summary>A file of rules; its schema is gate-rules.schema.json. Comments and trailing commas are allowed in it.</summary>
/// <param name="Path">As the user typed it.</param>
/// <param name="Sha256">Lower-case hexadecimal digest of its bytes.</param>
/// <param name="Rules">At least one.</param>
/// <param name="Lines">The line of each rule, from 1.</param>
internal sealed record RulesFile(string Path, string Sha256, ImmutableArray<GateRule> Rules, ImmutableArray<int> Lines)
{
    /// <summary>The file that is read where no other is named.</summary>
    public const string DefaultPath = "ls-calib.gate.json";

    /// <summary>Version of the file's shape.</summary>
    public const int SchemaVersion = 1;

    private static readonly string[] RootMembers = ["$schema", "schemaVersion", "rules", "confidence", "onInconclusive"];

    /// <summary>Confidence level, two-sided; null where the file says nothing.</summary>
    public double? Confidence { get; init; }

    /// <summary>What becomes of an inconclusive gate, pass or fail; null where the file says nothing.</summary>
    public Decision? OnInconclusive { get; init; }

    /// <summary>Reads a file of rules.</summary>
    /// <exception cref="UsageException">It cannot be read, or a rule of it cannot be meant; names file and line.</exception>
    public static RulesFile Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(FileErrors.CannotRead(path, exception).Message);
        }

        var content = bytes.AsSpan(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
        if (content.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new UsageException($"{path}: is empty. Write {{ \"schemaVersion\": 1, \"rules\": [ … ] }}.");
        }

        var cursor = new JsonCursor(content, path);
        cursor.Read();
        var file = Root(ref cursor, path) with { Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
        if (RuleChecks.Contradiction(file.Rules) is var (first, second, problem))
        {
            throw new UsageException($"{path}, line {file.Lines[second]}: {problem}; the other is in line {file.Lines[first]}. Keep one.");
        }

        return file;
    }

    private static RulesFile Root(ref JsonCursor cursor, string path)
    {
        var file = new RulesFile(path, "", [], []);
        var seen = new HashSet<string>();
        cursor.Expect(JsonTokenType.StartObject, "the file");
        while (cursor.Member(RootMembers, seen) is { } name)
        {
            switch (name)
            {
                case "$schema":
                    cursor.String("$schema");
                    break;
                case "schemaVersion":
                    Version(cursor.Number("schemaVersion"), ref cursor);
                    break;
                case "confidence":
                    file = file with { Confidence = cursor.Number("confidence") is >= 0.5 and <= 0.999 and var level ? level : throw cursor.Problem("confidence is out of range; it is 0.5 to 0.999.") };
                    break;
                case "onInconclusive":
                    file = file with { OnInconclusive = cursor.Choice("onInconclusive", "pass", "fail") == "pass" ? Decision.Pass : Decision.Fail };
                    break;
                default:
                    file = Listed(ref cursor, file);
                    break;
            }
        }

        string? missing = !seen.Contains("schemaVersion") ? "schemaVersion" : !seen.Contains("rules") ? "rules" : null;
        if (missing is not null)
        {
            throw cursor.Problem($"\"{missing}\" is missing. Write {{ \"schemaVersion\": 1, \"rules\": [ … ] }}.");
        }

        cursor.Read();
        return file;
    }

    private static void Version(double version, ref JsonCursor cursor)
    {
        if (version != SchemaVersion)
        {
            throw cursor.Problem(FormattableString.Invariant($"schemaVersion is {version}; this ls-calib reads {SchemaVersion}.{(version > SchemaVersion ? " The file is of a newer one: update ls-calib." : "")}"));
        }
    }

    private static RulesFile Listed(ref JsonCursor cursor, RulesFile file)
    {
        var rules = ImmutableArray.CreateBuilder<GateRule>();
        var lines = ImmutableArray.CreateBuilder<int>();
        cursor.Expect(JsonTokenType.StartArray, "rules");
        while (cursor.Read() && cursor.Token != JsonTokenType.EndArray)
        {
            int line = cursor.Line;
            rules.Add(RuleReader.Read(ref cursor));
            lines.Add(line);
        }

        return rules.Count == 0
            ? throw cursor.Problem("rules is empty: a gate without rules would pass everything. Write { \"metric\": \"ece-15\", \"max\": 0.05 }.")
            : file with { Rules = rules.ToImmutable(), Lines = lines.ToImmutable() };
    }
}
