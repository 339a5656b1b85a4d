-- Revenue at risk: what holds for every portfolio, and figures from elsewhere.

BEGIN;
SELECT no_plan();

-- Portfolios that differ, and always the same ones.
CREATE TABLE accounts AS
SELECT portfolio, i AS account,
	   round(abs(hashint8extended(i, portfolio)) % 100000 / 7.0, portfolio % 5) AS revenue,
	   CASE abs(hashint8extended(i, portfolio + 100)) % 20
		   WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN NULL
		   ELSE abs(hashint8extended(i, portfolio + 200)) % 1000003 / 1000003.0 END::float8 AS probability,
	   (ARRAY[0, 0.1, 0.4])[1 + portfolio % 3]::float8 AS correlation
FROM generate_series(1, 24) AS portfolio, generate_series(1, 3 + portfolio * portfolio) AS i;

CREATE TABLE wholes AS
SELECT portfolio, max(correlation) AS correlation, risk_agg(revenue, probability, correlation) AS s FROM accounts GROUP BY portfolio;

-- ---- money is exact, in any order and grouping ----

SELECT results_eq(
	'SELECT portfolio, risk_accounts(s), risk_revenue(s), risk_accounts_unrated(s), risk_revenue_unrated(s) FROM wholes ORDER BY 1',
	$$SELECT portfolio, count(probability), coalesce(sum(revenue) FILTER (WHERE probability IS NOT NULL), 0), count(*) - count(probability),
		coalesce(sum(revenue) FILTER (WHERE probability IS NULL), 0) FROM accounts GROUP BY 1 ORDER BY 1$$,
	'accounts and revenue, rated and unrated, are those of count and sum');
SELECT results_eq(
	'SELECT portfolio, expected_loss(s) FROM wholes ORDER BY 1',
	$$SELECT portfolio, round(sum(revenue * probability::numeric), max(scale(revenue)) FILTER (WHERE probability IS NOT NULL) + 2)
	  FROM (SELECT portfolio, probability, revenue, portfolio % 5 AS decimals FROM accounts) AS a GROUP BY 1 ORDER BY 1$$,
	'the expected loss is sum(revenue * probability::numeric)');
SELECT is_empty(
	$$SELECT portfolio FROM wholes JOIN accounts USING (portfolio) GROUP BY portfolio, s, wholes.correlation
	  HAVING portfolio <= 15 AND s <> risk_agg(revenue, probability, accounts.correlation ORDER BY hashint8extended(account, 7))$$,
	'up to 256 accounts: the same bytes in any order');
SELECT is_empty(
	$$SELECT portfolio FROM wholes JOIN (
		SELECT portfolio, rollup(s) AS merged
		FROM (SELECT portfolio, risk_agg(revenue, probability, correlation) AS s FROM accounts GROUP BY portfolio, account % 5) AS parts
		GROUP BY portfolio) AS m USING (portfolio)
	  WHERE portfolio <= 15 AND s <> merged OR expected_loss(s) <> expected_loss(merged) OR risk_revenue(s) <> risk_revenue(merged)$$,
	'merged of parts: the same bytes, beyond 256 accounts the same money');
SELECT is_empty(
	$$SELECT portfolio FROM wholes JOIN (
		SELECT portfolio, rollup(s ORDER BY part DESC) AS merged
		FROM (SELECT portfolio, account / 100 AS part, risk_agg(revenue, probability, correlation) AS s FROM accounts GROUP BY 1, 2) AS parts
		GROUP BY portfolio) AS m USING (portfolio), unnest(ARRAY[0.01, 0.5, 0.95, 0.999]::float8[]) AS q
	  WHERE portfolio > 17 AND abs(loss_quantile(s, q) - loss_quantile(merged, q)) > 1e-11 * loss_quantile(s, q) + 2 * 0.1 ^ (portfolio % 5 + 2)$$,
	'merged of parts: quantiles to eleven digits');

-- Beyond 256: the accounts that are kept, the cells, and how many accounts lie in each.
CREATE FUNCTION exact(s risk_summary) RETURNS jsonb LANGUAGE sql AS $$
	SELECT s::jsonb - '{cell_paid, cell_paid_low, cell_loss, cell_loss_low, cell_squares, cell_squares_low, cell_variance, cell_variance_low}'::text[] $$;
