using static GitNostrBridge.Storage.Tests.TestEvent;

namespace GitNostrBridge.Storage.Tests;

/// <summary>NIP-50.</summary>
public sealed class SearchTests : StoreTest
{
    private static readonly NostrEvent Issue = With("The parser crashes on `refs/heads/Übung`", Alice, EventKinds.Issue, 1, ["subject", "Crash in ref-parser"]);

    [Theory]
    [InlineData("crash parser", true)]
    [InlineData("PARS", true)]
    [InlineData("üb", true)]
    [InlineData("heads/übung language:en include:spam", true)]
    [InlineData("arser", false)]
    [InlineData("crash lexer", false)]
    [InlineData("NOT crash OR \"", false)]
    public async Task Every_word_must_begin_a_word_of_the_text(string phrase, bool isFound)
    {
        await SavedAsync(Issue);
        await SavedAsync(With("crash parser übung", Alice, EventKinds.Comment, 2));
        var filter = new Filter { Search = SearchPhrase.Parse(phrase) };

        Assert.Equal(isFound ? [Issue.Id] : [], await QueryAsync(filter));
        Assert.Equal(isFound, FilterMatcher.Matches(filter, Issue));
    }

    [Fact]
    public async Task A_phrase_of_extensions_alone_is_no_condition()
    {
        await SavedAsync(Issue);

        Assert.Equal([Issue.Id], await QueryAsync(new Filter { Search = SearchPhrase.Parse(" domain:example.com ") }));
    }

    [Fact]
    public async Task What_is_replaced_or_deleted_is_found_no_longer()
    {
        await SavedAsync(With("old words", Alice, EventKinds.RepositoryAnnouncement, 1, ["d", "d"]));
        var newer = With("new words", Alice, EventKinds.RepositoryAnnouncement, 2, ["d", "d"], ["name", "Bridge"]);
        await SavedAsync(newer);

        Assert.Empty(await QueryAsync(new Filter { Search = SearchPhrase.Parse("old") }));
        Assert.Equal([newer.Id], await QueryAsync(new Filter { Search = SearchPhrase.Parse("bridge words") }));
        await DeleteAsync(Alice, [newer.Id]);
        Assert.Empty(await QueryAsync(new Filter { Search = SearchPhrase.Parse("words") }));
    }
}
