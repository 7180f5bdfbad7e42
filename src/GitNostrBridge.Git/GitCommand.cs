namespace GitNostrBridge.Git;

/// <summary>One git command: its arguments, and what it reads and writes while it runs.</summary>
/// <param name="Arguments">The arguments after `git`, each passed as it stands (no shell).</param>
public sealed record GitCommand(IReadOnlyList<string> Arguments)
{
    /// <summary>The time that a command which moves a pack may take: a slow line must be able to bring 2 GiB.</summary>
    public static readonly TimeSpan PackTimeOut = TimeSpan.FromHours(1);

    /// <summary>The repository: of the server, its bare directory; of a user, the folder to work in. Null: none.</summary>
    public string? Repository { get; init; }

    /// <summary>Settings for this command and its children, `key=value` each.</summary>
    public IReadOnlyList<string> Configuration { get; init; } = [];

    /// <summary>Variables added to the environment; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>What git reads on stdin, streamed with back-pressure; null: nothing.</summary>
    public Stream? Input { get; init; }

    /// <summary>Reads stdout while git runs; returning early closes the pipe. Null: discarded.</summary>
    public Func<Stream, CancellationToken, Task>? Output { get; init; }

    /// <summary>After this time git is stopped.</summary>
    public TimeSpan TimeOut { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether git runs at the lowest priority, where the system has `nice`: nobody waits for it.</summary>
    public bool IsIdle { get; init; }

    /// <summary>
    /// When stopped, git sees its input end and has this long to end by itself before it and its children are killed. A command that
    /// writes needs it: killed, git leaves lock files and quarantines behind (and signals do not clear a quarantine since 2.38).
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.Zero;
}
