namespace GitNostrBridge.Server.Tests;

/// <summary>Settings may stand anywhere among a verb's words.</summary>
public sealed class SettingArgumentsTests
{
    [Fact]
    public void Settings_are_told_from_the_verbs_own_words()
    {
        var (words, settings) = SettingArguments.Split(
            ["backup", "--Storage:GitPath=/a", "/backups", "--json", "--Grasp:Domain", "example.org", "--to=http://h:1", "--Urls=http://h:2", "http://h:3"]);
        Assert.Equal(["backup", "/backups", "--json", "--to=http://h:1", "http://h:3"], words);
        Assert.Equal(["--Storage:GitPath=/a", "--Grasp:Domain", "example.org", "--Urls=http://h:2"], settings);
    }
}
