using System.Diagnostics;
using System.Text.Json;

namespace GitNostrBridge.Server.Tests;

/// <summary>
/// Chromium's visit to the pages of one server, made once for all tests of it. The variable PLAYWRIGHT names the folder that
/// `npm install --prefix` has filled with playwright-core, and CHROMIUM the browser (else `/usr/bin/chromium`); without them the tests are skipped.
/// Pictures of the pages stay in the folder `pages` beside the tests' assembly, to be looked at.
/// </summary>
public sealed class BrowserVisit : IAsyncLifetime
{
    private static readonly TimeSpan TimeOut = TimeSpan.FromMinutes(4);

    private JsonElement? _findings;

    private string _reason = "";

    /// <summary>What was found; the test is skipped where there is no browser.</summary>
    public JsonElement Findings
    {
        get
        {
            if (_findings is null)
            {
                Assert.Skip(_reason);
            }

            return _findings.Value;
        }
    }

    /// <summary>What was found on each page, in each colour scheme and width.</summary>
    public IEnumerable<JsonElement> Visits => Findings.GetProperty("visits").EnumerateArray();

    public async ValueTask InitializeAsync()
    {
        var modules = Environment.GetEnvironmentVariable("PLAYWRIGHT") ?? "";
        var browser = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";
        if (!Directory.Exists(Path.Combine(modules, "node_modules", "playwright-core")) || !File.Exists(browser))
        {
            _reason = $"PLAYWRIGHT names no folder with node_modules/playwright-core, or there is no browser at {browser}";
            return;
        }

        await using var scenario = await Scenario.StartAsync();
        await scenario.Work.CommitAsync();
        await scenario.Work.OkAsync("branch", $"a-branch-{new string('x', 120)}");
        await scenario.Work.OkAsync("tag", "v1.0");
        await scenario.ServeAsync();
        await scenario.Work.CommitAsync();
        await scenario.SignAsync(scenario.Owner);
        for (var number = 1; number <= RepositoryList.PageSize; number++)
        {
            await ListedRepositories.ServeAsync(scenario.Server, $"orchard-{number}", "Apples, pears and what else grows here. " + (number == 3 ? new string('w', 200) : ""));
        }

        _findings = await VisitAsync(modules, browser, scenario, "/", new Uri(scenario.Url).AbsolutePath, "/?q=nothing-like-it", "/no-such-page", "/purgatory");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<JsonElement> VisitAsync(string modules, string browser, Scenario scenario, params string[] paths)
    {
        var script = Path.Combine(SourceTree.Root, "tests", "GitNostrBridge.Server.Tests", "Pages", "browser.mjs");
        var pictures = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "pages")).FullName;
        var start = new ProcessStartInfo("node", [script, modules, browser, pictures, scenario.Server.Here.Origin, Scenario.Identifier, .. paths])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var timeOut = new CancellationTokenSource(TimeOut);
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(timeOut.Token);
            var output = await process.StandardOutput.ReadToEndAsync(timeOut.Token);
            await process.WaitForExitAsync(timeOut.Token);
            Assert.True(process.ExitCode == 0, await errors);
            return JsonDocument.Parse(output).RootElement;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
