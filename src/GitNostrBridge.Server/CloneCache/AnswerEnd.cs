namespace GitNostrBridge.Server;

/// <summary>How an answer that is made for several readers ended.</summary>
public enum AnswerEnd
{
    /// <summary>It is whole.</summary>
    Whole,

    /// <summary>It broke off after its first byte: what a reader has been sent so far must not look complete.</summary>
    BrokenOff,

    /// <summary>It failed before its first byte: each reader may still have his own.</summary>
    Nothing,

    /// <summary>It was never begun, for too many others are being made.</summary>
    Busy,
}
