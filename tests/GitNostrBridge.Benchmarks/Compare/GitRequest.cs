using System.Net.Http.Headers;
using System.Text;

namespace GitNostrBridge.Benchmarks;

/// <summary>One HTTP request of a git client, as `GIT_TRACE_PACKET` shows it for git 2.39.</summary>
/// <param name="Url">Where to.</param>
/// <param name="Version">The protocol version asked for.</param>
/// <param name="Body">For a POST; null for a GET.</param>
internal sealed record GitRequest(Uri Url, int Version, byte[]? Body)
{
    /// <summary>The body's media type.</summary>
    public const string ContentType = "application/x-git-upload-pack-request";

    private const string Agent = "agent=git/2.39.5";

    /// <summary>The header that asks for the version; empty for version 0, which has none.</summary>
    public string Protocol => Version == 0 ? "" : $"version={Version}";

    /// <summary>The capabilities or, in version 0, all refs.</summary>
    public static GitRequest InfoRefs(Uri repository, int version) => new(new Uri($"{repository}/info/refs?service=git-upload-pack"), version, null);

    /// <summary>The second request of `git ls-remote` in version 2.</summary>
    public static GitRequest ListRefs(Uri repository) => UploadPack(
        repository, Line("command=ls-refs\n") + Line(Agent) + Line("object-format=sha1") + "0001" + Line("peel\n") + Line("symrefs\n") + "0000");

    /// <summary>The last request of `git clone` in version 2.</summary>
    public static GitRequest WholeClone(Uri repository, IEnumerable<string> wants) => UploadPack(
        repository,
        Line("command=fetch") + Line(Agent) + Line("object-format=sha1") + "0001" + Line("thin-pack") + Line("no-progress") + Line("include-tag") + Line("ofs-delta")
            + string.Concat(wants.Select(want => Line($"want {want}\n"))) + Line("done\n") + "0000");

    /// <summary>A message for HttpClient; each is sent once.</summary>
    public HttpRequestMessage Message()
    {
        var message = new HttpRequestMessage(Body is null ? HttpMethod.Get : HttpMethod.Post, Url);
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        }

        if (Version > 0)
        {
            message.Headers.Add("Git-Protocol", Protocol);
        }

        return message;
    }

    private static GitRequest UploadPack(Uri repository, string body) => new(new Uri($"{repository}/git-upload-pack"), 2, Encoding.ASCII.GetBytes(body));

    private static string Line(string payload) => $"{payload.Length + 4:x4}{payload}";
}
