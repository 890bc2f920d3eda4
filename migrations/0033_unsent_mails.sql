-- The last mail to somebody, where it could not be sent: whoever manages accounts reads why, and sends it again in the language
-- that it was in. It goes with the next one that is sent, and when a link was used all the same.
CREATE TABLE unsent_mails (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    tried_at BIGINT NOT NULL,
    why TEXT NOT NULL,
    language TEXT NOT NULL
);
