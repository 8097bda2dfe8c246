-- What becomes of an artifact, apart from the artifact itself. SQLite writes a row anew when any of it changes,
-- so marking a proposal as applied used to write its whole content again.

CREATE TABLE artifact_states (
    artifact_id TEXT PRIMARY KEY REFERENCES artifacts (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (
        state IN ('pending', 'applied', 'rejected', 'undone', 'superseded')
    ),
    applied_at INTEGER,
    -- Numbers of the hunks that were written; NULL when that was all of them, or none yet.
    taken TEXT CHECK (json_valid(taken))
) STRICT, WITHOUT ROWID;

INSERT INTO artifact_states (artifact_id, state, applied_at, taken)
SELECT id, state, applied_at, taken FROM artifacts;

-- One truth only.
ALTER TABLE artifacts DROP COLUMN state;
ALTER TABLE artifacts DROP COLUMN applied_at;
ALTER TABLE artifacts DROP COLUMN taken;

-- How artifacts are read: as they are and what became of them, numbered in the order of their making.
CREATE VIEW artifacts_now AS
SELECT artifacts.*, artifacts.rowid AS number, state, applied_at, taken
FROM artifacts JOIN artifact_states ON artifact_id = artifacts.id;
