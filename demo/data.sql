-- The demo customer database of cx_metrics
-- =========================================
--
--   psql -X -f demo/data.sql -d some_empty_database
--
-- A software company, its customers, what they pay and what they say, from 1 January 2023 to
-- 31 December 2025. Needs PostgreSQL 15 or later and no extension. Nothing is random: every draw is
-- a hash of a key, every threshold is reached by + - * / alone, dates are fixed and counted in UTC,
-- so that every machine gets the same rows. Everything happens in one transaction: where one of the
-- tables exists already, nothing is changed.
--
-- What it holds
--   accounts          one row a customer: segment, country, owner, revenue, sign-up, departure
--   responses         one row a question asked, three questions in one table: nps (0..10),
--                     csat (1..5), effort (1..7, high = easy); score is NULL where nobody answered
--   nps_responses, csat_responses, effort_responses
--                     views: one question each, with the account's segment, country, owner, revenue
--   corrections       a dozen answers that were typed in wrongly
--   orders            what accounts ordered, and when
--   mrr               monthly recurring revenue by account and month
--
-- The story (demo/README.md has the figures it comes out with; tests hold us to both)
--   1. Chat fails. On Monday 3 March 2025 a bot takes over the first line of chat: from that day on
--      20 points of NPS, 12 of CSAT and 18 of easy answers are lost in chat, and nowhere else.
--      They do not come back.
--   2. Every December dips. All channels, all segments: 10 points of NPS, 4 of CSAT, 4 of easy answers.
--   3. The mix shifts. From July to December 2023 a self-service plan brings 3,600 small businesses,
--      who use web and app only. Small businesses score 30 to 45 points below the others, so that total
--      NPS falls from 2023 to 2024 although no segment falls (Simpson's paradox). Channels other than
--      web and app keep their mix. From 2024 to 2025 the mix stands still everywhere.
--   4. Detractors leave. Whether an account leaves at its anniversary depends on the last NPS answer
--      anybody there gave in the calendar year before: see the table of probabilities below. Silence
--      is worse than a passive answer and better than a detractor's. Those who stay pay more or less
--      by the same answer.
--   5. Phone and email: nothing happens in three years, but for the Decembers. Web: nothing happens
--      from 2024 to 2025. Whatever moves there is noise, and must be called unproven.
--   6. The app gets better: new release on Monday 2 June 2025, 12 points of NPS, 5 of CSAT, 5 of easy
--      answers.
--   7. Some groups are small: the channel partner (about ten answers a month) and the segments public
--      sector (some 35 answers a year) and non-profit (10 to 14).
--   8. A few accounts carry much of the revenue.

\set ON_ERROR_STOP on
\set QUIET on

BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL search_path = public;
SET LOCAL work_mem = '64MB';
SET LOCAL maintenance_work_mem = '64MB';
SET LOCAL synchronous_commit = off;
SET LOCAL jit = off;
SET LOCAL default_statistics_target = 20;

-- ---------------------------------------------------------------------------------------------------
-- Tables
-- ---------------------------------------------------------------------------------------------------

CREATE TABLE accounts (
    account_id      integer NOT NULL,
    name            text NOT NULL,
    segment         text NOT NULL,
    country         text NOT NULL,
    owner           text NOT NULL,
    signed_up       date NOT NULL,
    acquired        text CHECK (acquired IN ('referral', 'bought')),
    monthly_revenue numeric(12,2) NOT NULL CHECK (monthly_revenue >= 0),
    churned_on      date CHECK (churned_on > signed_up)
);

COMMENT ON TABLE accounts IS 'One row a customer, whether still one or not';
COMMENT ON COLUMN accounts.segment IS 'enterprise, mid-market, small business, public sector or non-profit';
COMMENT ON COLUMN accounts.owner IS 'The account manager who answers for this customer';
COMMENT ON COLUMN accounts.signed_up IS 'First day as a customer';
COMMENT ON COLUMN accounts.acquired IS 'How the customer came: by referral, bought by advertising and sales; NULL: nobody knows';
COMMENT ON COLUMN accounts.monthly_revenue IS 'Euros a month, as of the last invoice: accounts that left still carry their last amount';
COMMENT ON COLUMN accounts.churned_on IS 'First day no longer a customer; NULL: still one at the end of 2025';

CREATE TABLE responses (
    response_id   bigint NOT NULL,
    account_id    integer NOT NULL,
    respondent_id bigint NOT NULL,
    question      text NOT NULL CHECK (question IN ('nps', 'csat', 'effort')),
    channel       text NOT NULL,
    score         smallint,
    answered_at   timestamptz NOT NULL,
    answered_on   date GENERATED ALWAYS AS ((answered_at AT TIME ZONE 'UTC')::date) STORED,
    CHECK (CASE question WHEN 'nps'  THEN score BETWEEN 0 AND 10
                         WHEN 'csat' THEN score BETWEEN 1 AND 5
                         ELSE             score BETWEEN 1 AND 7 END)
);

COMMENT ON TABLE responses IS 'One row a question asked. Three questions share the table: every query names its question, or uses one of the views';
COMMENT ON COLUMN responses.respondent_id IS 'The person who was asked: one of the account''s people, who may be asked several times';
COMMENT ON COLUMN responses.question IS 'nps: would you recommend us, 0..10; csat: how satisfied are you, 1..5; effort: was it easy, 1..7, high = easy';
COMMENT ON COLUMN responses.channel IS 'Where the customer met us and was asked: phone, email, chat, web, app or partner';
COMMENT ON COLUMN responses.score IS 'The answer; NULL: asked, but not answered';
COMMENT ON COLUMN responses.answered_at IS 'When it was answered, or asked where there is no answer';
COMMENT ON COLUMN responses.answered_on IS 'The same as a day in UTC';

CREATE TABLE corrections (
    response_id  bigint NOT NULL,
    recorded     smallint NOT NULL,
    corrected    smallint NOT NULL,
    corrected_on date NOT NULL
);

COMMENT ON TABLE corrections IS 'Answers taken on the phone and typed in wrongly: the 1 of a keyboard was broken, so that 10 became 0';
COMMENT ON COLUMN corrections.recorded IS 'What responses.score still says';
COMMENT ON COLUMN corrections.corrected IS 'What the customer had said';

CREATE TABLE orders (
    order_id   bigint NOT NULL,
    account_id integer NOT NULL,
    ordered_at timestamptz NOT NULL,
    amount     numeric(12,2) NOT NULL
);

COMMENT ON TABLE orders IS 'What accounts ordered beside their subscription: seats, add-ons, training';
COMMENT ON COLUMN orders.amount IS 'Euros';

CREATE TABLE mrr (
    account_id integer NOT NULL,
    month      date NOT NULL CHECK (extract(day FROM month) = 1),
    amount     numeric(12,2) NOT NULL CHECK (amount >= 0)
);

COMMENT ON TABLE mrr IS 'Monthly recurring revenue: one row an account and month in which it was a customer on the first day';
COMMENT ON COLUMN mrr.month IS 'First day of the month';
COMMENT ON COLUMN mrr.amount IS 'Euros of that month';

-- ---------------------------------------------------------------------------------------------------
-- Chance: the same on every machine
-- ---------------------------------------------------------------------------------------------------

-- A number in [0, 1) out of a key and a stream: 53 bits of a hash, so that the division is exact. Another
-- addend than 110000 gives another history of the same customers: this one was chosen among twenty because
-- its noise stays out of the story.
CREATE FUNCTION pg_temp.u(key bigint, stream bigint) RETURNS float8
    LANGUAGE sql IMMUTABLE
    RETURN ((hashint8extended(key, stream + 110000) >> 11) & 9007199254740991)::float8 / 9007199254740992;

-- A pick from a list.
CREATE FUNCTION pg_temp.pick(list text[], u float8) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN list[1 + floor(u * cardinality(list))::int];

-- ---------------------------------------------------------------------------------------------------
-- Kinds of account
-- ---------------------------------------------------------------------------------------------------

-- promoters and detractors are the true shares in NPS, satisfied in CSAT, easy in effort; people are
-- those of an account who are asked; silent is the share of accounts that never answer; channels
-- are cumulative: phone, email, chat, web, app, the rest partner.
CREATE TEMP TABLE kinds ON COMMIT DROP AS
SELECT * FROM (VALUES
    (1, 'enterprise',      8, 20, 0.06::float8, 0.56::float8, 0.12::float8, 0.86::float8, 0.80::float8, 3000, 0.990::float8,
        '{0.32,0.60,0.77,0.92,0.994}'::float8[]),
    (2, 'mid-market',      3,  7, 0.12, 0.47, 0.17, 0.81, 0.75,  500, 0.920, '{0.26,0.51,0.73,0.89,0.992}'),
    (3, 'small business',  1,  2, 0.25, 0.31, 0.33, 0.72, 0.66,   45, 0.850, '{0.20,0.42,0.67,0.84,0.990}'),
    (4, 'small business',  1,  1, 0.25, 0.31, 0.33, 0.72, 0.66,   30, 0.750, '{0.00,0.00,0.00,0.55,1.000}'),
    (5, 'public sector',   2,  3, 0.10, 0.42, 0.20, 0.80, 0.70,  900, 0.800, '{0.30,0.75,0.76,0.98,1.000}'),
    (6, 'non-profit',      1,  2, 0.10, 0.58, 0.10, 0.84, 0.74,  150, 0.700, '{0.20,0.60,0.61,0.99,1.000}')
) AS k (kind, segment, people_from, people_to, silent, promoters, detractors, satisfied, easy,
        revenue_from, revenue_tail, channels);

-- Who joins when: the stock of old customers, then enough newcomers a year to replace those who leave.
-- Kind 4 is the self-service plan.
CREATE TEMP TABLE arrivals ON COMMIT DROP AS
SELECT * FROM (VALUES
    (1, date '2018-01-01', date '2023-01-01',  260),
    (2, date '2018-01-01', date '2023-01-01',  950),
    (3, date '2018-01-01', date '2023-01-01', 1500),
    (5, date '2018-01-01', date '2023-01-01',   10),
    (6, date '2018-01-01', date '2023-01-01',    6),
    (1, date '2023-01-01', date '2026-01-01',   85),
    (2, date '2023-01-01', date '2026-01-01',  380),
    (3, date '2023-01-01', date '2026-01-01',  650),
    (4, date '2023-07-01', date '2024-01-01', 3600),
    (4, date '2024-07-01', date '2026-01-01',  800),
    (5, date '2023-01-01', date '2026-01-01',    2),
    (6, date '2023-01-01', date '2026-01-01',    2)
) AS a (kind, from_day, to_day, accounts);

-- seed is the key of everything about an account; mood is shared by all its people.
CREATE TEMP TABLE seeds ON COMMIT DROP AS
SELECT seed, kind, segment, people_from + floor(pg_temp.u(seed, 1) * (people_to - people_from + 1))::int AS people,
       from_day + floor(pg_temp.u(seed, 2) * (to_day - from_day))::int AS signed_up,
       pg_temp.u(seed, 3) < silent AS silent,
       pg_temp.u(seed, 4) AS mood,
       -- A long tail: most pay little, a few pay a hundred times as much.
       5 * floor(revenue_from / (1 - revenue_tail * pg_temp.u(seed, 5)) / 5)::numeric AS revenue_at_first,
       row_number() OVER (ORDER BY from_day + floor(pg_temp.u(seed, 2) * (to_day - from_day))::int, seed)::int + 1000 AS account_id,
       promoters, detractors, satisfied, easy, channels
FROM (SELECT kind, from_day, to_day,
             row_number() OVER (ORDER BY from_day, kind, to_day, n) AS seed
      FROM arrivals, generate_series(1, accounts) AS n) AS a
JOIN kinds USING (kind);
ANALYZE seeds;

-- ---------------------------------------------------------------------------------------------------
-- Questions asked, as if nobody ever left
-- ---------------------------------------------------------------------------------------------------

-- Days of a quarter by how busy they are: weekends and holidays are quiet. upto is the share of the
-- quarter's questions that are asked before the end of each day.
CREATE TEMP TABLE quarters ON COMMIT DROP AS
SELECT quarter, min(day) AS first_day, sum(busy)::float8 / 9000 AS volume,
       array_agg(upto::float8 / total::float8 ORDER BY day) AS upto
FROM (SELECT quarter, day, busy, sum(busy) OVER (PARTITION BY quarter ORDER BY day) AS upto, sum(busy) OVER (PARTITION BY quarter) AS total
      FROM (SELECT day, (extract(year FROM day) - 2023)::int * 4 + extract(quarter FROM day)::int - 1 AS quarter,
                   (ARRAY[90, 95, 110, 100, 100, 105, 80, 70, 110, 110, 110, 85])[extract(month FROM day)::int]
                   * CASE WHEN extract(isodow FROM day) >= 6 THEN 1 ELSE 4 END / 4 AS busy
            FROM (SELECT date '2023-01-01' + n AS day FROM generate_series(0, 1095) AS n) AS days) AS b) AS c
GROUP BY quarter;
ANALYZE quarters;

-- Each person may be asked each question once a quarter. What they answer follows from how they feel, a
-- draw from [0, 1), and from the true shares of promoters p, detractors d, satisfied c and easy e.
CREATE TEMP TABLE answers ON COMMIT DROP AS
WITH chosen AS MATERIALIZED (
    SELECT seed, person, quarter, question, answering, key
    FROM (SELECT seed, person, quarter, question, answering,
                 ((seed * 32 + person) * 16 + quarter) * 4 + question_no AS key,
                 asking * volume * zeal AS chance
          FROM (SELECT seed, people, signed_up, CASE WHEN kind IN (3, 4) THEN 1.0::float8 ELSE 0.7::float8 END AS zeal FROM seeds OFFSET 0) AS s
          CROSS JOIN generate_series(1, people) AS person
          JOIN quarters ON signed_up < first_day + 92
          CROSS JOIN (VALUES (1, 'nps',    0.95::float8, 0.72::float8),
                             (2, 'csat',   0.95, 0.80),
                             (3, 'effort', 0.45, 0.80)) AS q (question_no, question, asking, answering)
          OFFSET 0) AS slots
    WHERE pg_temp.u(key, 12) < chance
), asked AS (
    SELECT account_id, account_id * 100::bigint + person AS respondent_id, question, asked_on,
           asked_on + time '08:00' + floor(pg_temp.u(key, 20) * 36000) * interval '1 second' AS asked_at,
           -- half the people keep to a channel of their own
           width_bucket(CASE WHEN pg_temp.u(key, 13) < 0.5::float8 THEN pg_temp.u(seed * 32 + person, 14) ELSE pg_temp.u(key, 15) END,
                        channels) AS channel,
           -- what they feel: their own mood, the mood of their house, or the mood of the day
           CASE WHEN whose < 0.42::float8 THEN pg_temp.u(seed * 32 + person, 17)
                WHEN whose < 0.55::float8 THEN mood
                ELSE pg_temp.u(key, 18) END AS feeling,
           NOT silent AND pg_temp.u(key, 19) < answering AS answered,
           promoters, detractors, satisfied, easy
    FROM (SELECT chosen.*, account_id, signed_up, mood, silent, channels, promoters, detractors, satisfied, easy,
                 first_day + width_bucket(pg_temp.u(key, 11), upto) AS asked_on, pg_temp.u(key, 16) AS whose
          FROM chosen JOIN seeds USING (seed) JOIN quarters USING (quarter)
          OFFSET 0) AS a
    WHERE asked_on >= signed_up
    OFFSET 0
)
SELECT account_id, respondent_id, question, channel_name AS channel, asked_on, asked_at,
       CASE WHEN NOT answered THEN NULL
            WHEN question = 'nps' THEN
                CASE WHEN feeling < d THEN width_bucket(feeling / d, '{0.11,0.15,0.20,0.29,0.39,0.66}'::float8[])
                     WHEN feeling < 1 - p THEN 7 + width_bucket((feeling - d) / (1 - p - d), '{0.38}'::float8[])
                     ELSE 9 + width_bucket((feeling - (1 - p)) / p, '{0.42}'::float8[]) END
            WHEN question = 'csat' THEN
                CASE WHEN feeling < 1 - c THEN 1 + width_bucket(feeling / (1 - c), '{0.25,0.55}'::float8[])
                     ELSE 4 + width_bucket((feeling - (1 - c)) / c, '{0.45}'::float8[]) END
            ELSE
                CASE WHEN feeling < 0.88::float8 - e THEN 1 + width_bucket(feeling / (0.88::float8 - e), '{0.25,0.55}'::float8[])
                     WHEN feeling < 1 - e THEN 4
                     ELSE 5 + width_bucket((feeling - (1 - e)) / e, '{0.25,0.60}'::float8[]) END
       END AS score
FROM asked
CROSS JOIN LATERAL (
    SELECT (ARRAY['phone', 'email', 'chat', 'web', 'app', 'partner'])[channel + 1] AS channel_name,
           (ARRAY[3, 0, 1, 0, 0, 4]::float8[])[channel + 1] AS warmth,
           (extract(month FROM asked_on) = 12)::int AS december,
           (channel = 2 AND asked_on >= date '2025-03-03')::int AS bot,
           (channel = 4 AND asked_on >= date '2025-06-02')::int AS release
) AS happened
CROSS JOIN LATERAL (
    SELECT promoters  + (warmth - 10 * december - 20 * bot + 12 * release) / 200 AS p,
           detractors - (warmth - 10 * december - 20 * bot + 12 * release) / 200 AS d,
           satisfied + (-4 * december - 12 * bot + 5 * release)::float8 / 100 AS c,
           easy      + (-4 * december - 18 * bot + 5 * release)::float8 / 100 AS e
) AS truth;

-- ---------------------------------------------------------------------------------------------------
-- Who leaves
-- ---------------------------------------------------------------------------------------------------

-- The last NPS answer of each account in each calendar year, which is the year before its next anniversary.
CREATE TEMP TABLE last_words ON COMMIT DROP AS
SELECT DISTINCT ON (account_id, extract(year FROM asked_on))
       account_id, extract(year FROM asked_on)::int AS year_before, score
FROM answers
WHERE question = 'nps' AND score IS NOT NULL
ORDER BY account_id, extract(year FROM asked_on), asked_at DESC, respondent_id DESC;

-- Anniversaries, and the probability to leave then, by the last answer of the year before:
--     0..2 .36   3, 4 .30   5, 6 .22   7 .11   8 .09   9 .06   10 .04   silent .16
-- (2023: .10 for all, as nobody was asked the year before.) growth is the change of revenue of those who stay.
CREATE TEMP TABLE anniversaries ON COMMIT DROP AS
SELECT account_id, year, anniversary, score,
       pg_temp.u(seed, 100 + year) <
       CASE WHEN year = 2023 THEN 0.10
            WHEN score IS NULL THEN 0.16
            ELSE (ARRAY[0.36, 0.36, 0.36, 0.30, 0.30, 0.22, 0.22, 0.11, 0.09, 0.06, 0.04])[score + 1] END AS leaves,
       CASE WHEN score >= 9 THEN (ARRAY[1.00, 1.00, 1.05, 1.10, 1.20, 1.35])[1 + floor(pg_temp.u(seed, 200 + year) * 6)::int]
            WHEN score <= 6 THEN (ARRAY[0.70, 0.85, 0.95, 1.00, 1.00, 1.05])[1 + floor(pg_temp.u(seed, 200 + year) * 6)::int]
            ELSE                 (ARRAY[0.90, 1.00, 1.00, 1.00, 1.05, 1.10])[1 + floor(pg_temp.u(seed, 200 + year) * 6)::int]
       END AS growth
FROM seeds
CROSS JOIN generate_series(2023, 2025) AS year
CROSS JOIN LATERAL (SELECT (signed_up + (year - extract(year FROM signed_up)::int) * interval '1 year')::date,
                           year - 1) AS a (anniversary, year_before)
LEFT JOIN last_words USING (account_id, year_before)
WHERE extract(year FROM signed_up) < year;

CREATE TEMP TABLE customers ON COMMIT DROP AS
SELECT seeds.*,
       churned_on, on_2023, grew_2023, on_2024, grew_2024, on_2025, grew_2025
FROM seeds
LEFT JOIN (SELECT account_id,
                  min(anniversary) FILTER (WHERE leaves) AS churned_on,
                  max(anniversary) FILTER (WHERE year = 2023) AS on_2023, max(growth) FILTER (WHERE year = 2023) AS grew_2023,
                  max(anniversary) FILTER (WHERE year = 2024) AS on_2024, max(growth) FILTER (WHERE year = 2024) AS grew_2024,
                  max(anniversary) FILTER (WHERE year = 2025) AS on_2025, max(growth) FILTER (WHERE year = 2025) AS grew_2025
           FROM anniversaries GROUP BY account_id) AS a USING (account_id);
ANALYZE customers;

-- ---------------------------------------------------------------------------------------------------
-- What is kept
-- ---------------------------------------------------------------------------------------------------

CREATE TEMP TABLE months ON COMMIT DROP AS
SELECT n, (date '2023-01-01' + n * interval '1 month')::date AS month,
       (date '2023-01-01' + (n + 1) * interval '1 month')::date AS next_month
FROM generate_series(0, 35) AS n;
ANALYZE months;

INSERT INTO mrr (account_id, month, amount)
SELECT account_id, month, amount
FROM (SELECT account_id, signed_up, coalesce(churned_on, date '2026-01-01') AS gone,
             coalesce(on_2023, 'infinity') AS on_2023, coalesce(on_2024, 'infinity') AS on_2024, coalesce(on_2025, 'infinity') AS on_2025,
             -- after each anniversary, in steps of five euros
             revenue_at_first AS at_first,
             5 * round(revenue_at_first * coalesce(grew_2023, 1) / 5) AS after_2023,
             5 * round(revenue_at_first * coalesce(grew_2023, 1) * coalesce(grew_2024, 1) / 5) AS after_2024,
             5 * round(revenue_at_first * coalesce(grew_2023, 1) * coalesce(grew_2024, 1) * coalesce(grew_2025, 1) / 5) AS after_2025
      FROM customers OFFSET 0) AS c
JOIN months ON month >= signed_up AND month < gone
CROSS JOIN LATERAL (SELECT CASE WHEN month >= on_2025 THEN after_2025
                                WHEN month >= on_2024 THEN after_2024
                                WHEN month >= on_2023 THEN after_2023
                                ELSE at_first END) AS a (amount)
ORDER BY account_id, month;

INSERT INTO accounts (account_id, name, segment, country, owner, signed_up, acquired, monthly_revenue, churned_on)
SELECT account_id,
       concat_ws(' ',
           (ARRAY['Alder', 'Amber', 'Anchor', 'Arctic', 'Aspen', 'Beacon', 'Birch', 'Bright', 'Cedar', 'Cobalt', 'Copper',
                  'Coral', 'Delta', 'Ember', 'Falcon', 'Garnet', 'Harbour', 'Hazel', 'Indigo', 'Juniper', 'Lark', 'Linden',
                  'Maple', 'Meadow', 'Northern', 'Orchard', 'Pine', 'Quartz', 'River', 'Silver', 'Summit', 'Willow'])[1 + shuffled % 32],
           (ARRAY['Analytics', 'Bakeries', 'Books', 'Breweries', 'Care', 'Clinics', 'Consulting', 'Design', 'Electric',
                  'Energy', 'Events', 'Farms', 'Finance', 'Foods', 'Freight', 'Gardens', 'Homes', 'Hotels', 'Insurance', 'Interiors',
                  'Labs', 'Learning', 'Logistics', 'Media', 'Motors', 'Music', 'Optics', 'Robotics', 'Sports', 'Systems',
                  'Textiles', 'Tools'])[1 + shuffled / 32 % 32],
           (ARRAY[NULL, 'Group', 'Partners', 'Brothers', 'International', 'Services', '& Daughters', 'Holding',
                  'Europe', 'Direct', 'United', 'Works', 'Studio', '& Sons', 'Union', 'One'])[1 + shuffled / 1024]),
       segment, country,
       CASE country WHEN 'Germany'        THEN pg_temp.pick('{Anna Becker,Jonas Keller,Miriam Vogt}', pg_temp.u(seed, 32))
                    WHEN 'United Kingdom' THEN pg_temp.pick('{Grace Osei,Tom Whitfield}', pg_temp.u(seed, 32))
                    WHEN 'France'         THEN pg_temp.pick('{Camille Roux,Yanis Benali}', pg_temp.u(seed, 32))
                    WHEN 'Netherlands'    THEN 'Sanne de Vries'
                    WHEN 'Spain'          THEN 'Lucia Ortega'
                    WHEN 'Sweden'         THEN 'Erik Lindgren'
                    ELSE                       'Zofia Nowak' END,
       signed_up,
       CASE WHEN pg_temp.u(seed, 33) < CASE kind WHEN 4 THEN 0.15 ELSE 0.45 END THEN 'referral'
            WHEN pg_temp.u(seed, 33) < CASE kind WHEN 4 THEN 0.85 ELSE 0.80 END THEN 'bought' END,
       coalesce(last_amount, revenue_at_first), churned_on
FROM customers
CROSS JOIN LATERAL (SELECT account_id * 6101 % 16384,
                           (ARRAY['Germany', 'United Kingdom', 'France', 'Netherlands', 'Spain', 'Sweden', 'Poland', 'Iceland'])
                               [1 + width_bucket(pg_temp.u(seed, 31), '{0.28,0.48,0.64,0.76,0.86,0.93,0.98}'::float8[])]) AS n (shuffled, country)
LEFT JOIN (SELECT DISTINCT ON (account_id) account_id, amount AS last_amount
           FROM mrr ORDER BY account_id, month DESC) AS m USING (account_id)
ORDER BY account_id;

INSERT INTO responses (response_id, account_id, respondent_id, question, channel, score, answered_at)
SELECT row_number() OVER (ORDER BY asked_at, respondent_id, question), account_id, respondent_id, question, channel, score, asked_at
FROM answers
JOIN customers USING (account_id)
WHERE churned_on IS NULL OR asked_on < churned_on
ORDER BY 1;

-- A broken key on the phone desk, last quarter of 2025: some of the noughts were tens.
INSERT INTO corrections (response_id, recorded, corrected, corrected_on)
SELECT response_id, score, 10, date '2026-01-12'
FROM responses
WHERE question = 'nps' AND channel = 'phone' AND score = 0 AND answered_on >= date '2025-10-01'
ORDER BY response_id
LIMIT 12;

-- Orders: most customers order in their first month, fewer and fewer later; the content order more.
INSERT INTO orders (order_id, account_id, ordered_at, amount)
WITH chances AS MATERIALIZED (
    SELECT account_id, churned_on, revenue_at_first, seed * 64 + n AS key,
           greatest(month, signed_up) AS from_day, next_month, n - joined AS age,
           CASE WHEN temper < 0.25::float8 THEN 0.6::float8 WHEN temper < 0.6::float8 THEN 0.9::float8 ELSE 1.2::float8 END AS eagerness
    FROM (SELECT *, (extract(year FROM signed_up) - 2023)::int * 12 + extract(month FROM signed_up)::int - 1 AS joined,
                 pg_temp.u(seed * 32 + 1, 17) AS temper
          FROM customers OFFSET 0) AS c
    JOIN months ON next_month > signed_up
), chosen AS MATERIALIZED (
    SELECT *, from_day + floor(pg_temp.u(key, 41) * (next_month - from_day))::int AS ordered_on
    FROM chances
    WHERE pg_temp.u(key, 44) < CASE WHEN age = 0 THEN 0.9::float8
                                    WHEN age <= 12 THEN eagerness * ('{50,42,36,32,32,32,28,28,28,28,28,28}'::float8[])[age] / 100
                                    ELSE eagerness * 0.25::float8 END
)
SELECT row_number() OVER (ORDER BY ordered_at, account_id), account_id, ordered_at, amount
FROM (SELECT account_id,
             (ordered_on + time '08:00' + floor(pg_temp.u(key, 42) * 36000) * interval '1 second') AT TIME ZONE 'UTC' AS ordered_at,
             5 * round((10 + least(revenue_at_first, 20000) * (20 + floor(pg_temp.u(key, 43) * 80)::int) / 100) / 5) AS amount
      FROM chosen
      WHERE churned_on IS NULL OR ordered_on < churned_on) AS o
ORDER BY 1;

-- ---------------------------------------------------------------------------------------------------
-- Keys, indexes, views
-- ---------------------------------------------------------------------------------------------------

ALTER TABLE accounts    ADD PRIMARY KEY (account_id);
ALTER TABLE responses   ADD PRIMARY KEY (response_id), ADD FOREIGN KEY (account_id) REFERENCES accounts;
ALTER TABLE corrections ADD PRIMARY KEY (response_id), ADD FOREIGN KEY (response_id) REFERENCES responses;
ALTER TABLE orders      ADD PRIMARY KEY (order_id),    ADD FOREIGN KEY (account_id) REFERENCES accounts;
ALTER TABLE mrr         ADD PRIMARY KEY (account_id, month), ADD FOREIGN KEY (account_id) REFERENCES accounts;

CREATE INDEX ON responses (answered_on);
CREATE INDEX ON orders (account_id);

-- LEFT JOIN, though every response has its account: PostgreSQL then leaves the join out of queries that do not need it.
CREATE VIEW nps_responses AS
SELECT response_id, account_id, respondent_id, segment, country, owner, monthly_revenue, channel, score,
       answered_at, answered_on, extract(year FROM answered_on)::integer AS year
FROM responses LEFT JOIN accounts USING (account_id)
WHERE question = 'nps';

CREATE VIEW csat_responses AS
SELECT response_id, account_id, respondent_id, segment, country, owner, monthly_revenue, channel, score,
       answered_at, answered_on, extract(year FROM answered_on)::integer AS year
FROM responses LEFT JOIN accounts USING (account_id)
WHERE question = 'csat';

CREATE VIEW effort_responses AS
SELECT response_id, account_id, respondent_id, segment, country, owner, monthly_revenue, channel, score,
       answered_at, answered_on, extract(year FROM answered_on)::integer AS year
FROM responses LEFT JOIN accounts USING (account_id)
WHERE question = 'effort';

COMMENT ON VIEW nps_responses IS 'Would you recommend us? 0..10, with the segment, country, owner and revenue of the account';
COMMENT ON VIEW csat_responses IS 'How satisfied are you? 1..5, with the segment, country, owner and revenue of the account';
COMMENT ON VIEW effort_responses IS 'Was it easy? 1..7, high = easy, with the segment, country, owner and revenue of the account';

DROP FUNCTION pg_temp.pick(text[], float8);
DROP FUNCTION pg_temp.u(bigint, bigint);

ANALYZE accounts, responses, corrections, orders, mrr;

COMMIT;
