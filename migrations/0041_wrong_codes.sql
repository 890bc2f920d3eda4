-- How many codes of a generator were tried in a row without a right one. After too many none is accepted any more, until a
-- recovery code or an administrator ends it.
ALTER TABLE second_factors ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