CREATE FUNCTION near(a risk_summary, b risk_summary) RETURNS boolean LANGUAGE sql AS $$
	SELECT coalesce(bool_and(abs(x::float8 - y::float8) <= 1e-12 * x::float8), true) FROM unnest('{cell_paid, cell_loss, cell_squares, cell_variance}'::text[]) AS key,
		ROWS FROM (jsonb_array_elements_text(a::jsonb -> key), jsonb_array_elements_text(b::jsonb -> key)) AS v (x, y) $$;
SELECT is_empty(
	$$SELECT portfolio FROM wholes JOIN accounts USING (portfolio) GROUP BY portfolio, s
	  HAVING exact(s) <> exact(risk_agg(revenue, probability, accounts.correlation ORDER BY hashint8extended(account, 7)))
		OR exact(s) <> exact(risk_agg(revenue, probability, accounts.correlation ORDER BY revenue))
		OR exact(s) <> exact(risk_agg(revenue, probability, accounts.correlation ORDER BY revenue DESC))
		OR NOT near(s, risk_agg(revenue, probability, accounts.correlation ORDER BY revenue))$$,
	'any number of accounts: the same largest ones and the same cells in any order, their sums to twelve digits');
SELECT is_empty(
	$$SELECT portfolio FROM wholes JOIN (
		SELECT portfolio, rollup(s ORDER BY part) AS merged, rollup(s ORDER BY part DESC) AS backwards
		FROM (SELECT portfolio, account / 90 AS part, risk_agg(revenue, probability, correlation) AS s FROM accounts GROUP BY 1, 2
			UNION ALL SELECT portfolio, -1, '{"n": 0}' FROM wholes) AS parts
		GROUP BY portfolio) AS m USING (portfolio)
	  WHERE exact(s) <> exact(merged) OR exact(s) <> exact(backwards) OR NOT near(s, merged)$$,
	'and merged of parts, forwards and backwards');
-- Where pooling begins, and where accounts that wait are pooled.
SELECT is_empty(
	$$SELECT n, cut FROM generate_series(250, 400) AS n, unnest(ARRAY[1, 200]) AS cut,
		LATERAL (SELECT risk_agg(revenue, probability) AS s, risk_agg(revenue, probability) FILTER (WHERE account <= cut) AS head,
			risk_agg(revenue, probability) FILTER (WHERE account > cut) AS tail,
			risk_agg(revenue, probability ORDER BY account DESC) AS backwards
		  FROM accounts WHERE portfolio = 20 AND account <= n) AS a
	  WHERE exact(s) <> exact(backwards) OR exact(s) <> exact(head + tail) OR exact(s) <> exact(tail + head)
		OR NOT near(s, backwards) OR NOT near(s, head + tail)$$,
	'of 250 to 400 accounts: the same in any order and in two parts');
SELECT is_empty(
	$$SELECT a.portfolio, b.portfolio FROM wholes AS a JOIN wholes AS b ON b.portfolio = a.portfolio + 3 JOIN wholes AS c ON c.portfolio = a.portfolio + 6
	  WHERE exact(a.s + b.s) <> exact(b.s + a.s) OR exact((a.s + b.s) + c.s) <> exact(a.s + (b.s + c.s)) OR NOT near((a.s + b.s) + c.s, a.s + (b.s + c.s))$$,
	'a + b = b + a, (a + b) + c = a + (b + c)');

-- ---- forms ----

SELECT is_empty('SELECT portfolio FROM wholes WHERE s <> s::text::risk_summary', 'text reads back to the same bytes');
SELECT is_empty('SELECT portfolio FROM wholes WHERE s <> s::json::risk_summary OR s <> s::jsonb::risk_summary', 'so do json and jsonb');
SELECT lives_ok($$CREATE TEMPORARY TABLE copied (portfolio integer, s risk_summary)$$);
COPY (SELECT portfolio, s FROM wholes) TO PROGRAM 'cat > risk_summary.bin' (FORMAT binary);
COPY copied FROM PROGRAM 'cat risk_summary.bin; rm risk_summary.bin' (FORMAT binary);
SELECT is_empty('SELECT portfolio FROM wholes FULL JOIN copied USING (portfolio) WHERE wholes.s IS DISTINCT FROM copied.s', 'and binary');

-- ---- laws ----

