using System.Text;
using GitNostrBridge.Grasp;

namespace GitNostrBridge.Server;

/// <summary>What a successful push released, in words for the person who pushed.</summary>
internal static class PushReleaseText
{
    private const int MostLines = 5;

    /// <summary>A line an event, at most five.</summary>
    public static byte[] Of(ReleaseReport report)
    {
        var text = new StringBuilder();
        foreach (var released in report.Released.Take(MostLines))
        {
            text.Append("released: ").Append(EventWords.KindName(released.Kind)).Append(' ').Append(released.Id.Hex.AsSpan(0, 8)).Append(" is served now\n");
        }

        if (report.Released.Count > MostLines)
        {
            text.Append("released: ").Append(report.Released.Count - MostLines).Append(" more events\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
