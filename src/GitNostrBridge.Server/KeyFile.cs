using System.Security.Cryptography;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>A file that holds one secret key as nsec or hex, readable by its owner alone.</summary>
public static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads the key, or makes a new one and writes it with mode 0600.</summary>
    /// <exception cref="InvalidDataException">The file is there and holds no key.</exception>
    public static SecretKey ReadOrCreate(string path)
    {
        if (File.Exists(path))
        {
            return Read(path);
        }

        var key = NewKey();
        Write(path, key);
        return key;
    }

    /// <summary>Reads the key.</summary>
    /// <exception cref="InvalidDataException">The file holds no key.</exception>
    public static SecretKey Read(string path) => Find(path) switch
    {
        KeyFileContent.Key key => key.SecretKey,
        KeyFileContent.Unusable unusable => throw new InvalidDataException(unusable.Problem),
        _ => throw new InvalidDataException($"{path} is not there"),
    };

    /// <summary>What is wrong with the permissions of a file that is there, and what to do; null when its owner alone may read and write it.</summary>
    public static string? WhyNotPrivate(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0
        ? $"{path} may be read or written by others than its owner: run `chmod 600 {path}`, and if somebody else may have read it, replace the key"
        : null;

    /// <summary>Looks for a key.</summary>
    public static KeyFileContent Find(string path)
    {
        if (!File.Exists(path))
        {
            return new KeyFileContent.Missing();
        }

        try
        {
            return SecretKey.TryParse(File.ReadAllText(path).Trim(), out var key)
                ? new KeyFileContent.Key(key)
                : new KeyFileContent.Unusable($"{path} holds no secret key; expected one line `nsec1…` or 64 hex digits. Restore it, or remove the file to get a new key.");
        }
        catch (UnauthorizedAccessException failure)
        {
            return new KeyFileContent.Unusable($"{path} cannot be read: {failure.Message}");
        }
    }

    /// <summary>Writes a key to a new file with mode 0600.</summary>
    /// <exception cref="IOException">The file is there already.</exception>
    public static void Write(string path, SecretKey key)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var stream = new FileStream(path, options);
        using (var writer = new StreamWriter(stream, leaveOpen: true))
        {
            writer.WriteLine(key.ToNsec());
        }

        // A crash must not leave an empty file, which would keep the next start from happening.
        stream.Flush(flushToDisk: true);
    }

    private static SecretKey NewKey()
    {
        using var random = RandomNumberGenerator.Create();
        return SecretKey.Generate(random);
    }
}

/// <summary>What is in a key file.</summary>
public abstract record KeyFileContent
{
    private KeyFileContent()
    {
    }

    /// <summary>A key.</summary>
    public sealed record Key(SecretKey SecretKey) : KeyFileContent;

    /// <summary>There is no file.</summary>
    public sealed record Missing : KeyFileContent;

    /// <summary>There is one, and it must not be used.</summary>
    public sealed record Unusable(string Problem) : KeyFileContent;
}