SELECT is_empty(
	$$SELECT portfolio, q FROM (SELECT portfolio, s, q, loss_quantile(s, q) AS x, loss_shortfall(s, q) AS beyond
		FROM wholes, unnest(ARRAY[0.001, 0.1, 0.5, 0.95, 0.999]::float8[]) AS q WHERE portfolio NOT BETWEEN 8 AND 17 OFFSET 0) AS v
	  WHERE x < 0 OR beyond < x OR beyond > risk_revenue(s) OR x IS NULL OR beyond IS NULL$$,
	'0 <= quantile <= shortfall <= revenue');
SELECT is_empty(
	$$SELECT portfolio FROM (SELECT portfolio, x, lag(x) OVER (PARTITION BY portfolio ORDER BY q) AS before
		FROM (SELECT portfolio, q, loss_quantile(s, q) AS x FROM wholes, generate_series(1, 19) AS i, LATERAL (SELECT i / 20.0::float8 AS q) AS q
			WHERE portfolio IN (3, 9, 18, 20, 22) OFFSET 0) AS v) AS x WHERE x < before$$,
	'quantiles rise');
SELECT is_empty(
	$$SELECT portfolio, total FROM (SELECT portfolio, sum(probability) AS total, sum(probability * loss)::numeric AS mean, max(expected_loss(s)) AS due
		FROM wholes, loss_distribution(s, 2000) WHERE portfolio IN (1, 2, 3, 4, 18, 20, 22) GROUP BY portfolio) AS x
	  WHERE abs(total - 1) > 1e-6 OR abs(mean - due) > 0.01 * due$$,
	'a distribution adds up to 1, and its mean is the expected loss');

-- The distribution by going through every outcome of eight accounts.
CREATE TABLE eight (i integer, v integer, p float8);
INSERT INTO eight VALUES (0, 5, 0.1), (1, 5, 0.25), (2, 7, 0.03), (3, 12, 0.5), (4, 1, 0.9), (5, 30, 0.01), (6, 12, 0.2), (7, 3, 0.333);
SELECT is_empty(
	$$SELECT * FROM (
		SELECT loss, sum(probability) AS probability FROM (
			SELECT outcome, sum(CASE WHEN outcome >> i & 1 = 1 THEN v ELSE 0 END) AS loss,
				   exp(sum(ln(CASE WHEN outcome >> i & 1 = 1 THEN p ELSE 1 - p END))) AS probability
			FROM eight, generate_series(0, 255) AS outcome GROUP BY outcome) AS outcomes
		GROUP BY loss) AS due
	  FULL JOIN loss_distribution((SELECT risk_agg(v, p) FROM eight)) AS ours USING (loss)
	  WHERE NOT coalesce(abs(due.probability - ours.probability) < 1e-12, false)$$,
	'independent accounts: every outcome has its probability');

-- ---- figures from elsewhere: test/math/loss.R, numerical integration ----

CREATE TABLE portfolio (name text, v integer, p float8, n integer);
INSERT INTO portfolio
SELECT 'five', v, p, 1 FROM unnest('{1, 2, 3, 5, 10}'::integer[], '{0.02, 0.05, 0.3, 0.1, 0.2}'::float8[]) AS a (v, p)
UNION ALL SELECT name, v, p, n FROM (VALUES ('twenty', 1), ('thousand', 50), ('ten thousand', 500)) AS x (name, n),
	unnest('{1, 2, 5, 10}'::integer[]) AS v, unnest('{0.02, 0.05, 0.1, 0.2, 0.3}'::float8[]) AS p
UNION ALL SELECT name, floor(4000 / (i + 50.0)) + 1, least + most * (i * 389 % 1000 / 1000.0) ^ 2, 1
FROM generate_series(1, 1000) AS i, (VALUES ('all different', 0.002, 0.3), ('all different, few losses', 0.0001, 0.004)) AS x (name, least, most)
UNION ALL SELECT 'few losses of 1,000', v, 0.002, 250 FROM unnest('{1, 2, 5, 10}'::integer[]) AS v
UNION ALL SELECT 'few losses of 10,000', v, 0.0003, 2500 FROM unnest('{1, 2, 5, 10}'::integer[]) AS v
UNION ALL VALUES ('one outweighs 999', 1000, 0.08, 1), ('one outweighs 999', 1, 0.1, 999),
	('one and 9,999', 5000, 0.08, 1), ('one and 9,999', 1, 0.1, 9999),
	('two outweigh 4,000', 7000, 0.04, 1), ('two outweigh 4,000', 3000, 0.2, 1), ('two outweigh 4,000', 1, 0.02, 3000), ('two outweigh 4,000', 3, 0.1, 1000),
	('prices', 9, 0.2, 400), ('prices', 29, 0.15, 300), ('prices', 49, 0.1, 150), ('prices', 99, 0.08, 100), ('prices', 199, 0.05, 40), ('prices', 499, 0.03, 10);
