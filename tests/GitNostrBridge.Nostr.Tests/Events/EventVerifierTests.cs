namespace GitNostrBridge.Nostr.Tests;

public sealed class EventVerifierTests
{
    private readonly EventVerifier _verifier = new(Schnorr.Best);

    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("🦩\u2028\u0000\"\\<<leading_zero>>")]
    public void What_was_signed_is_genuine(string content)
    {
        var signed = SampleEvents.Sign(kind: 30618, tags: [new("d", "x"), new("HEAD"), new()], content: content);

        Assert.IsType<EventVerification.Genuine>(_verifier.Verify(signed));
    }

    [Fact]
    public void A_claimed_id_is_not_believed()
    {
        var signed = SampleEvents.Sign();
        var other = SampleEvents.Sign(content: "other");
        var forged = new NostrEvent(signed.Id, signed.Author, signed.CreatedAt, signed.Kind, signed.Tags, "other", signed.Signature);

        Assert.Equal(new EventVerification.WrongId(other.Id), _verifier.Verify(forged));
    }

    [Fact]
    public void A_signature_of_something_else_is_bad()
    {
        var signed = SampleEvents.Sign();
        var other = SampleEvents.Sign(content: "other");
        var forged = new NostrEvent(signed.Id, signed.Author, signed.CreatedAt, signed.Kind, signed.Tags, signed.Content, other.Signature);

        Assert.IsType<EventVerification.BadSignature>(_verifier.Verify(forged));
    }

    [Fact]
    public void Another_author_with_a_recomputed_id_is_a_bad_signature()
    {
        var signed = SampleEvents.Sign();
        var thief = SampleEvents.Bob.PublicKey;
        var id = EventJson.ComputeId(thief, signed.CreatedAt, signed.Kind, signed.Tags, signed.Content);

        Assert.IsType<EventVerification.BadSignature>(
            _verifier.Verify(new NostrEvent(id, thief, signed.CreatedAt, signed.Kind, signed.Tags, signed.Content, signed.Signature)));
    }

    [Fact]
    public void A_key_that_is_no_point_of_the_curve_is_a_bad_signature()
    {
        Assert.True(PublicKey.TryParse("eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34", out var nobody));
        var id = EventJson.ComputeId(nobody, 1, 1, [], "");

        Assert.IsType<EventVerification.BadSignature>(_verifier.Verify(new NostrEvent(id, nobody, 1, 1, [], "", new string('0', 128))));
    }
}
