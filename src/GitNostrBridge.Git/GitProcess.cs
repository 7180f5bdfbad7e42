using System.Buffers;
using System.Runtime.ExceptionServices;
using CliWrap;

namespace GitNostrBridge.Git;

/// <summary>
/// The one door through which git is started: a known environment, arguments as a list, a time-out, bounded stderr,
/// and no process left behind when the caller gives up.
/// </summary>
public sealed class GitProcess
{
    private const int CopyBytes = 64 * 1024;

    private static readonly string[] ServerConfiguration =
    [
        // git's default syncs neither loose objects nor refs: a released event must not outlive its refs.
        "core.fsync=objects,reference",
        // Large blobs are streamed and not compared with one another: a stranger's push must not cost memory or minutes.
        "core.bigFileThreshold=8m",
        "pack.windowMemory=64m",
        "core.filesRefLockTimeout=2000",
        "gc.auto=0",
    ];

    private static readonly bool HasNice = OnPath.Has("nice");

    private readonly IReadOnlyDictionary<string, string?> _environment;

    private readonly string? _home;

    private readonly GitProcessMetrics? _metrics;

    private GitProcess(IReadOnlyDictionary<string, string?> environment, string? home, GitProcessMetrics? metrics)
    {
        _environment = environment;
        _home = home;
        _metrics = metrics;
    }

    /// <summary>
    /// git for hosted repositories: of the server's own environment only PATH and TMPDIR are kept; no system or user
    /// configuration is read; writes are durable; <see cref="GitCommand.Repository"/> is a bare repository.
    /// </summary>
    /// <param name="homeFolder">A folder of ours, made if absent, that stays empty.</param>
    /// <param name="metrics">Counts the processes, or null.</param>
    public static GitProcess ForServer(string homeFolder, GitProcessMetrics? metrics = null)
    {
        var home = Directory.CreateDirectory(homeFolder).FullName;
        var environment = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name is not ("PATH" or "TMPDIR"))
            .ToDictionary(name => name, _ => (string?)null);
        environment["HOME"] = home;
        environment["LC_ALL"] = "C";
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        environment["GIT_ATTR_NOSYSTEM"] = "1";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        return new GitProcess(environment, home, metrics);
    }

    /// <summary>git as the user who runs this program would start it, but that it never asks for anything.</summary>
    public static GitProcess ForUser() =>
        new(new Dictionary<string, string?> { ["GIT_TERMINAL_PROMPT"] = "0" }, home: null, metrics: null);

    /// <summary>Runs git to its end. A time-out is an exit (<see cref="GitExit.TimedOut"/>).</summary>
    /// <exception cref="OperationCanceledException">The caller gave up; git and its children are gone.</exception>
    /// <exception cref="IOException">Whatever reading the input or the output callback threw is passed on, after git was stopped.</exception>
    public async Task<GitExit> RunAsync(GitCommand command, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var run = new Run(command, ct);
        var arguments = ArgumentsOf(command);
        var git = Cli.Wrap(command.IsIdle && HasNice ? "nice" : "git")
            .WithArguments(command.IsIdle && HasNice ? ["-n", "19", "git", .. arguments] : arguments)
            .WithWorkingDirectory(_home ?? command.Repository ?? Environment.CurrentDirectory)
            .WithEnvironmentVariables(EnvironmentOf(command))
            .WithValidation(CommandResultValidation.None);
        return await (_metrics is null ? run.ExecuteAsync(git) : _metrics.CountAsync(command, () => run.ExecuteAsync(git)));
    }

    private IEnumerable<string> ArgumentsOf(GitCommand command)
    {
        var settings = new List<string>(command.Configuration);
        if (_home is not null)
        {
            settings.InsertRange(0, ServerConfiguration);
            if (command.Repository is not null)
            {
                settings.Add($"safe.directory={command.Repository}");
                yield return $"--git-dir={command.Repository}";
            }
        }
        foreach (var setting in settings)
        {
            yield return "-c";
            yield return setting;
        }
        foreach (var argument in command.Arguments)
        {
            yield return argument;
        }
    }

    private Dictionary<string, string?> EnvironmentOf(GitCommand command)
    {
        var environment = new Dictionary<string, string?>(_environment);
        foreach (var (name, value) in command.Environment)
        {
            environment[name] = value;
        }

        return environment;
    }

    /// <summary>One run: its deadline, its pipes, and the first thing that went wrong with them.</summary>
    private sealed class Run : IDisposable
    {
        private readonly GitCommand _command;
        private readonly CancellationToken _caller;
        private readonly CancellationTokenSource _stop;
        private readonly CancellationTokenSource _kill = new();
        private readonly ErrorText _errors = new();
        private ExceptionDispatchInfo? _fault;
        private Task _feeding = Task.CompletedTask;

        public Run(GitCommand command, CancellationToken ct)
        {
            _command = command;
            _caller = ct;
            _stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        }

        public async Task<GitExit> ExecuteAsync(Command git)
        {
            _stop.CancelAfter(_command.TimeOut);
            await using var escalation = _stop.Token.Register(() => _kill.CancelAfter(_command.Grace));
            try
            {
                var result = await git
                    .WithStandardInputPipe(_command.Input is null ? PipeSource.Null : PipeSource.Create(FeedAsync))
                    .WithStandardOutputPipe(PipeTarget.Create((stdout, _) => DrainAsync(stdout)))
                    .WithStandardErrorPipe(PipeTarget.Create(_errors.ReadAsync))
                    .ExecuteAsync(_kill.Token);
                _fault?.Throw(); // CliWrap passes over what looks like a broken pipe
                return new GitExit(result.ExitCode, _errors.ToString());
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                _caller.ThrowIfCancellationRequested();
                _fault?.Throw();
                return new GitExit(GitExit.TimedOutCode, $"git was stopped after {_command.TimeOut} {_errors}".TrimEnd());
            }
            finally
            {
                // The caller gets its input back only when nobody reads it any more.
                await _feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        public void Dispose()
        {
            _stop.Dispose();
            _kill.Dispose();
        }

        private async Task FeedAsync(Stream stdin, CancellationToken exited)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(exited, _stop.Token);
            await (_feeding = GuardAsync(() => CopyAsync(_command.Input!, stdin, ended.Token), ended.Token));
        }

        private async Task DrainAsync(Stream stdout)
        {
            // Output that nobody wants is read all the same: git dies of a closed pipe, and then tidies nothing up.
            var output = _command.Output ?? ((stream, ct) => stream.CopyToAsync(Stream.Null, ct));
            try
            {
                await GuardAsync(() => output(stdout, _stop.Token), _stop.Token);
            }
            finally
            {
                if (_stop.IsCancellationRequested)
                {
                    await stdout.CopyToAsync(Stream.Null, _kill.Token);
                }
            }
        }

        private async Task GuardAsync(Func<Task> pump, CancellationToken ended)
        {
            try
            {
                await pump();
            }
            catch (Exception error) when (!ended.IsCancellationRequested)
            {
                Interlocked.CompareExchange(ref _fault, ExceptionDispatchInfo.Capture(error), null);
                await _stop.CancelAsync();
                throw;
            }
        }

        private static async Task CopyAsync(Stream input, Stream stdin, CancellationToken ct)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
            try
            {
                int count;
                while ((count = await input.ReadAsync(buffer, ct)) > 0)
                {
                    try
                    {
                        await stdin.WriteAsync(buffer.AsMemory(0, count), ct);
                    }
                    catch (IOException)
                    {
                        return; // git reads no further; its exit code says why
                    }
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
