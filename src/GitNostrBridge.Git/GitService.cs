namespace GitNostrBridge.Git;

/// <summary>What a client may ask of a repository over smart HTTP.</summary>
public enum GitService
{
    /// <summary>`git-upload-pack`: clone and fetch.</summary>
    UploadPack,

    /// <summary>`git-receive-pack`: push.</summary>
    ReceivePack,
}
