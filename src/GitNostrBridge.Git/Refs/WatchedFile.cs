using System.Text;

namespace GitNostrBridge.Git;

/// <summary>A file or folder, or the absence of one, that refs were read from, and its stamp from just before.</summary>
/// <param name="Path">The path, ending with a zero byte.</param>
/// <param name="Stamp">How it was.</param>
internal readonly record struct WatchedFile(byte[] Path, FileStamp Stamp)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The same file as something that has changed meanwhile.</summary>
    public WatchedFile Gone => this with { Stamp = FileStamp.Never };

    /// <summary>Looks at a path.</summary>
    public static WatchedFile Of(string path)
    {
        var bytes = FileStamp.PathBytes(path);
        return new WatchedFile(bytes, FileStamp.Of(bytes));
    }

    /// <summary>A whole file as text; null when it is no longer there, false when it is not UTF-8.</summary>
    public static bool TryReadText(string path, out string? text)
    {
        text = null;
        try
        {
            text = StrictUtf8.GetString(File.ReadAllBytes(path));
            return true;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>Whether it is as it was.</summary>
    public bool IsUnchanged() => FileStamp.Of(Path) == Stamp;
}