CREATE TABLE reference (name text, correlation float8, stddev float8, q50 float8, q90 float8, q95 float8, q99 float8, q999 float8, shortfall float8);
INSERT INTO reference VALUES
	('five', 0, 4.511053, 2, 10, 13, 15, 18, 14.337600),
	('five', 0.05, 4.595204, 2, 10, 13, 15, 18, 14.624625),
	('five', 0.2, 4.858608, 0, 12, 13, 18, 20, 15.683595),
	('five', 0.5, 5.432939, 0, 13, 15, 20, 21, 18.084693),
	('twenty', 0, 8.277862, 11, 23, 27, 34, 43, 31.489050),
	('twenty', 0.05, 9.056303, 11, 25, 29, 37, 47, 34.029632),
	('twenty', 0.2, 11.234079, 10, 28, 34, 46, 61, 41.565549),
	('twenty', 0.5, 15.236605, 6, 34, 44, 64, 82, 56.245630),
	('thousand', 0, 58.533324, 602, 679, 701, 743, 791, 726.576915),
	('thousand', 0.05, 202.737773, 582, 874, 969, 1163, 1400, 1088.265490),
	('thousand', 0.2, 405.364081, 514, 1159, 1395, 1880, 2456, 1691.754682),
	('thousand', 0.5, 678.202944, 353, 1569, 2053, 2969, 3798, 2603.443362),
	('ten thousand', 0, 185.098623, 6029, 6268, 6336, 6464, 6609, 6414.708124),
	('ten thousand', 0.05, 1951.703898, 5821, 8637, 9562, 11438, 13742, 10716.348710),
	('ten thousand', 0.2, 4019.241901, 5147, 11546, 13884, 18710, 24437, 16838.232783),
	('ten thousand', 0.5, 6765.702665, 3536, 15662, 20499, 29647, 37919, 25994.908615),
	('few losses of 1,000', 0, 8.054192, 7, 20, 25, 33, 45, 29.889000),
	('few losses of 1,000', 0.05, 10.717687, 5, 23, 30, 47, 73, 40.656720),
	('few losses of 1,000', 0.2, 20.812142, 1, 25, 41, 96, 222, 77.481311),
	('few losses of 1,000', 0.5, 53.149830, 0, 12, 36, 186, 742, 145.271378),
	('few losses of 10,000', 0, 9.873001, 12, 27, 32, 42, 55, 38.223681),
	('few losses of 10,000', 0.05, 16.260265, 10, 33, 44, 74, 126, 63.301038),
	('few losses of 10,000', 0.2, 41.788849, 1, 34, 61, 174, 501, 139.952239),
	('few losses of 10,000', 0.5, 145.107358, 0, 10, 32, 262, 1758, 247.202951),
	('one outweighs 999', 0, 271.458855, 101, 119, 1097, 1111, 1122, 1105.623395),
	('one outweighs 999', 0.05, 279.308282, 97, 196, 1098, 1169, 1240, 1142.519909),
	('one outweighs 999', 0.2, 305.324272, 79, 312, 1122, 1312, 1504, 1238.632045),
	('one outweighs 999', 0.5, 367.658756, 36, 458, 1227, 1647, 1894, 1479.793415),
	('one and 9,999', 0, 1356.797667, 1003, 1061, 5990, 6034, 6068, 6018.073432),
	('one and 9,999', 0.05, 1462.036401, 971, 1942, 5983, 6683, 7372, 6420.365569),
	('one and 9,999', 0.2, 1782.913973, 787, 3113, 6226, 8112, 10034, 7386.069841),
	('one and 9,999', 0.5, 2457.555298, 356, 4580, 7393, 11469, 13940, 9822.251237),
	('two outweigh 4,000', 0, 1822.764055, 371, 3374, 3409, 7406, 10394, 7052.309730),
	('two outweigh 4,000', 0.05, 1870.826848, 380, 3463, 3709, 7825, 10728, 7269.491071),
	('two outweigh 4,000', 0.2, 2030.490338, 309, 3630, 4308, 10548, 11830, 7922.493648),
	('two outweigh 4,000', 0.5, 2409.434647, 126, 3912, 5313, 12160, 14284, 9539.269083),
	('all different', 0, 159.447982, 1259, 1471, 1533, 1653, 1792, 1607.069403),
	('all different', 0.05, 464.957235, 1209, 1885, 2110, 2573, 3149, 2395.103320),
	('all different', 0.2, 923.892966, 1042, 2520, 3084, 4282, 5764, 3819.237761),
	('all different', 0.5, 1563.039979, 652, 3420, 4623, 7011, 9402, 6065.582908),
	('all different, few losses', 0, 20.801251, 11, 46, 62, 92, 133, 81.236316),
	('all different, few losses', 0.05, 25.031594, 8, 50, 71, 112, 176, 96.536231),
	('all different, few losses', 0.2, 43.237917, 0, 53, 87, 199, 455, 161.163122),
	('all different, few losses', 0.5, 106.810515, 0, 25, 75, 365, 1466, 288.835703),
	('prices', 0, 538.147100, 4068, 4806, 5036, 5493, 6040, 5317.041572),
	('prices', 0.05, 1673.552503, 3866, 6341, 7196, 8985, 11269, 8299.534984),
	('prices', 0.2, 3389.621125, 3170, 8652, 10884, 15755, 21861, 13870.936401),
	('prices', 0.5, 5889.345754, 1622, 11830, 16994, 27441, 36597, 23223.337929);
