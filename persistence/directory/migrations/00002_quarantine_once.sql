-- +goose Up
-- What the same input is kept under, so that a redelivery is kept once. Items from before have none.
ALTER TABLE quarantine ADD COLUMN digest BLOB;
CREATE UNIQUE INDEX quarantine_digest ON quarantine (digest) WHERE digest IS NOT NULL;
