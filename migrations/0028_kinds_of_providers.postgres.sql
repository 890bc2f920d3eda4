-- What a provider is stands in its settings; a list of kinds in the schema only keeps new ones out. The column itself stays
-- for replicas of the version before, and goes in a later step.
ALTER TABLE identity_providers DROP CONSTRAINT identity_providers_kind_check;

ALTER TABLE identity_providers ALTER COLUMN kind SET DEFAULT '';