CREATE TABLE ours AS
SELECT r.*, s, accounts FROM reference AS r, LATERAL (SELECT risk_agg(v, p, r.correlation) AS s, count(*) AS accounts FROM portfolio AS a, generate_series(1, n) WHERE a.name = r.name) AS x;
SELECT is_empty(
	$$SELECT name, correlation, q, due, loss_quantile(s, q) FROM ours,
		unnest(ARRAY[0.5, 0.9, 0.95, 0.99, 0.999]::float8[], ARRAY[q50, q90, q95, q99, q999]) AS u (q, due)
	  WHERE CASE WHEN accounts <= 20 THEN loss_quantile(s, q) <> due ELSE abs(loss_quantile(s, q) - due) > 0.002 * due + 1 END$$,
	'quantiles equal those of numerical integration up to 20 accounts, within 0.2 % and a step of them for 1,000 and 10,000');
SELECT is_empty(
	$$SELECT name, correlation FROM ours WHERE abs(loss_stddev(s) - stddev) > 0.002 * stddev + 0.01 OR abs(loss_shortfall(s, 0.95) - shortfall) > 0.002 * shortfall + 0.01$$,
	'standard deviation and shortfall too');

-- The same of amounts in cents, which are no whole numbers of steps of a grid: off by some steps, of which 16256 are all of them.
CREATE TABLE cents AS
SELECT 'cents, one is small' AS name, v, p FROM (SELECT 101 AS v, 0.55::float8 AS p UNION ALL SELECT 1000 + 2503 * i, 0.02 FROM generate_series(1, 18) AS i) AS x
UNION ALL SELECT 'cents, even chances', 997 + 1511 * i, (ARRAY[0.7, 0.3, 0.4, 0.5, 0.6])[1 + i % 5] FROM generate_series(1, 20) AS i
UNION ALL SELECT 'cents, mostly lost', 997 + 1511 * i, (ARRAY[0.99, 0.5, 0.95, 0.98])[1 + i % 4] FROM generate_series(1, 20) AS i;
CREATE TABLE cents_reference (LIKE reference);
INSERT INTO cents_reference VALUES
	('cents, one is small', 0, 16616.448301, 101, 36143, 43652, 69581, 95712, 57254.510266),
	('cents, one is small', 0.05, 17327.351576, 101, 36143, 44652, 74587, 108227, 61134.405727),
	('cents, one is small', 0.2, 20145.883254, 101, 37042, 47155, 90706, 152778, 75457.426356),
	('cents, one is small', 0.5, 28791.892344, 101, 32137, 57167, 146269, 286431, 111893.421181),
	('cents, even chances', 0, 40692.834456, 175152, 227040, 241122, 266778, 292465, 256710.208670),
	('cents, even chances', 0.05, 48975.572729, 175183, 238100, 254721, 283399, 311594, 272268.700700),
	('cents, even chances', 0.2, 68114.014523, 175666, 264753, 285393, 316610, 337250, 304094.081253),
	('cents, even chances', 0.5, 96560.793352, 177177, 306547, 325676, 337250, 337250, 334831.414918),
	('cents, mostly lost', 0, 22268.910449, 293462, 322654, 328698, 337250, 337250, 334945.733151),
	('cents, mostly lost', 0.05, 24126.265309, 293976, 326190, 334742, 337250, 337250, 336358.016632),
	('cents, mostly lost', 0.2, 29175.745120, 295970, 334742, 337250, 337250, 337250, 337250.000276),
	('cents, mostly lost', 0.5, 37894.786096, 299506, 337250, 337250, 337250, 337250, 337250.000331);
