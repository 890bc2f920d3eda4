-- With what a provider is asked again whether who signed in there still may: its refresh token, sealed, and when it was asked last.
ALTER TABLE provider_sessions ADD COLUMN sealed_refresh TEXT;

ALTER TABLE provider_sessions ADD COLUMN asked_at BIGINT;
