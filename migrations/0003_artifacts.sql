-- Proposed file states, and the journal of what was written to disk.

CREATE TABLE artifacts (
    id TEXT PRIMARY KEY,
    operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('code', 'document', 'diagram')),
    file_path TEXT NOT NULL,
    content TEXT NOT NULL,
    preview TEXT GENERATED ALWAYS AS (substr(content, 1, 200)) VIRTUAL,
    language TEXT,
    content_hash TEXT NOT NULL,
    -- The file on disk that the proposal was made against; NULL when there was none.
    base_hash TEXT,
    previous_artifact_id TEXT REFERENCES artifacts (id) ON DELETE SET NULL,
    is_new_file INTEGER NOT NULL CHECK (is_new_file IN (0, 1)),
    diff TEXT NOT NULL,
    diff_from_previous TEXT,
    lines_added INTEGER NOT NULL,
    lines_removed INTEGER NOT NULL,
    related_files TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(related_files)),
    dependencies TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(dependencies)),
    project_context TEXT,
    user_requirements TEXT,
    constraints TEXT,
    generated_by TEXT,
    generation_time_ms INTEGER,
    context_tokens INTEGER,
    output_tokens INTEGER,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (
        state IN ('pending', 'applied', 'rejected', 'undone', 'superseded')
    ),
    created_at INTEGER NOT NULL,
    completed_at INTEGER,
    applied_at INTEGER,
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata))
) STRICT;

CREATE INDEX artifacts_by_operation ON artifacts (operation_id);
CREATE INDEX artifacts_by_conversation ON artifacts (conversation_id, created_at DESC);
CREATE INDEX artifacts_by_project ON artifacts (project_id, created_at DESC);
CREATE INDEX artifacts_by_path ON artifacts (file_path, project_id, created_at DESC);
CREATE INDEX artifacts_by_hash ON artifacts (content_hash);
CREATE INDEX artifacts_by_language ON artifacts (language);
CREATE INDEX artifacts_by_kind ON artifacts (kind);
CREATE INDEX artifacts_by_previous ON artifacts (previous_artifact_id);

-- File contents of the journal, each stored once.
CREATE TABLE contents (
    hash TEXT PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;

-- One written set of files: the unit of undo. Journaled before the first file is touched.
CREATE TABLE changes (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    status TEXT NOT NULL CHECK (status IN ('journaled', 'applied', 'aborted')),
    undoes TEXT REFERENCES changes (id) ON DELETE CASCADE,
    -- Whether its artifacts are on disk afterwards: not after an undo, again after its undo.
    applies INTEGER NOT NULL CHECK (applies IN (0, 1)),
    -- Folders that it makes, outermost first, and folders that it removes if empty.
    created_dirs TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(created_dirs)),
    removed_dirs TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(removed_dirs)),
    -- As in operations: who is writing it.
    owner TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    applied_at INTEGER,
    undone_at INTEGER,
    CHECK ((status = 'applied') = (applied_at IS NOT NULL))
) STRICT;

CREATE INDEX changes_by_project ON changes (project_id, created_at DESC);
CREATE INDEX changes_by_operation ON changes (operation_id);
CREATE INDEX changes_by_undone ON changes (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX changes_unfinished ON changes (owner) WHERE status = 'journaled';

CREATE TABLE file_changes (
    change_id TEXT NOT NULL REFERENCES changes (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    artifact_id TEXT REFERENCES artifacts (id) ON DELETE SET NULL,
    before_hash TEXT REFERENCES contents (hash),
    before_mode INTEGER,
    after_hash TEXT REFERENCES contents (hash),
    after_mode INTEGER,
    PRIMARY KEY (change_id, position),
    UNIQUE (change_id, path)
) STRICT;

CREATE INDEX file_changes_by_path ON file_changes (path);
CREATE INDEX file_changes_by_artifact ON file_changes (artifact_id) WHERE artifact_id IS NOT NULL;
