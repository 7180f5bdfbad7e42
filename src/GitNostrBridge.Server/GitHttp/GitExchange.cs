using System.Globalization;
using GitNostrBridge.Git;
using Microsoft.AspNetCore.Http.Features;

namespace GitNostrBridge.Server;

/// <summary>How a git request ended.</summary>
public enum GitOutcome
{
    /// <summary>As the client asked.</summary>
    Answered,

    /// <summary>The server would not, and said why.</summary>
    Refused,

    /// <summary>The server would, but something broke.</summary>
    Failed,

    /// <summary>The client went before the end.</summary>
    Gone,
}

/// <summary>What is noted of one request of a git client while it is answered: its bytes, and how it ended.</summary>
public sealed class GitExchange
{
    private readonly Func<long> _received;
    private readonly Func<long> _sent;
    private readonly RepositoryResource _resource;

    private GitOutcome? _outcome;
    private bool _isProbe;

    private GitExchange(HttpContext context, RepositoryResource resource)
    {
        _resource = resource;
        var request = new BoundedStream(context.Request.Body, static () => long.MaxValue);
        var response = new CountedResponse(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        (context.Request.Body, _received, _sent) = (request, () => request.BytesRead, () => response.BytesSent);
        context.Features.Set<IHttpResponseBodyFeature>(response);
        Service = ServiceOf(context, resource);
        Protocol = UploadPackRun.VersionOf(GitResponse.ProtocolOf(context.Request)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>`upload-pack`, `receive-pack`, or `other`.</summary>
    public string Service { get; }

    /// <summary>`refs` for the advertisement, `pack` for what follows it.</summary>
    public string Step => _resource == RepositoryResource.InfoRefs ? "refs" : "pack";

    /// <summary>The version of git's protocol that the client asks for: `0`, `1` or `2`.</summary>
    public string Protocol { get; }

    /// <summary>Whether somebody wanted to push, and did not only ask whether he might.</summary>
    public bool IsPush => _resource == RepositoryResource.ReceivePack && !_isProbe;

    /// <summary>Bytes of the request's body, as they came.</summary>
    public long BytesReceived => _received();

    /// <summary>Bytes of the answer's body.</summary>
    public long BytesSent => _sent();

    /// <summary>Begins to count a request's bytes.</summary>
    public static GitExchange Begin(HttpContext context, RepositoryResource resource)
    {
        var exchange = new GitExchange(context, resource);
        context.Features.Set(exchange);
        return exchange;
    }

    /// <summary>Says how the request of this context ends, for a refusal or a failure in git's own protocol has the status 200.</summary>
    public static void End(HttpContext context, GitOutcome outcome) => context.Features.Get<GitExchange>()?.End(outcome);

    /// <summary>Says that the client only asks whether it may push (R17).</summary>
    public static void Probe(HttpContext context)
    {
        if (context.Features.Get<GitExchange>() is { } exchange)
        {
            exchange._isProbe = true;
        }
    }

    /// <summary>The first word counts: what came of the request, not what its end brings.</summary>
    public void End(GitOutcome outcome) => _outcome ??= outcome;

    /// <summary>How it ended; where nobody said so, the status does.</summary>
    public GitOutcome OutcomeOf(int status) => _outcome ?? status switch
    {
        >= StatusCodes.Status500InternalServerError and not StatusCodes.Status503ServiceUnavailable => GitOutcome.Failed,
        >= StatusCodes.Status400BadRequest => GitOutcome.Refused,
        _ => GitOutcome.Answered,
    };

    private static string ServiceOf(HttpContext context, RepositoryResource resource) => resource switch
    {
        RepositoryResource.UploadPack => "upload-pack",
        RepositoryResource.ReceivePack => "receive-pack",
        _ => context.Request.Query["service"].ToString() switch
        {
            "git-upload-pack" => "upload-pack",
            "git-receive-pack" => "receive-pack",
            _ => "other",
        },
    };
}
