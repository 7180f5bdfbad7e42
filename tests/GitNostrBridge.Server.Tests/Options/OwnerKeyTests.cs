using GitNostrBridge.TestKit;

namespace GitNostrBridge.Server.Tests;

/// <summary>The relay's own key: a credential, a variable, or a file; what is broken is never replaced.</summary>
public sealed class OwnerKeyTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void A_credential_outranks_the_variable_and_the_variable_the_file()
    {
        using var folder = new TestFolder();
        var (credential, variable, file) = (new Person(), new Person(), new Person());
        File.WriteAllText(folder.Sub("relay_owner_nsec"), credential.SecretKey.ToNsec() + "\n");
        Write(folder.Sub("file"), file.SecretKey.ToNsec(), OwnerOnly);

        Assert.Equal((file.Key, folder.Sub("file")), Found(folder.Sub("file")));
        Assert.Equal((variable.Key, "NGIT_RELAY_OWNER_NSEC"), Found(folder.Sub("file"), ("NGIT_RELAY_OWNER_NSEC", variable.SecretKey.ToNsec())));
        Assert.Equal((credential.Key, "systemd credential"), Found(folder.Sub("file"), ("NGIT_RELAY_OWNER_NSEC", variable.SecretKey.ToNsec()), ("CREDENTIALS_DIRECTORY", folder.Path)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nsec1broken")]
    public void A_variable_without_a_key_is_unusable(string text) =>
        Assert.Contains("NGIT_RELAY_OWNER_NSEC", Unusable("no-file", ("NGIT_RELAY_OWNER_NSEC", text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("nsec1broken")]
    public void A_credential_without_a_key_is_unusable(string text)
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.Sub("relay_owner_nsec"), text);
        Assert.Contains("relay_owner_nsec", Unusable("no-file", ("CREDENTIALS_DIRECTORY", folder.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_others_may_read_is_unusable_and_it_is_told_what_to_do()
    {
        using var folder = new TestFolder();
        Write(folder.Sub("file"), new Person().SecretKey.ToNsec(), OwnerOnly | UnixFileMode.GroupRead);
        Assert.Contains("run `chmod 600 ", Unusable(folder.Sub("file")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nsec1broken")]
    public async Task A_file_without_a_key_stops_the_start_and_stays_as_it_is(string text)
    {
        using var folder = new TestFolder();
        Write(folder.Sub("file"), text, OwnerOnly);
        await using var server = ChildServer.Start(folder.Sub("run"), new Dictionary<string, string>(), "--Urls=http://127.0.0.1:0", $"--Grasp:OwnerKeyFile={folder.Sub("file")}");
        var (code, errors) = await server.ExitAsync();
        Assert.Equal(1, code);
        Assert.Contains("holds no secret key", errors, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(folder.Sub("file")));
    }

    [Fact]
    public void A_first_start_makes_a_file_for_its_owner_alone()
    {
        using var folder = new TestFolder();
        var made = RelayKey.Load(new Dictionary<string, string>(), folder.Sub("new", "file"));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(folder.Sub("new", "file")));
        Assert.Equal(made.PublicKey, RelayKey.Load(new Dictionary<string, string>(), folder.Sub("new", "file")).PublicKey);
    }

    private static (Nostr.PublicKey Key, string Origin) Found(string file, params (string Name, string Value)[] variables)
    {
        var found = Assert.IsType<OwnerKeyOutcome.Found>(OwnerKey.Find(variables.ToDictionary(entry => entry.Name, entry => entry.Value), file));
        return (found.Key.PublicKey, found.Origin);
    }

    private static string Unusable(string file, params (string Name, string Value)[] variables) =>
        Assert.IsType<OwnerKeyOutcome.Unusable>(OwnerKey.Find(variables.ToDictionary(entry => entry.Name, entry => entry.Value), file)).Problem;

    private static void Write(string path, string text, UnixFileMode mode)
    {
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
    }
}
