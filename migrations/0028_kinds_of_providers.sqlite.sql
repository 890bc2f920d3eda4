-- What a provider is stands in its settings; a list of kinds in the schema only keeps new ones out. SQLite cannot take a
-- check away from a column, only the column with it.
ALTER TABLE identity_providers DROP COLUMN kind;
