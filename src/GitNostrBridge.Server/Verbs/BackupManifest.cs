using System.Globalization;
using System.Text.Json;

namespace GitNostrBridge.Server;

/// <summary>One file of a backup.</summary>
/// <param name="Path">Relative to the backup's folder, with slashes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its checksum, lower-case hex.</param>
internal sealed record BackupFile(string Path, long Bytes, string Sha256);

/// <summary>What a backup holds; it is written last, so a folder without it is no backup.</summary>
/// <param name="TakenAt">When the database was copied: the moment that a restore goes back to.</param>
/// <param name="Program">The version that took it.</param>
/// <param name="Origin">Where the server was found: announcements name it, so a restored server needs the same Grasp:Domain.</param>
/// <param name="Repositories">Repositories in service.</param>
/// <param name="Files">All files but the manifest.</param>
internal sealed record BackupManifest(DateTimeOffset TakenAt, string Program, string Origin, int Repositories, IReadOnlyList<BackupFile> Files)
{
    /// <summary>The manifest's own name.</summary>
    public const string FileName = "manifest.json";

    private const int Format = 1;

    /// <summary>Writes it into a backup's folder, at once or not at all.</summary>
    public void Write(string folder)
    {
        var fresh = Path.Combine(folder, FileName + ".new");
        using (var stream = new FileStream(fresh, FileMode.Create, FileAccess.Write))
        {
            using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
            {
                json.WriteStartObject();
                json.WriteNumber("format", Format);
                json.WriteString("takenAt", TakenAt);
                json.WriteString("program", Program);
                json.WriteString("origin", Origin);
                json.WriteNumber("repositories", Repositories);
                json.WriteObjects("files", Files, file =>
                {
                    json.WriteString("path", file.Path);
                    json.WriteNumber("bytes", file.Bytes);
                    json.WriteString("sha256", file.Sha256);
                });
                json.WriteEndObject();
            }

            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, Path.Combine(folder, FileName), overwrite: true);
    }

    /// <summary>Reads the manifest of a backup's folder, or null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or names files outside of the backup.</exception>
    public static BackupManifest? TryRead(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var stream = File.OpenRead(path);
            using var json = JsonDocument.Parse(stream);
            return Read(json.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path} is damaged: {failure.Message}");
        }
    }

    /// <summary>The newest backup below a folder, or the folder itself when it is one; null when there is none.</summary>
    public static (string Folder, BackupManifest Manifest)? Newest(string folder)
    {
        if (TryRead(folder) is { } own)
        {
            return (folder, own);
        }

        var below = Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Where(path => !Path.GetFileName(path).StartsWith('.')) : [];
        foreach (var path in below.OrderByDescending(Path.GetFileName, StringComparer.Ordinal))
        {
            if (TryRead(path) is { } manifest)
            {
                return (path, manifest);
            }
        }

        return null;
    }

    private static BackupManifest Read(JsonElement root)
    {
        if (root.GetProperty("format").GetInt32() is var format && format != Format)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"it has format {format}, and this program knows format {Format}"));
        }

        var files = root.GetProperty("files").EnumerateArray()
            .Select(file => new BackupFile(file.GetProperty("path").GetString()!, file.GetProperty("bytes").GetInt64(), file.GetProperty("sha256").GetString()!))
            .ToList();
        return files.Find(file => !IsInside(file.Path)) is { } outside
            ? throw new FormatException($"{outside.Path} lies outside of the backup")
            : new BackupManifest(
                root.GetProperty("takenAt").GetDateTimeOffset(),
                root.GetProperty("program").GetString()!,
                root.GetProperty("origin").GetString()!,
                root.GetProperty("repositories").GetInt32(),
                files);
    }

    private static bool IsInside(string path) => path.Length > 0 && !Path.IsPathRooted(path) && !path.Split('/').Any(part => part is "" or "." or "..");
}
