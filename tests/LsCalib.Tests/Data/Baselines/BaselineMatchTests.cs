using LsCalib.Core.Comparison;
using LsCalib.Data;
using LsCalib.Data.Baselines;
using LsCalib.Tests.Support;
using static LsCalib.Tests.Support.BaselineSamples;

namespace LsCalib.Tests.Data.Baselines;

/// <summary>Whether a candidate's rows are those of a baseline.</summary>
public sealed class BaselineMatchTests : IDisposable
{
    private static readonly int[] Numbers = [.. Enumerable.Range(0, 30)];
    private static readonly int[] Shuffled = [.. Numbers.Select(i => i * 7 % 30)];
    private readonly TemporaryFolder _folder = new();
    private readonly RowResults _rows = Rows(30, 4);
    private readonly RowResults _others = Rows(30, 4, seed: 1, spread: 2.5);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_rows_fit_by_whatever_they_are_known()
    {
        foreach (var (identities, kind, words) in new[]
        {
            (Ids(Numbers), RowIdentityKind.RowId, "row id (\"id\")"),
            (Inputs(_rows), RowIdentityKind.Inputs, "the hash of inputs and label"),
            (RowIdentities.None, RowIdentityKind.RowNumber, "the data file (SHA-256), row number and label"),
        })
        {
            var baseline = RoundTrip(_folder, Of(_rows, identities));
            var match = BaselineMatch.To(baseline, Of(WithLabels(_rows.Labels), identities), Locate);
            Assert.Null(match.Order);
            Assert.Same(baseline, match.Aligned);
            Assert.Equal(kind, match.CheckedBy);
            Assert.Equal(words, match.Words);
            Assert.Null(match.Warning);
            var unknown = Of(_rows, identities);
            match = BaselineMatch.To(baseline, unknown with { Origin = unknown.Origin with { Data = [] } }, Locate);
            Assert.Equal(kind == RowIdentityKind.RowNumber, match.Warning is not null);
            Assert.Empty(match.Differences);
        }
    }

    [Fact]
    public void Ids_are_matched_in_any_order()
    {
        var baseline = RoundTrip(_folder, Of(_rows, Ids(Numbers)));
        var match = BaselineMatch.To(baseline, Of(_rows.Take(Shuffled), Ids(Shuffled)), Locate);
        Assert.Equal(Shuffled, match.Order!);
        Assert.True(match.Aligned.Rows.IsSame(_rows.Take(Shuffled)));
        Assert.Equal(Ids(Shuffled).Ids!, match.Aligned.Identities.Ids!);
        Assert.Equal("row id (\"id\")", match.Words);
    }

    [Fact]
    public void Another_order_without_ids_is_refused()
    {
        var inputs = Inputs(_rows);
        var turned = inputs with { Inputs = [.. Shuffled.Select(row => inputs.Inputs![row])] };
        var same = new RowResults(new int[30], _rows.Predicted, _rows.Confidence, _rows.TrueProbability, _rows.Brier, 4);
        Refused("new.csv, row 1: the rows are those of old, but from here on in another order", Of(same, inputs), Of(same, turned));
        Refused("new.csv, row", Of(_rows, inputs), Of(_rows.Take(Shuffled), turned));
        Refused("the label is", Of(_rows), Of(_rows.Take(Shuffled)));
    }

