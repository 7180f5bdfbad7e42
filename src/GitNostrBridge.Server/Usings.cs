// The logging library has an EventId too.
global using EventId = GitNostrBridge.Nostr.EventId;
