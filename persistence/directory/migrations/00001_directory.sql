-- +goose Up
-- Times are milliseconds since 1970 UTC; 0 means "not yet". Ids are opaque text.

CREATE TABLE contacts (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  name_source TEXT NOT NULL CHECK (name_source IN ('id', 'profile', 'person')),
  first_name  TEXT NOT NULL DEFAULT '',
  last_name   TEXT NOT NULL DEFAULT '',
  username    TEXT NOT NULL DEFAULT '',
  phone       TEXT NOT NULL DEFAULT '',
  photo_file  TEXT NOT NULL DEFAULT '',
  language    TEXT NOT NULL DEFAULT '',
  folded_name TEXT NOT NULL DEFAULT '', -- lower case, for searching: LIKE folds ASCII only
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The primary key is the promise "one contact per identity". Scope is '' for identities that mean the same person on every channel.
CREATE TABLE identities (
  provider           TEXT NOT NULL,
  scope              TEXT NOT NULL,
  type               TEXT NOT NULL,
  value              TEXT NOT NULL,
  contact_id         TEXT NOT NULL REFERENCES contacts (id),
  created_at         INTEGER NOT NULL,
  unreachable_at     INTEGER NOT NULL DEFAULT 0,
  unreachable_reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (provider, scope, type, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_contact ON identities (contact_id);

-- Pairs that turned out to share an identity; they are never merged without a person (S60 to S62 read this).
CREATE TABLE contact_conflicts (
  contact_id TEXT NOT NULL REFERENCES contacts (id),
  other_id   TEXT NOT NULL REFERENCES contacts (id),
  found_at   INTEGER NOT NULL,
  PRIMARY KEY (contact_id, other_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE operators (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL,
  password_hash TEXT NOT NULL DEFAULT '', -- argon2id in PHC form; '' cannot sign in
  roles         TEXT NOT NULL DEFAULT '[]',
  language      TEXT NOT NULL DEFAULT '',
  disabled      INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  token_hash   BLOB PRIMARY KEY, -- SHA-256 of the token; the token itself is nowhere
  operator_id  TEXT NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
  created_at   INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  idle_ms      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_operator ON sessions (operator_id);

CREATE TABLE operator_groups (
  id   TEXT PRIMARY KEY,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE group_members (
  group_id    TEXT NOT NULL REFERENCES operator_groups (id) ON DELETE CASCADE,
  operator_id TEXT NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
  PRIMARY KEY (group_id, operator_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE queues (
  id                    TEXT PRIMARY KEY,
  name                  TEXT NOT NULL,
  rule                  TEXT NOT NULL,
  completion_timeout_ms INTEGER, -- NULL: never closed by time
  accept_timeout_ms     INTEGER, -- NULL: the installation's setting
  simultaneous_chats    INTEGER  -- NULL: the installation's setting
) STRICT, WITHOUT ROWID;

CREATE TABLE queue_operators (
  queue_id    TEXT NOT NULL REFERENCES queues (id) ON DELETE CASCADE,
  operator_id TEXT NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
  PRIMARY KEY (queue_id, operator_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE queue_groups (
  queue_id TEXT NOT NULL REFERENCES queues (id) ON DELETE CASCADE,
  group_id TEXT NOT NULL REFERENCES operator_groups (id) ON DELETE CASCADE,
  PRIMARY KEY (queue_id, group_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE channels (
  id       TEXT PRIMARY KEY,
  name     TEXT NOT NULL,
  provider TEXT NOT NULL,
  queue_id TEXT NOT NULL REFERENCES queues (id),
  language TEXT NOT NULL DEFAULT '',
  active   INTEGER NOT NULL DEFAULT 1,
  settings TEXT NOT NULL DEFAULT '{}' -- JSON, secrets included
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the configuration said about an object when it was last taken over; outlives the object, so that a deleted one stays deleted.
CREATE TABLE seeds (
  kind     TEXT NOT NULL,
  id       TEXT NOT NULL,
  hash     BLOB NOT NULL,
  password TEXT NOT NULL DEFAULT '', -- operators: argon2id of the configured password, never a fast hash of it
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE chats (
  id           TEXT PRIMARY KEY,
  conversation TEXT NOT NULL,
  contact_id   TEXT NOT NULL,
  contact_name TEXT NOT NULL,
  channel_id   TEXT NOT NULL,
  queue_id     TEXT NOT NULL,
  operator_id  TEXT NOT NULL,
  state        TEXT NOT NULL,
  reason       TEXT NOT NULL,
  preview      TEXT NOT NULL,
  parent_id    TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  accepted_at  INTEGER NOT NULL,
  completed_at INTEGER NOT NULL,
  version      INTEGER NOT NULL,
  folded       TEXT NOT NULL -- contact name and preview in lower case, for searching
) STRICT;
CREATE INDEX chats_created ON chats (created_at, id);
CREATE INDEX chats_accepted ON chats (accepted_at, id);
CREATE INDEX chats_completed ON chats (completed_at, id);
CREATE INDEX chats_state ON chats (state, created_at, id);
CREATE INDEX chats_contact ON chats (contact_id, created_at, id);
CREATE INDEX chats_operator ON chats (operator_id, created_at, id);
CREATE INDEX chats_queue ON chats (queue_id, created_at, id);
CREATE INDEX chats_channel ON chats (channel_id, created_at, id);

CREATE TABLE quarantine (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_id TEXT NOT NULL,
  provider   TEXT NOT NULL,
  reason     TEXT NOT NULL,
  at         INTEGER NOT NULL,
  size       INTEGER NOT NULL, -- bytes received; the body may be cut to the bound
  body       BLOB NOT NULL
) STRICT;

-- Counters, each one row: catalogue version, quarantine totals.
CREATE TABLE counters (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES
  ('catalogue_version', 0), ('quarantine_items', 0), ('quarantine_bytes', 0), ('quarantine_dropped', 0);
