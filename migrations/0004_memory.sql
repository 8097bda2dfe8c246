-- What is remembered beyond the words: analyses, relationships, summaries, vectors, and the work queue.

CREATE TABLE message_analysis (
    id TEXT PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE REFERENCES messages (id) ON DELETE CASCADE,
    intent TEXT,
    entities TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(entities)),
    topics TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(topics)),
    sentiment TEXT,
    salience REAL NOT NULL DEFAULT 0.5 CHECK (salience BETWEEN 0 AND 1),
    analysis_metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(analysis_metadata)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX message_analysis_by_salience ON message_analysis (salience DESC);

CREATE TABLE relationships (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    relation_type TEXT NOT NULL,
    object TEXT NOT NULL,
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    source_message_id TEXT REFERENCES messages (id) ON DELETE SET NULL,
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (user_id, subject, relation_type, object)
) STRICT;

CREATE INDEX relationships_by_user ON relationships (user_id);
CREATE INDEX relationships_by_type ON relationships (relation_type);
CREATE INDEX relationships_by_source ON relationships (source_message_id);

CREATE TABLE conversation_summaries (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    summary_type TEXT NOT NULL CHECK (summary_type IN ('rolling_10', 'rolling_100')),
    content TEXT NOT NULL,
    message_count INTEGER NOT NULL CHECK (message_count > 0),
    created_at INTEGER NOT NULL,
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata))
) STRICT;

CREATE INDEX summaries_by_conversation ON conversation_summaries (conversation_id, summary_type, created_at DESC);

-- Keyed by what was embedded and how, so that no text is paid for twice.
CREATE TABLE embeddings (
    content_hash TEXT NOT NULL,
    model TEXT NOT NULL,
    dimensions INTEGER NOT NULL CHECK (dimensions > 0),
    -- Little-endian f32.
    vector BLOB NOT NULL CHECK (length(vector) = 4 * dimensions),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (content_hash, model, dimensions)
) STRICT;

CREATE TABLE memory_jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('analysis', 'relationships', 'embedding', 'summary')),
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    message_id TEXT REFERENCES messages (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Not before this time.
    due_at INTEGER NOT NULL,
    owner TEXT,
    error TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX memory_jobs_by_state ON memory_jobs (state, due_at);
CREATE INDEX memory_jobs_by_conversation ON memory_jobs (conversation_id);
CREATE INDEX memory_jobs_by_message ON memory_jobs (message_id);
