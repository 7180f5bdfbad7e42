namespace GitNostrBridge.Storage;

/// <summary>What places a served event in an answer: newest first, then lowest id (NIP-01).</summary>
internal readonly record struct EventKey(long CreatedAt, byte[] Id, long Sequence) : IComparable<EventKey>
{
    /// <summary>Sorts, leaves each event once, and cuts off what lies beyond the newest <paramref name="most"/>.</summary>
    public static void KeepNewest(List<EventKey> keys, int most)
    {
        keys.Sort();
        var kept = 0;
        for (var index = 0; index < keys.Count && kept < most; index++)
        {
            if (kept == 0 || keys[kept - 1].Sequence != keys[index].Sequence)
            {
                keys[kept++] = keys[index];
            }
        }

        keys.RemoveRange(kept, keys.Count - kept);
    }

    /// <summary>Below zero when this one comes first.</summary>
    public int CompareTo(EventKey other) =>
        CreatedAt != other.CreatedAt ? other.CreatedAt.CompareTo(CreatedAt) : Id.AsSpan().SequenceCompareTo(other.Id);
}
