-- What the syntax check of a proposal found that was not there before it.

ALTER TABLE artifacts ADD COLUMN syntax_errors TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(syntax_errors));
