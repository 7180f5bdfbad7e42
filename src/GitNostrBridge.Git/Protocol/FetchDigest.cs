using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>
/// What a fetch asks for, as one hash: two requests with the same digest may have the same answer. What names the client (`agent`, `session-id`)
/// and the order of wants do not count; everything else does, in its order.
/// </summary>
public static class FetchDigest
{
    private const string Want = "want ";

    /// <summary>The digest in hex; null when the request is no fetch, in version 2 or before, that we understand wholly.</summary>
    public static string? Of(ReadOnlyMemory<byte> request)
    {
        var rest = new ReadOnlySequence<byte>(request);
        var lines = new List<string>();
        while (!rest.IsEmpty)
        {
            if (PktLine.TryRead(ref rest, out var line) != PktRead.Line)
            {
                return null;
            }

            // A mark that no line can be, for no line holds a line feed once its own is gone.
            lines.Add(line.Kind == PktKind.Data ? Encoding.Latin1.GetString(line.Payload).TrimEnd('\n') : $"\n{line.Kind}");
        }

        return lines.FirstOrDefault() switch
        {
            "command=fetch" => Hash(Version2(lines)),
            { } first when first.StartsWith(Want, StringComparison.Ordinal) => Hash(Version0(lines)),
            _ => null,
        };
    }

    // gitprotocol-v2: the command, capabilities, a delimiter, arguments, a flush.
    private static IEnumerable<string> Version2(List<string> lines)
    {
        var delimiter = lines.IndexOf($"\n{PktKind.Delimiter}");
        var capabilities = delimiter < 0 ? lines : lines[..delimiter];
        return [.. capabilities.Where(line => !NamesClient(line)), .. WantsFirst(delimiter < 0 ? [] : lines[delimiter..])];
    }

    // gitprotocol-pack: the first want carries the capabilities.
    private static IEnumerable<string> Version0(List<string> lines)
    {
        var words = lines[0].Split(' ');
        return ["", .. words[2..].Where(word => !NamesClient(word)), .. WantsFirst([string.Join(' ', words[..2]), .. lines[1..]])];
    }

    // upload-pack takes all wants before it looks at anything else, as a set.
    private static IEnumerable<string> WantsFirst(IReadOnlyCollection<string> lines) =>
        lines.Where(IsWant).Distinct().Order(StringComparer.Ordinal).Concat(lines.Where(line => !IsWant(line)));

    private static bool IsWant(string line) => line.StartsWith(Want, StringComparison.Ordinal);

    private static bool NamesClient(string capability) =>
        capability.StartsWith("agent=", StringComparison.Ordinal) || capability.StartsWith("session-id=", StringComparison.Ordinal);

    private static string Hash(IEnumerable<string> lines)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var line in lines)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, line.Length);
            hash.AppendData(length);
            hash.AppendData(Encoding.Latin1.GetBytes(line));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
