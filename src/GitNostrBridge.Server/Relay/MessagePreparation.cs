using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>Does for all connections what costs processor time and needs no order: parsing, and verifying signatures.</summary>
public sealed class MessagePreparation(EventVerifier verifier, EventLimits eventLimits, CurrentLimits limits) : IDisposable
{
    // Enough to keep every core busy; beyond that more would only fill memory with messages that wait.
    private readonly SemaphoreSlim _slots = new(32 * Environment.ProcessorCount);

    private MessageLimits MessageLimits => new(limits.Now.FiltersPerRequest, limits.Now.ValuesPerFilter);

    /// <summary>Waits until there is room, then works in the background. The task in the answer never fails.</summary>
    public async Task<Task<PreparedMessage>> StartAsync(ReceivedMessage message, EventRate rate, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Task.Run(
            () =>
            {
                try
                {
                    return Prepare(message, rate);
                }
                finally
                {
                    _slots.Release();
                }
            },
            CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private PreparedMessage Prepare(ReceivedMessage message, EventRate rate)
    {
        var parsed = message is ReceivedMessage.Text text
            ? ClientMessage.Parse(text.Bytes, MessageLimits)
            : new ClientMessage.Malformed("messages are JSON text, not binary");
        return parsed switch
        {
            ClientMessage.Event { Published: var published } => new PreparedMessage(parsed, Refuse(published, rate)),
            ClientMessage.Auth { Answer: var answer } => new PreparedMessage(parsed, Refuse(answer, rate)),
            _ => new PreparedMessage(parsed),
        };
    }

    // The cheap questions come first, so that a flood costs no arithmetic.
    private byte[]? Refuse(NostrEvent nostrEvent, EventRate rate)
    {
        if (eventLimits.Problem(nostrEvent) is { } problem)
        {
            return OkMessages.Refused(nostrEvent.Id, MessagePrefix.Invalid, problem);
        }

        if (!rate.TryTake())
        {
            return OkMessages.Refused(nostrEvent.Id, MessagePrefix.RateLimited, $"{rate.PerMinute} events a minute are taken from one connection; send it again later");
        }

        var verification = verifier.Verify(nostrEvent);
        return verification is EventVerification.Genuine ? null : OkMessages.NotGenuine(nostrEvent.Id, verification);
    }
}
