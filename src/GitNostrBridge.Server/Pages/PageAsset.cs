using System.Security.Cryptography;

namespace GitNostrBridge.Server;

/// <summary>A file that the pages need, as it lies in the executable.</summary>
public sealed class PageAsset
{
    // A year: the link changes with the content.
    private const string Forever = "public, max-age=31536000, immutable";

    private readonly byte[] _content;
    private readonly string _contentType;

    internal PageAsset(string name, string contentType)
    {
        using var resource = typeof(PageAsset).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the executable");
        using var content = new MemoryStream();
        resource.CopyTo(content);
        (Name, _contentType, _content) = (name, contentType, content.ToArray());
        Link = $"{name}?v={Convert.ToHexStringLower(SHA256.HashData(_content))[..12]}";
    }

    /// <summary>Its path below the root of the service.</summary>
    public string Name { get; }

    /// <summary>How pages refer to it: browsers that know an older one ask anew.</summary>
    public string Link { get; }

    /// <summary>Answers with the content.</summary>
    public Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = _contentType;
        context.Response.ContentLength = _content.Length;
        context.Response.Headers.CacheControl = Forever;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(_content, context.RequestAborted).AsTask();
    }
}
