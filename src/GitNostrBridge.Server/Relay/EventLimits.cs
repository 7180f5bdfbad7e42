using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>What any event must keep to, whatever its kind (NIP-11 `limitation`).</summary>
public sealed class EventLimits(CurrentLimits limits, TimeProvider time)
{
    /// <summary>What is wrong with the event, for its sender to read, or null.</summary>
    public string? Problem(NostrEvent nostrEvent)
    {
        if (nostrEvent.Json.Length > limits.Now.EventBytes)
        {
            return $"an event may have {limits.Now.EventBytes} bytes; this one has {nostrEvent.Json.Length}";
        }

        if (nostrEvent.Tags.Count > limits.Now.TagsPerEvent)
        {
            return $"an event may have {limits.Now.TagsPerEvent} tags; this one has {nostrEvent.Tags.Count}";
        }

        if (nostrEvent.Tags.Any(tag => tag.Items.Any(item => item.Length > limits.Now.TagValueLength)))
        {
            return $"a value of a tag may have {limits.Now.TagValueLength} characters";
        }

        return nostrEvent.CreatedAt > time.GetUtcNow().ToUnixTimeSeconds() + limits.Now.FutureSeconds
            ? $"created_at is more than {limits.Now.FutureSeconds} seconds in the future; check the clock"
            : null;
    }
}
