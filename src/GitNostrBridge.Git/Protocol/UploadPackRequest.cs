using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace GitNostrBridge.Git;

/// <summary>A request of protocol version 2 to upload-pack (gitprotocol-v2): a command, what the client says of itself, and the command's arguments.</summary>
/// <param name="Command">Such as `ls-refs` or `fetch`.</param>
/// <param name="Capabilities">What came before the delimiter beside the command, such as `agent=git/2.39.5`, in the client's order.</param>
/// <param name="Arguments">What came after it, in the client's order.</param>
public sealed record UploadPackRequest(string Command, IReadOnlyList<string> Capabilities, IReadOnlyList<string> Arguments)
{
    private const string CommandStart = "command=";

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// Reads a whole body. False when it is not of the form that clients send: the command once and first, UTF-8 throughout, a flush at the end and nothing
    /// behind it. Then git is to be asked, which takes more or says what is wrong.
    /// </summary>
    public static bool TryRead(ReadOnlySequence<byte> body, [NotNullWhen(true)] out UploadPackRequest? request)
    {
        request = null;
        string? command = null;
        List<string> capabilities = [];
        List<string> arguments = [];
        var lines = capabilities;
        while (PktLine.TryRead(ref body, out var line) == PktRead.Line)
        {
            switch (line.Kind)
            {
                case PktKind.Data when TryDecode(line.Payload, out var text):
                    if (command is null && text.StartsWith(CommandStart, StringComparison.Ordinal))
                    {
                        command = text[CommandStart.Length..];
                    }
                    else if (command is null || (lines == capabilities && text.StartsWith(CommandStart, StringComparison.Ordinal)))
                    {
                        return false;
                    }
                    else
                    {
                        lines.Add(text);
                    }

                    break;
                case PktKind.Delimiter when command is not null && lines == capabilities:
                    lines = arguments;
                    break;
                case PktKind.Flush when command is not null && body.IsEmpty:
                    request = new UploadPackRequest(command, capabilities, arguments);
                    return true;
                default:
                    return false;
            }
        }

        return false;
    }

    // git takes one line feed off the end, and a line ends for it at a zero byte.
    private static bool TryDecode(ReadOnlySequence<byte> payload, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = StrictUtf8.GetString(payload);
        }
        catch (DecoderFallbackException)
        {
            text = null;
            return false;
        }

        text = text.EndsWith('\n') ? text[..^1] : text;
        return !text.Contains('\0', StringComparison.Ordinal);
    }
}
