using System.IO.Pipelines;
using GitNostrBridge.Git;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>One push on its way through <see cref="ReceivePack"/>.</summary>
/// <param name="Context">The request and its answer.</param>
/// <param name="Address">Whose repository is pushed to.</param>
/// <param name="Repository">The repository itself.</param>
/// <param name="Body">The request's body from its first byte: what was peeked is not consumed.</param>
/// <param name="Request">What was peeked.</param>
public sealed record Push(HttpContext Context, RepositoryAddress Address, BareRepository Repository, PipeReader Body, ReceivePackRequest Request)
{
    /// <summary>Cancelled when the client is gone.</summary>
    public CancellationToken Aborted => Context.RequestAborted;
}
