-- +goose Up
-- Quick replies (S37). Texts are a JSON object: language code to text.
CREATE TABLE templates (
  id    TEXT PRIMARY KEY,
  name  TEXT NOT NULL,
  texts TEXT NOT NULL
) STRICT, WITHOUT ROWID;
