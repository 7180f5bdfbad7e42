using System.Text.Json;
using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The verb `keys`: no secret is shown unless asked for, no key is written over.</summary>
public sealed class KeysVerbTests : IDisposable
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestFolder _folder = new();

    private readonly StringWriter _output = new();

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
    }

    [Fact]
    public void Show_prints_public_keys_and_secret_ones_only_when_asked()
    {
        var person = new Person();
        var file = _folder.Sub("key");
        KeyFile.Write(file, person.SecretKey);
        KeysVerb.Print([new NamedKeyFile("user", file), new NamedKeyFile("relay", _folder.Sub("none"))], withSecrets: false, asJson: false, _output);
        Assert.Contains(person.Npub, _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("relay  none yet", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("nsec1", _output.ToString(), StringComparison.Ordinal);
        KeysVerb.Print([new NamedKeyFile("user", file)], withSecrets: true, asJson: false, _output);
        Assert.Contains(person.SecretKey.ToNsec(), _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_as_json_names_the_relays_key()
    {
        await using var server = RunningServer.Start();
        await using (var relay = await server.ConnectAsync())
        {
            await relay.PublishAsync(new Person().Sign(1, []));
        }

        var run = await VerbScene.RunAsync(server, "keys", "show", "--json");
        Assert.True(run.Code == ExitCodes.Fine, run.All);
        var keys = JsonDocument.Parse(run.Output).RootElement.GetProperty("keys");
        Assert.Equal(KeyFile.Read(server.Folder.Sub("data", "relay-owner.nsec")).PublicKey.Hex, keys[0].GetProperty("hex").GetString());
        Assert.DoesNotContain("nsec1", run.All, StringComparison.Ordinal);
    }

    [Fact]
    public void New_makes_a_key_that_only_its_owner_can_read_and_never_writes_one_over()
    {
        var file = _folder.Sub("sub", "key");
        Assert.Equal(ExitCodes.Fine, KeysVerb.Make(file, _output));
        Assert.Equal(KeyFile.Read(file).PublicKey.ToNpub(), _output.ToString().Trim());
        Assert.Equal(OwnersOnly, File.GetUnixFileMode(file));
        Assert.Contains("is there already", Assert.Throws<VerbException>(() => KeysVerb.Make(file, _output)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_reads_a_key_and_refuses_what_is_none()
    {
        var person = new Person();
        var file = _folder.Sub("key");
        Assert.Throws<VerbException>(() => KeysVerb.Take(file, new StringReader("hello\n"), _output));
        Assert.False(File.Exists(file));
        Assert.Equal(ExitCodes.Fine, KeysVerb.Take(file, new StringReader(person.SecretKey.ToNsec() + "\n"), _output));
        Assert.Equal(person.Key, KeyFile.Read(file).PublicKey);
        Assert.Equal(OwnersOnly, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task The_program_makes_a_key_takes_one_from_its_input_and_shows_both()
    {
        var person = new Person();
        var made = await RunAsync("", "keys", "new", _folder.Sub("made"));
        Assert.Equal((ExitCodes.Fine, KeyFile.Read(_folder.Sub("made")).PublicKey.ToNpub()), (made.Code, made.Output.Trim()));
        var taken = await RunAsync(person.SecretKey.ToNsec() + "\n", "keys", "import", _folder.Sub("taken"));
        Assert.Equal((ExitCodes.Fine, person.Npub), (taken.Code, taken.Output.Trim()));
        var shown = await RunAsync("", "keys", "show", $"--Grasp:OwnerKeyFile={_folder.Sub("taken")}");
        Assert.StartsWith($"relay  {person.Npub}  ", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("nsec1", made.All + taken.All + shown.All, StringComparison.Ordinal);
    }

    private Task<TestGitResult> RunAsync(string input, params string[] words) => Verb.RunOnAsync(input, _folder.Path, _folder.Sub("home"), words);
}
