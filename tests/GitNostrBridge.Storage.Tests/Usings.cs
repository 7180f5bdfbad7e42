global using GitNostrBridge.Nostr;
