-- Operations, the events they announced, the model history they added, their tools and their cost.

CREATE TABLE operations (
    id TEXT PRIMARY KEY,
    -- The conversation.
    session_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    status TEXT NOT NULL CHECK (
        status IN ('pending', 'started', 'delegating', 'generating', 'completed', 'failed', 'cancelled')
    ),
    -- The running program that works on it: the name of a file in `owners/` that it holds locked.
    owner TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    completed_at INTEGER,
    user_message TEXT NOT NULL,
    context_snapshot TEXT CHECK (json_valid(context_snapshot)),
    complexity_score REAL,
    delegated_to TEXT,
    primary_model TEXT,
    delegation_reason TEXT,
    response_id TEXT,
    parent_response_id TEXT,
    parent_operation_id TEXT REFERENCES operations (id) ON DELETE SET NULL,
    target_language TEXT,
    target_framework TEXT,
    operation_intent TEXT,
    files_affected TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(files_affected)),
    result TEXT,
    error TEXT,
    tokens_input INTEGER NOT NULL DEFAULT 0,
    tokens_output INTEGER NOT NULL DEFAULT 0,
    tokens_reasoning INTEGER NOT NULL DEFAULT 0,
    cost_usd REAL NOT NULL DEFAULT 0,
    delegate_calls INTEGER NOT NULL DEFAULT 0,
    metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    CHECK ((status IN ('completed', 'failed', 'cancelled')) = (completed_at IS NOT NULL))
) STRICT;

CREATE INDEX operations_by_session ON operations (session_id, created_at DESC);
CREATE INDEX operations_by_status ON operations (status, created_at DESC);
CREATE INDEX operations_by_kind ON operations (kind, created_at DESC);
CREATE INDEX operations_by_parent ON operations (parent_operation_id) WHERE parent_operation_id IS NOT NULL;
CREATE INDEX operations_unfinished ON operations (owner) WHERE completed_at IS NULL;

CREATE TABLE operation_events (
    id INTEGER PRIMARY KEY,
    operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    event_type TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Position in the conversation's stream.
    sequence_number INTEGER NOT NULL,
    event_data TEXT NOT NULL,
    UNIQUE (conversation_id, sequence_number)
) STRICT;

CREATE INDEX operation_events_by_operation ON operation_events (operation_id, sequence_number);

-- What each operation added to the history that the next request is built from.
CREATE TABLE history_items (
    operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    item TEXT NOT NULL,
    PRIMARY KEY (operation_id, position)
) STRICT;

CREATE TABLE tool_calls (
    operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    call_id TEXT NOT NULL,
    name TEXT NOT NULL,
    summary TEXT NOT NULL,
    arguments TEXT,
    output TEXT,
    state TEXT NOT NULL CHECK (state IN ('running', 'completed', 'failed', 'cancelled')),
    created_at INTEGER NOT NULL,
    completed_at INTEGER,
    PRIMARY KEY (operation_id, call_id)
) STRICT;

CREATE TABLE approvals (
    id TEXT PRIMARY KEY,
    operation_id TEXT NOT NULL REFERENCES operations (id) ON DELETE CASCADE,
    call_id TEXT NOT NULL,
    request TEXT NOT NULL CHECK (json_valid(request)),
    decision TEXT NOT NULL DEFAULT 'pending' CHECK (decision IN ('pending', 'allowed', 'denied')),
    created_at INTEGER NOT NULL,
    decided_at INTEGER
) STRICT;

CREATE INDEX approvals_by_operation ON approvals (operation_id, created_at);

-- One row a model call.
CREATE TABLE usage (
    id INTEGER PRIMARY KEY,
    -- Background work belongs to no operation.
    operation_id TEXT REFERENCES operations (id) ON DELETE SET NULL,
    conversation_id TEXT REFERENCES conversations (id) ON DELETE SET NULL,
    role TEXT NOT NULL CHECK (role IN ('planner', 'coder', 'analyst', 'embedder')),
    model TEXT NOT NULL,
    tokens_input INTEGER NOT NULL,
    tokens_cached INTEGER NOT NULL,
    tokens_cache_write INTEGER NOT NULL,
    tokens_output INTEGER NOT NULL,
    tokens_reasoning INTEGER NOT NULL,
    -- NULL when no price is known for the model.
    cost_usd REAL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX usage_by_operation ON usage (operation_id);
CREATE INDEX usage_by_conversation ON usage (conversation_id);
CREATE INDEX usage_by_time ON usage (created_at);
