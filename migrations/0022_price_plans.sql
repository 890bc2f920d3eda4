-- What things cost in a cluster, from a day on. Plans are only added, so what held on a day that is over can always be told.
-- `number` counts the plans of a cluster, `from_day` counts days since 1970, prices are billionths of the currency's unit.
CREATE TABLE price_plans (
    cluster TEXT NOT NULL,
    number BIGINT NOT NULL,
    from_day BIGINT NOT NULL,
    currency TEXT NOT NULL,
    cpu BIGINT NOT NULL,
    memory BIGINT NOT NULL,
    storage BIGINT NOT NULL,
    received BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (cluster, number)
);
