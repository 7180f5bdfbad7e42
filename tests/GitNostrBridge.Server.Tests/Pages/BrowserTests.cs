using System.Text.Json;

namespace GitNostrBridge.Server.Tests;

/// <summary>The pages as Chromium shows them, in light and dark, on a phone and on a desk; see <see cref="BrowserVisit"/> for what it needs.</summary>
public sealed class BrowserTests(BrowserVisit visit) : IClassFixture<BrowserVisit>
{
    [Fact]
    public void Nothing_is_complained_about() => AssertNone("complaints");

    [Fact]
    public void Nothing_sticks_out_at_360_pixels() => AssertNone("wide");

    [Fact]
    public void Every_text_stands_out_from_what_is_behind_it() => AssertNone("faint");

    [Fact]
    public void Dark_is_dark_and_light_is_light()
    {
        foreach (var page in visit.Visits)
        {
            var red = int.Parse(Text(page, "paper").Split('(', ',')[1], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(Text(page, "colorScheme") == "dark", red < 128);
        }
    }

    [Fact]
    public void Everything_is_reached_by_the_keyboard_and_shows_that_it_is()
    {
        foreach (var page in visit.Visits)
        {
            var keyboard = page.GetProperty("keyboard");
            Assert.True(keyboard.GetProperty("wanted").GetInt32() > 4, Name(page));
            Assert.Equal(keyboard.GetProperty("wanted").GetInt32(), keyboard.GetProperty("reached").GetInt32());
            Assert.True(keyboard.GetProperty("inOrder").GetBoolean(), Name(page));
            Assert.Equal(0, keyboard.GetProperty("invisible").GetInt32());
        }
    }

    [Fact]
    public void The_first_stop_leads_past_the_navigation()
    {
        var skipping = visit.Findings.GetProperty("skipping");
        Assert.Equal(("Skip to the content", "content"), (Text(skipping, "first"), Text(skipping, "lands")));
    }

    [Fact]
    public void By_ear_a_page_has_landmarks_one_title_headings_in_steps_and_names_for_all_that_can_be_used()
    {
        foreach (var page in visit.Visits)
        {
            var nodes = page.GetProperty("tree").EnumerateArray().Select(node => (Role: Text(node, "role"), Name: Text(node, "name"), Level: Level(node))).ToList();
            foreach (var landmark in (string[])["banner", "main", "contentinfo"])
            {
                Assert.Single(nodes, node => node.Role == landmark);
            }

            var levels = nodes.Where(node => node.Role == "heading").Select(node => node.Level).ToList();
            Assert.Equal(1, levels[0]);
            Assert.Single(levels, level => level == 1);
            Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.True(pair.Second <= pair.First + 1, $"{Name(page)}: h{pair.First} is followed by h{pair.Second}"));
            Assert.All(
                nodes.Where(node => node.Role is "link" or "button" or "searchbox" or "textbox" or "navigation" or "heading" or "table" or "region" or "image"),
                node => Assert.False(string.IsNullOrWhiteSpace(node.Name), $"{Name(page)}: a {node.Role} has no name"));
        }

        Assert.Contains(visit.Visits.First().GetProperty("tree").EnumerateArray(), node => Text(node, "role") == "search");
    }

    [Fact]
    public void Looking_for_a_repository_and_opening_it_needs_no_script()
    {
        var search = visit.Findings.GetProperty("search");
        Assert.Contains($"?q={Scenario.Identifier}", Text(search, "url"), StringComparison.Ordinal);
        Assert.Equal([Scenario.Identifier], search.GetProperty("found").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(Scenario.Identifier, Text(search, "opened"));
        Assert.Empty(search.GetProperty("complaints").EnumerateArray());
    }

    private void AssertNone(string what) => Assert.Empty(
        visit.Visits.SelectMany(page => page.GetProperty(what).EnumerateArray().Select(finding => $"{Name(page)}: {finding}")));

    private static string Name(JsonElement page) => $"{Text(page, "address")} {Text(page, "colorScheme")} {page.GetProperty("width")}";

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static int Level(JsonElement node) => node.GetProperty("level").ValueKind == JsonValueKind.Number ? node.GetProperty("level").GetInt32() : 0;
}
