namespace GitNostrBridge.Server;

/// <summary>What the server takes and within which limits, in words.</summary>
public sealed class PolicyFacts(CurrentLimits current, PurgatoryOptions purgatory, CurrentPolicy policy)
{
    /// <summary>The policy as it is now.</summary>
    public Html Show()
    {
        var limits = current.Now;
        return Html.Of(
            $"""
            <p>{RelayInformation.CriteriaOf(policy.Read())}</p>
            <dl class="facts">
            {Fact("Waiting for git data", Span(purgatory.Lifetime))}
            {Fact("One push", Html.Of($"{Size(limits.PackBytes)}, {limits.ObjectsPerPush} objects, {limits.RefsPerPush} refs"))}
            {Fact("One repository", Html.Of($"{Size(limits.RepositoryBytes)}, {limits.RefsPerRepository} refs"))}
            {Fact("One event", Html.Of($"{Size(limits.EventBytes)}, {limits.TagsPerEvent} tags"))}
            {Fact("One connection", Html.Of($"{limits.EventsPerMinute} events a minute, {limits.SubscriptionsPerConnection} subscriptions"))}
            {Fact("One question", Html.Of($"{limits.FiltersPerRequest} filters, {limits.EventsPerFilter} events for each"))}
            </dl>
            <p class="quiet">The same in a form for programs: ask this address with <code>Accept: application/nostr+json</code> (NIP-11).</p>
            """);
    }

    private static Html Fact(string name, Html value) => Html.Of($"<dt>{name}</dt><dd>{value}</dd>");

    private static Html Span(TimeSpan span) =>
        span.TotalHours >= 1 ? Html.Of($"up to {(long)span.TotalHours} h") : span.TotalMinutes >= 1 ? Html.Of($"up to {(long)span.TotalMinutes} minutes") : Html.Of($"up to {(long)span.TotalSeconds} s");

    private static Html Size(long bytes) => bytes switch
    {
        >= 1L << 30 => Html.Of($"{bytes >> 30} GiB"),
        >= 1L << 20 => Html.Of($"{bytes >> 20} MiB"),
        >= 1L << 10 => Html.Of($"{bytes >> 10} KiB"),
        _ => Html.Of($"{bytes} bytes"),
    };
}
