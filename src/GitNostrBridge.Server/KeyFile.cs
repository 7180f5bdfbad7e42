using System.Security.Cryptography;
using GitNostrBridge.Nostr;

namespace GitNostrBridge.Server;

/// <summary>A file that holds one secret key as nsec or hex, readable by its owner alone.</summary>
public static class KeyFile
{
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
    public static SecretKey Read(string path) => SecretKey.TryParse(File.ReadAllText(path).Trim(), out var existing)
        ? existing
        : throw new InvalidDataException($"{path} holds no secret key; expected one line `nsec1…` or 64 hex digits. Restore it, or remove the file to get a new key.");

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
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.WriteLine(key.ToNsec());
    }

    private static SecretKey NewKey()
    {
        using var random = RandomNumberGenerator.Create();
        return SecretKey.Generate(random);
    }
}
