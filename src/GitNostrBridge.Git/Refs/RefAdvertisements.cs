namespace GitNostrBridge.Git;

/// <summary>
/// Answers, without starting git, what the refs alone decide: `info/refs` of either service, and ls-refs. Byte for byte what git would answer; where that
/// is not sure, null, and git is to be asked (<see cref="UploadPackRun"/>).
/// </summary>
public sealed class RefAdvertisements(RefCache cache, GitProcess git, BareRepositories repositories, TimeProvider time)
{
    // A probe takes some 30 ms. When it fails, something is wrong with git: the next one is worth while only after a time.
    private static readonly TimeSpan ProbeAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Task<AdvertisedCapabilities?>? _probe;
    private long _probed;

    /// <summary>Answers `info/refs`; null when git is to be asked.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="service">The service asked for.</param>
    /// <param name="gitProtocol">The Git-Protocol header; anything but `[a-z0-9=:.-]{1,64}` counts as absent.</param>
    /// <returns>The body, which is shared: it is not to be changed.</returns>
    public async ValueTask<byte[]?> AdvertiseAsync(BareRepository repository, GitService service, string? gitProtocol)
    {
        if (await CapabilitiesAsync().ConfigureAwait(false) is not { } capabilities || cache.Of(repository) is not { } refs)
        {
            return null;
        }

        return (service, UploadPackRun.VersionOf(gitProtocol)) switch
        {
            (GitService.UploadPack, 2) => capabilities.Version2,
            (GitService.UploadPack, 1) => Version1(refs.Answer("fetch", known => Advertisement.ForFetch(known, capabilities)), service, capabilities),
            (GitService.UploadPack, _) => refs.Answer("fetch", known => Advertisement.ForFetch(known, capabilities)),
            (_, 1) => Version1(refs.Answer("push", known => Advertisement.ForPush(known, capabilities)), service, capabilities),
            _ => refs.Answer("push", known => Advertisement.ForPush(known, capabilities)),
        };
    }

    /// <summary>Answers a request for ls-refs; null when it is another, or git is to be asked.</summary>
    /// <returns>The body, which is shared: it is not to be changed.</returns>
    public async ValueTask<byte[]?> ListAsync(BareRepository repository, UploadPackRequest request) =>
        await CapabilitiesAsync().ConfigureAwait(false) is { } capabilities
        && LsRefsArguments.TryRead(request, capabilities.Version2, out var arguments)
        && cache.Of(repository) is { } refs
            ? refs.Answer(arguments.Key, known => Advertisement.List(known, arguments))
            : null;

    private static byte[] Version1(byte[] version0, GitService service, AdvertisedCapabilities capabilities)
    {
        var header = UploadPackRun.ServiceHeader(service).Length;
        return [.. version0.AsSpan(0, header), .. capabilities.Version1Start, .. version0.AsSpan(header)];
    }

    private Task<AdvertisedCapabilities?> CapabilitiesAsync()
    {
        if (_probe is { IsCompletedSuccessfully: true, Result: not null } known)
        {
            return known;
        }

        lock (_gate)
        {
            if (_probe is null || (_probe.IsCompleted && time.GetElapsedTime(_probed) > ProbeAgainAfter))
            {
                _probed = time.GetTimestamp();
                _probe = ProbeAsync();
            }

            return _probe;
        }
    }

    private async Task<AdvertisedCapabilities?> ProbeAsync()
    {
        try
        {
            return await new CapabilityProbe(git, repositories).AskAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
