namespace GitNostrBridge.Nostr.Tests;

/// <summary>One line of BIP-340's own test vectors (bip-0340/test-vectors.csv).</summary>
internal sealed record Bip340Vector(byte[] Secret, byte[] PublicKey, byte[] Random, byte[] Message, byte[] Signature, bool IsValid)
{
    public static readonly IReadOnlyList<Bip340Vector> All = [.. ReadAll()];

    private static IEnumerable<Bip340Vector> ReadAll()
    {
        using var reader = new StreamReader(typeof(Bip340Vector).Assembly.GetManifestResourceStream("Bip340Vectors.csv")!);
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            var bytes = fields[1..6].Select(Convert.FromHexString).ToArray();
            yield return new(bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], fields[6] == "TRUE");
        }
    }
}
