-- Schema 5; run again on a database of schema 1 to 4 it adds what is missing. Ids and keys are 32 bytes; identifiers, topics and tag values are UTF-8 as BLOB, so that they compare byte by byte.

-- Served events: what REQ and COUNT may see. AUTOINCREMENT, because a sequence must never come again.
CREATE TABLE IF NOT EXISTS event (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL,
  author BLOB NOT NULL,
  kind INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  identifier BLOB, -- null when the kind has no address, empty for replaceable kinds
  json BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX IF NOT EXISTS event_by_id ON event (id);
CREATE UNIQUE INDEX IF NOT EXISTS event_by_address ON event (author, kind, identifier) WHERE identifier IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_by_author ON event (author, kind, created_at DESC, id);
CREATE INDEX IF NOT EXISTS event_by_kind ON event (kind, created_at DESC, id);
CREATE INDEX IF NOT EXISTS event_by_time ON event (created_at DESC, id);

-- First values of one-letter tags. No second index for removal: an event's rows are found again by its own tags.
CREATE TABLE IF NOT EXISTS tag (
  name TEXT NOT NULL,
  value BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  PRIMARY KEY (name, value, created_at DESC, sequence)
) STRICT, WITHOUT ROWID;

-- The served events that expire (NIP-40), unix seconds.
CREATE TABLE IF NOT EXISTS expiring (
  sequence INTEGER PRIMARY KEY,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS expiring_by_time ON expiring (expires_at);

-- The words of served events (NIP-50), by sequence. They come as letters and digits between blanks, so this tokeniser finds no others.
CREATE VIRTUAL TABLE IF NOT EXISTS event_text USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

-- Events that wait, in a table of their own so that no query of served events can touch them. Instants are UTC ticks of 100 ns.
CREATE TABLE IF NOT EXISTS held (
  id BLOB NOT NULL PRIMARY KEY,
  topic BLOB NOT NULL,
  author BLOB NOT NULL,
  kind INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  identifier BLOB,
  replaces_older INTEGER NOT NULL,
  held_since INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  json BLOB NOT NULL
) STRICT;

DROP INDEX IF EXISTS held_by_topic; -- of schema 1 to 4
CREATE INDEX IF NOT EXISTS held_by_place ON held (topic, held_since, id, kind);
CREATE INDEX IF NOT EXISTS held_by_address ON held (author, kind, identifier);
CREATE INDEX IF NOT EXISTS held_by_deadline ON held (deadline);
CREATE INDEX IF NOT EXISTS held_by_kind ON held (kind, held_since);
CREATE INDEX IF NOT EXISTS held_by_beginning ON held (held_since, id);

-- Other topics under which a held event is found.
CREATE TABLE IF NOT EXISTS held_also (
  topic BLOB NOT NULL,
  id BLOB NOT NULL,
  PRIMARY KEY (topic, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS held_also_by_id ON held_also (id);

-- Events that have waited in vain, and when their waiting ended (UTC ticks of 100 ns).
CREATE TABLE IF NOT EXISTS expired (
  id BLOB NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS expired_by_time ON expired (at);

-- The event last released for an owner under a topic; it may have been replaced since.
CREATE TABLE IF NOT EXISTS standing (
  topic BLOB NOT NULL,
  owner BLOB NOT NULL,
  event_id BLOB NOT NULL,
  author BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (topic, owner)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS standing_by_event ON standing (event_id);
CREATE INDEX IF NOT EXISTS standing_by_time ON standing (created_at DESC, topic, owner);

-- What authors have deleted and what is refused from then on (NIP-09).
CREATE TABLE IF NOT EXISTS deleted_id (
  id BLOB NOT NULL,
  author BLOB NOT NULL,
  PRIMARY KEY (id, author)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS deleted_address (
  author BLOB NOT NULL,
  kind INTEGER NOT NULL,
  identifier BLOB NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (author, kind, identifier)
) STRICT, WITHOUT ROWID;

-- Authors whose events up to an instant are gone for good (NIP-62).
CREATE TABLE IF NOT EXISTS vanished (
  author BLOB NOT NULL PRIMARY KEY,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
