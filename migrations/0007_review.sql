-- What reviewing leaves behind: the part of a proposal that was taken, what was turned down and why, changes that
-- take back parts of others, and turns that were set aside.

-- Numbers of the hunks that were written; NULL when that was all of them, or none yet.
ALTER TABLE artifacts ADD COLUMN taken TEXT CHECK (json_valid(taken));
-- Lines of the base, edited by the user since the first proposal, that the proposal replaces.
ALTER TABLE artifacts ADD COLUMN conflicts TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(conflicts));

-- What of its artifacts (or of other changes) a change is about; NULL: whole ones.
ALTER TABLE changes ADD COLUMN extent TEXT CHECK (json_valid(extent));
-- A change may be taken back file by file; once all are, the change itself is.
ALTER TABLE file_changes ADD COLUMN undone_at INTEGER;

CREATE TABLE rejections (
    id INTEGER PRIMARY KEY,
    artifact_id TEXT NOT NULL REFERENCES artifacts (id) ON DELETE CASCADE,
    -- The hunks in unified form; NULL: the whole artifact.
    hunks TEXT,
    reason TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX rejections_by_artifact ON rejections (artifact_id);

-- Set when a conversation was taken back to a point before the operation.
ALTER TABLE operations ADD COLUMN set_aside_at INTEGER;

CREATE INDEX operations_kept ON operations (session_id, created_at DESC) WHERE set_aside_at IS NULL;
CREATE INDEX operations_set_aside ON operations (id) WHERE set_aside_at IS NOT NULL;
