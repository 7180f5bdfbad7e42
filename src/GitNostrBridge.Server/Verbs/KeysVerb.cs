using System.CommandLine;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>The verb `keys`: the relay's key and the user's, shown by their public halves.</summary>
internal static class KeysVerb
{
    private const string Relay = "relay";

    /// <summary>The verb with those below it.</summary>
    public static Command Create(string[] settings) => new("keys", "Show, make or import the secret keys that this program uses.")
    {
        Show(settings), New(), Import(),
    };

    private static Command Show(string[] settings)
    {
        var secret = new Option<bool>("--secret") { Description = "Print the secret keys, too: nobody else may see them." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("show", "Print the public keys of the relay (Grasp:OwnerKeyFile) and of the user (`publish`).") { secret, json };
        command.SetAction((parse, _) => VerbRun.RunAsync(settings, read =>
        {
            var files = new[] { new NamedKeyFile(Relay, Path.GetFullPath(read.Options.Grasp.OwnerKeyFile)), new NamedKeyFile("user", PublishCommand.DefaultKeyFile) };
            return Task.FromResult(Print(files, parse.GetValue(secret), parse.GetValue(json), Console.Out));
        }));
        return command;
    }

    private static Command New()
    {
        var file = FileArgument("Where the new key goes; the file must not exist.");
        var command = new Command("new", "Make a secret key in a file that only you can read, and print its public key.") { file };
        command.SetAction((parse, _) => VerbRun.RunAsync([], _ => Task.FromResult(Make(parse.GetRequiredValue(file).FullName, Console.Out))));
        return command;
    }

    private static Command Import()
    {
        var file = FileArgument("Where the key goes; the file must not exist.");
        var command = new Command("import", "Read a secret key (nsec or 64 hex digits) from stdin into a file that only you can read.") { file };
        command.SetAction((parse, _) => VerbRun.RunAsync([], _ => Task.FromResult(Take(parse.GetRequiredValue(file).FullName, Console.In, Console.Out))));
        return command;
    }

    private static Argument<FileInfo> FileArgument(string description) => new("file") { Description = description };

    /// <summary>Prints the keys of those files that are there.</summary>
    internal static int Print(IReadOnlyList<NamedKeyFile> files, bool withSecrets, bool asJson, TextWriter output)
    {
        var found = files.Where(named => File.Exists(named.Path)).Select(named => (named.Name, named.Path, Key: KeyFile.Read(named.Path))).ToList();
        if (asJson)
        {
            JsonReport.Write(output, json => json.WriteObjects("keys", found, entry =>
            {
                json.WriteString("name", entry.Name);
                json.WriteString("npub", entry.Key.PublicKey.ToNpub());
                json.WriteString("hex", entry.Key.PublicKey.Hex);
                json.WriteString("file", entry.Path);
                if (withSecrets)
                {
                    json.WriteString("nsec", entry.Key.ToNsec());
                }
            }));
            return ExitCodes.Fine;
        }

        foreach (var (name, path, key) in found)
        {
            output.WriteLine($"{name,-6} {key.PublicKey.ToNpub()}  {path}{(withSecrets ? $"\n       {key.ToNsec()}" : "")}");
        }

        foreach (var absent in files.Where(named => !File.Exists(named.Path)))
        {
            output.WriteLine($"{absent.Name,-6} none yet: {absent.Path} is made when it is needed first{(absent.Name == Relay ? $", unless a credential or {OwnerKey.Variable} gives the key" : "")}");
        }

        return ExitCodes.Fine;
    }

    /// <summary>Makes a key.</summary>
    internal static int Make(string path, TextWriter output)
    {
        RequireAbsent(path);
        output.WriteLine(KeyFile.ReadOrCreate(path).PublicKey.ToNpub());
        return ExitCodes.Fine;
    }

    /// <summary>Takes a key from a reader.</summary>
    internal static int Take(string path, TextReader input, TextWriter output)
    {
        RequireAbsent(path);
        if (!SecretKey.TryParse(input.ReadLine()?.Trim(), out var key))
        {
            throw new VerbException("stdin holds no secret key", "Expected one line, `nsec1…` or 64 lower-case hex digits, such as `keys import FILE < key.txt`.");
        }

        KeyFile.Write(path, key);
        output.WriteLine(key.PublicKey.ToNpub());
        return ExitCodes.Fine;
    }

    private static void RequireAbsent(string path)
    {
        if (File.Exists(path))
        {
            throw new VerbException($"{path} is there already", "A key is never written over: give another file, or move this one away first.");
        }
    }
}

/// <summary>A key file and what it is for.</summary>
internal sealed record NamedKeyFile(string Name, string Path);
