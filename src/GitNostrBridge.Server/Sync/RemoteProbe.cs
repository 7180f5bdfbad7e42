using GitNostrBridge.Git;

namespace GitNostrBridge.Server;

/// <summary>What a look at a clone URL has shown.</summary>
public abstract record ProbeResult
{
    private ProbeResult()
    {
    }

    /// <summary>git may fetch from here; all redirects have been followed and checked.</summary>
    public sealed record Ready(FetchRemote Remote) : ProbeResult;

    /// <summary>No connection to it may be made.</summary>
    /// <param name="Reason">Why, for operators alone.</param>
    public sealed record NotAllowed(string Reason) : ProbeResult;

    /// <summary>Nothing can be fetched from here now.</summary>
    public sealed record Failed(string Reason) : ProbeResult;
}

/// <summary>
/// Asks a clone URL's server whether it serves the repository, and follows its redirects, each through the guard: git itself would follow them
/// anywhere, so it is told to follow none.
/// </summary>
public sealed class RemoteProbe(EgressGuard guard)
{
    private const int MaxRedirects = 3;

    private const string Question = "/info/refs?service=git-upload-pack";

    private static readonly TimeSpan TimeOut = TimeSpan.FromSeconds(30);

    /// <summary>One request per redirect; only the head of each answer is read.</summary>
    public async Task<ProbeResult> ProbeAsync(string url, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeOut);
        try
        {
            for (var redirects = 0; redirects <= MaxRedirects; redirects++)
            {
                var decision = await guard.CheckGitAsync(url, patience.Token).ConfigureAwait(false);
                if (decision is not EgressDecision.Allowed allowed)
                {
                    return new ProbeResult.NotAllowed(((EgressDecision.Refused)decision).Reason);
                }

                var target = new Uri(allowed.Url.AbsoluteUri.TrimEnd('/') + Question);
                using var answer = await AskAsync(allowed, target, patience.Token).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode)
                {
                    return new ProbeResult.Ready(new FetchRemote(allowed.Url, allowed.Addresses));
                }

                if ((int)answer.StatusCode is not (>= 301 and <= 308) || answer.Headers.Location is not { } location)
                {
                    return new ProbeResult.Failed($"HTTP status {(int)answer.StatusCode}");
                }

                url = new Uri(target, location).AbsoluteUri;
                if (!url.EndsWith(Question, StringComparison.Ordinal))
                {
                    return new ProbeResult.Failed("redirected to something else than a repository");
                }

                url = url[..^Question.Length];
            }

            return new ProbeResult.Failed($"more than {MaxRedirects} redirects");
        }
        catch (HttpRequestException failure)
        {
            return new ProbeResult.Failed($"no answer: {failure.HttpRequestError}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ProbeResult.Failed($"no answer within {TimeOut}");
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(EgressDecision.Allowed allowed, Uri target, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(EgressGuard.HandlerFor(allowed));
        using var request = new HttpRequestMessage(HttpMethod.Get, target);

        // Some servers answer only what looks like git, and with version 2 they need not list their refs.
        request.Headers.TryAddWithoutValidation("User-Agent", $"git/gitnostrbridge-{ServerVersion.Text}");
        request.Headers.TryAddWithoutValidation("Git-Protocol", "version=2");
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
    }
}