CREATE TABLE our_cents AS
SELECT r.*, s FROM cents_reference AS r, LATERAL (SELECT risk_agg(v / 100.0, p, r.correlation) AS s FROM cents WHERE cents.name = r.name) AS x;
SELECT is_empty(
	$$SELECT name, correlation, q, due, x FROM our_cents,
		unnest(ARRAY[0.5, 0.9, 0.95, 0.99, 0.999]::float8[], ARRAY[q50, q90, q95, q99, q999]) AS u (q, due), LATERAL (SELECT 100 * loss_quantile(s, q) AS x OFFSET 0) AS y
	  WHERE abs(x - due) > 3 * 100 * risk_revenue(s) / 16256$$,
	'cents: quantiles to three steps of a grid');
SELECT is_empty(
	$$SELECT name, correlation FROM our_cents, LATERAL (SELECT 100 * loss_shortfall(s, 0.95) AS x, loss_shortfall(s, 1e-9) AS mean OFFSET 0) AS y
	  WHERE abs(x / shortfall - 1) > 0.001 OR abs(mean / expected_loss(s) - 1) > 0.0005 OR abs(100 * loss_stddev(s) / stddev - 1) > 0.0001$$,
	'cents: shortfalls and standard deviations, and the mean is the expected loss');
-- Amounts and probabilities that are all different: test/math/loss.R says how they are made.
CREATE TABLE continuous AS
SELECT name, rho, risk_agg(v, p, rho) AS s
FROM generate_series(1, 10000) AS i, LATERAL (SELECT (i - 0.5::float8) / 10000 AS a, (i::bigint * 3877 % 10000 + 0.5::float8) / 10000 AS b) AS u,
	LATERAL (SELECT round(exp(5 + 1.2 * 4.91 * (a ^ 0.14 - (1 - a) ^ 0.14))::numeric, 2) AS v) AS v,
	LATERAL (VALUES ('beta', (1 - (1 - b) ^ 0.2) ^ 2), ('logarithm', 10 ^ (-0.1 - 3.9 * b)), ('uniform', b)) AS p (name, p),
	unnest('{0.2, 0.5}'::float8[]) AS rho
GROUP BY name, rho;
CREATE TABLE continuous_due (name text, rho float8, stddev numeric, q50 numeric, q90 numeric, q95 numeric, q99 numeric, q999 numeric);
INSERT INTO continuous_due VALUES
	('beta', 0.2, 114785, 110279, 290648, 367692, 546951, 800312),
	('beta', 0.5, 202658, 63906, 378642, 551524, 977643, 1549041),
	('logarithm', 0.2, 135661, 256553, 459787, 531582, 684083, 883252),
	('logarithm', 0.5, 221672, 223736, 574552, 711471, 1016399, 1432772),
	('uniform', 0.2, 382477, 1507042, 2007965, 2137822, 2358061, 2562727),
	('uniform', 0.5, 606752, 1507132, 2324817, 2501845, 2748461, 2907217);
SELECT is_empty(
	$$SELECT name, rho, q, due, loss_quantile(s, q) FROM continuous JOIN continuous_due USING (name, rho),
		unnest('{0.5, 0.9, 0.95, 0.99, 0.999}'::float8[], ARRAY[q50, q90, q95, q99, q999]) AS u (q, due)
	  WHERE abs(loss_quantile(s, q) - due) > 0.002 * due + risk_revenue(s) / 16256 OR abs(loss_stddev(s) / stddev - 1) > 0.002$$,
	'10,000 accounts that are all different: within 0.2 % and a step of numerical integration');

