-- What is known of the files of each project so that those that matter for a task are found without reading them
-- again. All of it can be made anew from the files.

CREATE TABLE index_files (
    id INTEGER PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    -- Size and time of change tell whether the file has to be read, the hash whether it has to be looked at.
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    hash TEXT NOT NULL,
    language TEXT,
    symbols TEXT NOT NULL CHECK (json_valid(symbols)),
    terms BLOB NOT NULL,
    -- Which form of symbols and terms this is; another form is made anew.
    format INTEGER NOT NULL,
    UNIQUE (project_id, path)
) STRICT;

-- The recent commits as lists of files, for one state of the history.
CREATE TABLE index_history (
    project_id TEXT PRIMARY KEY REFERENCES projects (id) ON DELETE CASCADE,
    head TEXT NOT NULL,
    commits TEXT NOT NULL CHECK (json_valid(commits))
) STRICT;
