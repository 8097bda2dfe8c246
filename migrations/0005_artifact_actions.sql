-- Artifacts that delete a file or give it another name.

ALTER TABLE artifacts ADD COLUMN action TEXT NOT NULL DEFAULT 'write' CHECK (action IN ('write', 'delete', 'rename'));
ALTER TABLE artifacts ADD COLUMN renamed_from TEXT CHECK ((action = 'rename') = (renamed_from IS NOT NULL));

CREATE INDEX artifacts_by_former_path ON artifacts (renamed_from, project_id) WHERE renamed_from IS NOT NULL;
