namespace GitNostrBridge.Git;

/// <summary>A ref as clients may be told of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">The object that it stands for, itself or through others.</param>
/// <param name="Target">The ref that a symbolic one stands for in the end.</param>
/// <param name="Peeled">What a tag stands for in the end; zero: it is no tag.</param>
/// <param name="IsPeeledByObject">Whether the tag itself was read, and not packed-refs believed.</param>
/// <param name="IsHidden">Whether no client is told of it.</param>
internal readonly record struct AdvertisedRef(RefName Name, Oid Value, RefName? Target, Oid Peeled, bool IsPeeledByObject, bool IsHidden);