    [Fact]
    public void Other_inputs_labels_classes_and_counts_are_refused_with_the_first_difference()
    {
        var inputs = Inputs(_rows);
        var elsewhere = Of(_rows);
        Refused("was made on b.csv, another data file than old", Of(_rows), elsewhere with { Origin = elsewhere.Origin with { Data = [new("b.csv", new('c', 64))] } });
        ulong[] changed = [.. inputs.Inputs!];
        changed[4] ^= 1;
        changed[9] ^= 1;
        Refused("new.csv, row 4: the inputs are not those of the same row of old (2 of 30 rows differ): a baseline fits the data that it was made on, test.csv.", Of(_rows, inputs), Of(_rows, inputs with { Inputs = changed }));

        int[] labels = [.. _rows.Labels];
        labels[3] = (labels[3] + 1) % 4;
        string[] names = ["ape", "bee", "cat", "dog"];
        foreach (var identities in new[] { inputs, RowIdentities.None })
        {
            Refused(
                FormattableString.Invariant($"new.csv, row 3: the label is {labels[3]} (\"{names[labels[3]]}\"), but {_rows.Labels[3]} (\"{names[_rows.Labels[3]]}\") in the same row of old"),
                Of(_rows, identities) with { ClassNames = names }, Of(WithLabels(labels), identities) with { ClassNames = names });
        }

        Refused(FormattableString.Invariant($"new.csv, row 3: the label of row id \"r3\" is {labels[3]}, but {_rows.Labels[3]} in old"), Of(_rows, Ids(Numbers)), Of(WithLabels(labels), Ids(Numbers)));
        Refused("new.csv, row 29: the row id \"r30\" is not in old", Of(_rows, Ids(Numbers)), Of(_rows, Ids([.. Numbers[..29], 30])));
        Refused("new.csv: its rows have no ids, and old knows its rows by \"id\"", Of(_rows, Ids(Numbers)), Of(_rows, inputs));
        Refused("new.csv: 29 rows, but old has 30", Of(_rows), Of(_rows.Take(Numbers[..29])));
        Refused("new.csv: 5 classes, but old has 4", Of(_rows), Of(new RowResults(_rows.Labels, _rows.Predicted, _rows.Confidence, _rows.TrueProbability, _rows.Brier, 5)));
        Refused("new.csv: class 2 is \"cow\", but \"cat\" in old", Of(_rows) with { ClassNames = names }, Of(_rows) with { ClassNames = ["ape", "bee", "cow", "dog"] });
    }

    [Fact]
    public void Names_on_one_side_do_not_count_nor_do_hashes()
    {
        var named = Of(_rows, Inputs(_rows)) with { ClassNames = ["ape", "bee", "cat", "dog"] };
        var elsewhere = Of(_rows);
        var match = BaselineMatch.To(named, elsewhere with { Origin = elsewhere.Origin with { Data = [] } }, Locate);
        Assert.Equal(RowIdentityKind.RowNumber, match.CheckedBy);
        Assert.Contains("only the labels could be checked", match.Warning, StringComparison.Ordinal);
        Assert.Equal(RowIdentityKind.RowNumber, BaselineMatch.To(Of(_rows), Of(_rows, Ids(Numbers)), Locate).CheckedBy);
        Assert.Equal(RowIdentityKind.Inputs, BaselineMatch.To(named, Of(_rows, Ids(Shuffled) with { Inputs = Inputs(_rows).Inputs }), Locate).CheckedBy);
    }

    [Fact]
    public void Another_runtime_or_preprocessing_is_told()
    {
        var baseline = Of(_rows);
        var candidate = baseline with { Origin = baseline.Origin with { Device = "cuda:0", Preprocessing = "" } };
        Assert.Equal(
            ["inputs are preprocessed in another way: not at all; for the baseline x / 255", "the model runs on ONNX Runtime 9.9, cuda:0; for the baseline on ONNX Runtime 9.9, cpu"],
            BaselineMatch.To(baseline, candidate, Locate).Differences);
        Assert.Empty(BaselineMatch.To(baseline, candidate with { Origin = candidate.Origin with { IsModel = false } }, Locate).Differences);
    }

    [Fact]
    public void An_id_that_stands_twice_is_refused()
    {
        var error = Assert.Throws<DataException>(() => RowIdentities.None.WithIds("patient", ["a", "b", "a"], Locate));
        Assert.StartsWith("new.csv, row 2: the row id \"a\" of \"patient\" stands in new.csv, row 0 already", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Identities_are_the_first_bytes_of_sha_256()
    {
        // SHA-256 of "abc" begins ba7816bf8f01cfea (FIPS 180-4, example B.1).
        Assert.Equal(0xeacf018fbf1678baUL, RowIdentity.OfId("abc"));
        Assert.NotEqual(RowIdentity.OfInputs([1, 2]), RowIdentity.OfInputs([2, 1]));
        ulong[] all = [RowIdentity.OfRow(1, 0, 0), RowIdentity.OfRow(1, 1, 0), RowIdentity.OfRow(1, 0, 1), RowIdentity.OfRow(2, 0, 0)];
        Assert.Equal(4, all.Distinct().Count());
    }

    private RowResults WithLabels(int[] labels) => new(labels, _others.Predicted, _others.Confidence, _others.TrueProbability, _others.Brier, 4);

    private static void Refused(string message, Baseline baseline, Baseline candidate)
    {
        var error = Assert.Throws<DataException>(() => BaselineMatch.To(baseline with { Path = "old" }, candidate, Locate));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