-- Few giants among many small accounts, far apart on the grid:
-- k <- 0:5; s <- 0:1000; L <- outer(k * 1e6, s, "+"); P <- outer(dbinom(k, 5, .01), dbinom(s, 1000, .1)); o <- order(L); L <- L[o]; P <- P[o]
-- for (q in c(.95, .99, .999, .9999)) { x <- L[cumsum(P) >= q][1]; print(c(x, x + sum(P * pmax(L - x, 0)) / (1 - q))) }
CREATE TABLE giants AS
SELECT risk_agg(v, p) AS s FROM (SELECT 1000000 AS v, 0.01 AS p FROM generate_series(1, 5) UNION ALL SELECT 1, 0.1 FROM generate_series(1, 1000)) AS x;
SELECT is_empty(
	$$SELECT q, loss_quantile(s, q), loss_shortfall(s, q) FROM giants,
		unnest('{0.95, 0.99, 0.999, 0.9999}'::float8[], '{130, 1000108, 1000133, 2000113}'::numeric[], '{1000100.656, 1099117.415, 1990150.609, 2099118.581}'::numeric[]) AS due (q, x, shortfall)
	  WHERE abs(loss_quantile(s, q) - x) > 3 * 5001000 / 65408.0 OR abs(loss_shortfall(s, q) / shortfall - 1) > 0.0002$$,
	'few giants: quantiles within three steps, shortfalls within 0.02 %');
SELECT is(max(cumulative) <= 1 AND abs(sum(probability) - 1) < 1e-8, true, 'few giants: no more than all of the probability')
FROM giants, loss_distribution(s, 200);
-- One giant is lost with .999 and outweighs 301 accounts of at most 49, one of which is as good as a coin: what is split between
-- steps is neither none nor all of the loss.
SELECT ok(loss_quantile(s, 0.0005) < 9000 AND loss_quantile(s, 0.002) > 12000000 AND abs(loss_shortfall(s, 1e-9) / expected_loss(s) - 1) < 1e-5,
	'the loss of a giant has its probability')
FROM (SELECT risk_agg(v, p) AS s FROM (SELECT 12000000.37 AS v, 0.999 AS p UNION ALL SELECT 10 + i % 40, 0.9999 FROM generate_series(1, 300) AS i UNION ALL VALUES (30.01, 0.48)) AS x) AS y;
CREATE TABLE nearly_certain AS
SELECT risk_agg(v, p) AS s FROM (SELECT 7311157.79 AS v, 0.5 AS p UNION ALL SELECT round((1000 + i * i * 0.13)::numeric, 2), 0.9999999999 FROM generate_series(1, 300) AS i) AS x;
SELECT is_empty(
	$$SELECT points, m FROM generate_series(2, 200) AS points, LATERAL (SELECT max(cumulative) AS m FROM loss_distribution((SELECT s FROM nearly_certain), points)) AS x WHERE m <> 1$$,
	'a plot ends where all of the probability is, whatever its points');
SELECT is(loss_quantile(s, 0.9999), risk_revenue(s), 'all that is lost is all of the revenue, to its last digit')
FROM (SELECT risk_agg(12345678901.234567 + i * 0.0137, 0.9999999) AS s FROM generate_series(1, 300) AS i) AS x;
-- As good as impossible losses: their squares are too small for a double.
SELECT is_empty(
	$$SELECT p, v FROM (SELECT p, v, risk_agg(v, p) AS s FROM unnest('{1e-155, 1e-162, 1e-173, 1e-310, 5e-324}'::float8[]) AS p, unnest('{0.01, 1.3, 100, 1e30}'::numeric[]) AS v,
		generate_series(1, 300) GROUP BY p, v) AS x WHERE s <> s::text::risk_summary OR expected_loss(s) <> 0 OR loss_quantile(s, 0.99) <> 0$$,
	'tiny probabilities are summed up, stored and read');
-- one account more, and the smaller ones are no longer kept one by one
SELECT is_empty(
	$$SELECT rho, p, q, few, many FROM unnest(ARRAY[0, 0.05, 0.2, 0.5]::float8[]) AS rho, unnest(ARRAY[0.004, 0.1]::float8[]) AS p,
		unnest(ARRAY[0.5, 0.9, 0.99]::float8[]) AS q,
		LATERAL (SELECT risk_agg(100 + i * 37 % 101, p, rho) AS s FROM generate_series(1, 256) AS i) AS a,
		LATERAL (SELECT risk_accum(s, 1, p, rho) AS t) AS b, loss_quantile(s, q) AS few, loss_quantile(t, q) AS many
	  WHERE abs(many - few) > 0.001 * few + 1$$,
	'no jump from 256 accounts to 257');

SELECT finish();
ROLLBACK;
