using System.CommandLine;
using System.Security.Cryptography;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>The verb `publish`: puts a git repository on a GRASP server, with nothing but git installed.</summary>
internal static class PublishCommand
{
    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        var path = new Argument<DirectoryInfo>("path") { Description = "The git repository to publish." };
        var server = new Option<Uri>("--to")
        {
            Description = "The GRASP server, such as http://127.0.0.1:7334.",
            Required = true,
            CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                ? uri
                : Fail(result, "--to must be an http or https URL, such as http://127.0.0.1:7334"),
        };
        var key = new Option<FileInfo?>("--key") { Description = "A file with your secret key (nsec or hex); made when absent. Default: a file in your configuration folder." };
        var name = new Option<string?>("--name") { Description = "The repository's identifier. Default: the folder's name." };
        var command = new Command("publish", "Announce a repository, sign the state of its branches and tags, push them, print the clone URL.") { path, server, key, name };
        command.SetAction((parse, cancellationToken) => RunAsync(
            parse.GetRequiredValue(path), parse.GetRequiredValue(server), parse.GetValue(key)?.FullName ?? DefaultKeyFile, parse.GetValue(name), cancellationToken));
        return command;
    }

    /// <summary>Where the user's key is unless he says otherwise.</summary>
    internal static string DefaultKeyFile => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "gitnostrbridge", "key.nsec");

    private static async Task<int> RunAsync(DirectoryInfo path, Uri server, string keyFile, string? name, CancellationToken cancellationToken)
    {
        using var random = RandomNumberGenerator.Create();
        var publication = new Publication(new EventSigner(Schnorr.Best, random), TimeProvider.System, Console.Out);
        switch (await publication.RunAsync(path.FullName, server, keyFile, name, cancellationToken).ConfigureAwait(false))
        {
            case PublicationResult.Published published:
                Console.WriteLine($"\nDone. Anybody can clone it now:\n  git clone {published.CloneUrl}");
                return 0;
            case PublicationResult.Failed failed:
                await Console.Error.WriteLineAsync($"\nNot published: {failed.Problem}\n  {failed.Advice}").ConfigureAwait(false);
                return 1;
            case var other:
                throw new InvalidOperationException(other.ToString());
        }
    }

    private static Uri? Fail(System.CommandLine.Parsing.ArgumentResult result, string problem)
    {
        result.AddError(problem);
        return null;
    }
}
