-- From where people have signed in: whoever guesses their password from elsewhere does not keep them out.
CREATE TABLE familiar_addresses (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- An address of IPv4, or the 64 bits that a home or an office has of IPv6.
    network TEXT NOT NULL,
    seen_milliseconds BIGINT NOT NULL,
    PRIMARY KEY (account_id, network)
);
