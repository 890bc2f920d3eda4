-- Since when the directory by which alone somebody comes in does not know them any more, or has disabled them. As long as it says
-- so they are kept out, with everything that calls in their name, and what they hold stays.
ALTER TABLE accounts ADD COLUMN gone_at BIGINT;
