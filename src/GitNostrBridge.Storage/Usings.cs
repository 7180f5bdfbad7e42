global using GitNostrBridge.Nostr;

[module: Dapper.DapperAot]
