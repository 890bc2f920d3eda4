-- Where a key counts, if it does not count everywhere: the tier and the key of a place, as members have it. The hashes of such keys
-- begin with a word, so that programs from before this step, for which every key counts everywhere, find none of them.
ALTER TABLE api_tokens ADD COLUMN tier TEXT CHECK (tier IN ('cluster', 'workspace', 'project'));

ALTER TABLE api_tokens ADD COLUMN place TEXT;
