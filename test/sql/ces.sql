-- Customer effort against R and against plain SQL over the raw rows.
-- Lists of figures are the output of Rscript test/R/ces.R with the section that stands above them.

-- Counts the figures that are within 1e-9 of what is due, and lists those that are not.
CREATE FUNCTION pg_temp.agree_step(said text[], what text, ours float8, due float8) RETURNS text[] LANGUAGE sql AS $$
	SELECT CASE WHEN ours IS NOT DISTINCT FROM due OR abs(ours - due) <= greatest(1e-9 * abs(due), 1e-300)
		THEN ARRAY[(said[1]::int + 1)::text] || said[2:]
		ELSE said || format(E'\n%s is %s, not %s', what, ours, due) END $$;
CREATE FUNCTION pg_temp.agree_end(said text[]) RETURNS text LANGUAGE sql AS $$
	SELECT said[1] || ' agree' || array_to_string(said[2:], '') $$;
CREATE AGGREGATE pg_temp.agree(what text, ours float8, due float8) (
	SFUNC = pg_temp.agree_step, STYPE = text[], INITCOND = '{0}', FINALFUNC = pg_temp.agree_end);

-- ---- certainty ----

-- certainty: shares above and below the midpoint, net, mean, deviation, median, standard error
WITH due (counts, high, low, net, mean, stddev, median, stderr) AS (VALUES
	('{1,0,2,3,7,12,9}', 0.823529411764706, 0.0882352941176471, 73.5294117647059, 5.55882352941176, 1.39677499696868, 6, 0.239544935742561),
	('{0,0,0,0,0,0,5}', 1, 0, 100, 7, 0, 7, 0),
	('{0,0,0,1,0,0,0}', 0, 0, 0, 4, NULL, 4, NULL),
	('{1,0,0,0,0,0,1}', 0.5, 0.5, 0, 4, 4.24264068711928, 4, 3),
	('{0,0,0,0,0,9,1}', 1, 0, 100, 6.1, 0.316227766016838, 6, 0.1),
	('{100,200,300,400,500,600,700}', 0.642857142857143, 0.214285714285714, 42.8571428571429, 5, 1.73236018522743, 5, 0.0327385302235826),
	('{4,3,8,10,2}', 0.444444444444444, 0.259259259259259, 18.5185185185185, 3.11111111111111, 1.18754217199071, 3, 0.228542597557623),
	('{5,0,0,0,0}', 0, 1, -100, 1, 0, 1, 0),
	('{3,1}', 0.25, 0.75, -50, 1.25, 0.5, 1, 0.25),
	('{0,2}', 1, 0, 100, 2, 0, 2, 0),
	('{2,5,1}', 0.125, 0.25, -12.5, 1.875, 0.640869944461656, 2, 0.226581741793741),
	('{1,2,3,4}', 0.7, 0.3, 40, 3, 1.05409255338946, 3, 0.333333333333333),
	('{10,0,4,4,0,11}', 0.517241379310345, 0.482758620689655, 3.44827586206897, 3.58620689655172, 2.17973198515175, 4, 0.404766068118091),
	('{3,1,4,1,5,9,2,6,5,3,5}', 0.477272727272727, 0.318181818181818, 15.9090909090909, 6.63636363636364, 2.90221173951394, 6, 0.437524881915109),
	('{0,1,0,0,0,0,0,0,0,1,40}', 0.976190476190476, 0.0238095238095238, 95.2380952380952, 10.7619047619048, 1.39353076417727, 11, 0.215026465187786)
)
SELECT pg_temp.agree(format('%s: %s', counts, what), ours, v.due ORDER BY counts, what)
FROM due, ces_summary(counts::int[]) AS s, ces_summary(counts::bigint[], low_is_easy => true) AS l, ces_report(s) AS r, ces_report(l) AS q,
	LATERAL (VALUES ('ces', ces(s), mean), ('ces low', ces(l), mean), ('mean', mean_score(s), mean), ('stddev', stddev_score(s), stddev),
		('median', median_score(s), median), ('stderr', ces_stderr(s), stderr), ('stderr low', ces_stderr(l), stderr),
		('easy', easy_share(s), high), ('difficult', difficult_share(s), low), ('net', ces_net_easy(s), net), ('easy low', easy_share(l), low),
			('difficult low', difficult_share(l), high), ('net low', ces_net_easy(l), -net),
		('report ces', r.ces, mean), ('report easy', r.easy_share, high), ('report difficult', r.difficult_share, low),
			('report net', r.net_easy, net), ('report low easy', q.easy_share, low), ('report low difficult', q.difficult_share, high),
			('report low net', q.net_easy, -net)) AS v (what, ours, due);

-- interval: limits and margin by t.test
WITH due (counts, level, lower, upper, margin) AS (VALUES
	('{1,0,2,3,7,12,9}', 0.5, 5.39545460703443, 5.7221924517891, 0.163368922377336),
	('{1,0,2,3,7,12,9}', 0.95, 5.07146569321701, 6.04618136560652, 0.487357836194759),
	('{1,0,2,3,7,12,9}', 0.9999, 4.49944534031534, 6.61820171850819, 1.05937818909642),
	('{0,0,0,0,0,0,5}', 0.5, 7, 7, 0),
	('{0,0,0,0,0,0,5}', 0.95, 7, 7, 0),
	('{0,0,0,0,0,0,5}', 0.9999, 7, 7, 0),
	('{0,0,0,1,0,0,0}', 0.5, NULL, NULL, NULL),
	('{0,0,0,1,0,0,0}', 0.95, NULL, NULL, NULL),
	('{0,0,0,1,0,0,0}', 0.9999, NULL, NULL, NULL),
	('{1,0,0,0,0,0,1}', 0.5, 1, 7, 3),
	('{1,0,0,0,0,0,1}', 0.95, 1, 7, 38.1186142085241),
	('{1,0,0,0,0,0,1}', 0.9999, 1, 7, 19098.5930139499),
	('{0,0,0,0,0,9,1}', 0.5, 6.02972778532487, 6.17027221467513, 0.0702722146751329),
	('{0,0,0,0,0,9,1}', 0.95, 5.87378428372018, 6.32621571627982, 0.22621571627982),
	('{0,0,0,0,0,9,1}', 0.9999, 5.44063174160551, 6.75936825839449, 0.659368258394488),
	('{100,200,300,400,500,600,700}', 0.5, 4.97791532703324, 5.02208467296676, 0.0220846729667632),
	('{100,200,300,400,500,600,700}', 0.95, 4.93580590076338, 5.06419409923662, 0.064194099236615),
	('{100,200,300,400,500,600,700}', 0.9999, 4.87244392355605, 5.12755607644394, 0.127556076443945),
	('{4,3,8,10,2}', 0.5, 2.95477815329313, 3.26744406892909, 0.156332957817982),
	('{4,3,8,10,2}', 0.95, 2.64133507384751, 3.58088714837472, 0.469776037263605),
	('{4,3,8,10,2}', 0.9999, 2.06278979334811, 4.15943242887412, 1.048321317763),
	('{5,0,0,0,0}', 0.5, 1, 1, 0),
	('{5,0,0,0,0}', 0.95, 1, 1, 0),
	('{5,0,0,0,0}', 0.9999, 1, 1, 0),
	('{3,1}', 0.5, 1.05877691789891, 1.44122308210109, 0.191223082101086),
	('{3,1}', 0.95, 1, 2, 0.795611576320927),
	('{3,1}', 0.9999, 1, 2, 7.0000325027375),
	('{0,2}', 0.5, 2, 2, 0),
	('{0,2}', 0.95, 2, 2, 0),
	('{0,2}', 0.9999, 2, 2, 0),
	('{2,5,1}', 0.5, 1.71386825725993, 2.03613174274007, 0.16113174274007),
	('{2,5,1}', 0.95, 1.33921931838638, 2.41078068161362, 0.535780681613615),
	('{2,5,1}', 0.9999, 1, 3, 1.78650283549791),
	('{1,2,3,4}', 0.5, 2.76575928441622, 3.23424071558377, 0.234240715583775),
	('{1,2,3,4}', 0.95, 2.2459476124006, 3.7540523875994, 0.754052387599402),
	('{1,2,3,4}', 0.9999, 1, 4, 2.19789419464829),
	('{10,0,4,4,0,11}', 0.5, 3.30960885315795, 3.8628049399455, 0.276598043393777),
	('{10,0,4,4,0,11}', 0.95, 2.75708119186225, 4.4153326012412, 0.829125704689479),
	('{10,0,4,4,0,11}', 0.9999, 1.75242474991876, 5.41998904318469, 1.83378214663297),
	('{3,1,4,1,5,9,2,6,5,3,5}', 0.5, 6.33874252701459, 6.93398474571269, 0.297621109349051),
	('{3,1,4,1,5,9,2,6,5,3,5}', 0.95, 5.75401062003736, 7.51871665268991, 0.882353016326275),
	('{3,1,4,1,5,9,2,6,5,3,5}', 0.9999, 4.76021921736602, 8.51250805536126, 1.87614441899762),
	('{0,1,0,0,0,0,0,0,0,1,40}', 0.5, 10.6155747937492, 10.9082347300604, 0.146329968155589),
	('{0,1,0,0,0,0,0,0,0,1,40}', 0.95, 10.3276500057288, 11, 0.434254756175921),
	('{0,1,0,0,0,0,0,0,0,1,40}', 0.9999, 9.83530175108862, 11, 0.92660301081614)
)
SELECT pg_temp.agree(format('%s at %s: %s', counts, level, what), ours, v.due ORDER BY counts, level, what),
	count(*) FILTER (WHERE i IS NULL) / 6 AS without
FROM due, ces_summary(counts::int[]) AS s, ces_interval(s, level) AS i, ces_report(s, level) AS r,
	LATERAL (VALUES ('lower', i.lower, due.lower), ('upper', i.upper, due.upper), ('margin', ces_margin(s, level), due.margin),
		('report lower', r.lower, due.lower), ('report upper', r.upper, due.upper), ('report margin', r.margin, due.margin)) AS v (what, ours, due);

-- population: limits and margin at 95 %, of N in all
WITH due (counts, population, lower, upper, margin) AS (VALUES
	('{4,3,8,10,2}', 30, 2.96001527767609, 3.26220694454613, 0.151095833435021),
	('{4,3,8,10,2}', 27, 3.11111111111111, 3.11111111111111, 0),
	('{4,3,8,10,2}', 28, 3.02070267058679, 3.20151955163544, 0.0904084405243259),
	('{1,0,2,3,7,12,9}', 1000000000, 5.07146570125841, 6.04618135756512, 0.487357828153355),
	('{1,1}', 3, 1, 2, 4.49232176604688)
)
SELECT pg_temp.agree(format('%s of %s: %s', counts, population, what), ours, v.due ORDER BY counts, population, what)
FROM due, ces_summary(counts::int[]) AS s, ces_interval(s, 0.95, population) AS i, ces_report(s, population => population) AS r,
	LATERAL (VALUES ('lower', i.lower, due.lower), ('upper', i.upper, due.upper), ('margin', ces_margin(s, population => population), due.margin),
		('report lower', r.lower, due.lower), ('report upper', r.upper, due.upper), ('report margin', r.margin, due.margin)) AS v (what, ours, due);
SELECT ces_interval(s) = ces_interval(s, 0.95) AND ces_margin(s) = ces_margin(s, 0.95) AND ces_report(s) = ces_report(s, 0.95, NULL) AS level_is_95
	FROM ces_summary(ARRAY[4, 3, 8, 10, 2]) AS s;

-- every composition of up to 6 answers on scales of 2 to 4, and of 10^12 answers, at ordinary and extreme levels: ordered limits around the mean, on
-- the scale
SELECT count(*) AS intervals, count(*) FILTER (WHERE 1 <= i.lower AND i.lower <= ces(s) AND ces(s) <= i.upper AND i.upper <= ces_scale(s)
	AND ces_margin(s, level) >= 0 AND ces_margin(s, level) < 'Infinity') AS sound,
	count(*) FILTER (WHERE responses(s) = 1 AND i IS NULL AND ces_margin(s, level) IS NULL AND ces_stderr(s) IS NULL) AS single
FROM (SELECT ces_summary(CASE scale WHEN 2 THEN ARRAY[a, b] WHEN 3 THEN ARRAY[a, b, c] ELSE ARRAY[a, b, c, d] END) AS s
	FROM generate_series(2, 4) AS scale, generate_series(0, 6) AS a, generate_series(0, 6) AS b, generate_series(0, 6) AS c,
	generate_series(0, 6) AS d WHERE a + b + c + d BETWEEN 1 AND 6 AND (scale > 2 OR c = 0) AND (scale > 3 OR d = 0)
	UNION ALL SELECT ces_summary(counts::bigint[]) FROM unnest(ARRAY['{1000000000000,0,0,0}', '{0,0,1000000000000,1}', '{1,0,0,0,0,999999999999}',
		'{300000000000,300000000000,400000000000}', '{4000000000000000000,1,4000000000000000000}', '{1,9223372036854775806}']) AS counts) AS x,
	unnest(ARRAY[1e-12, 0.5, 0.95, 0.9999, 1 - 1e-15]) AS level, ces_interval(s, level) AS i;
-- 10^12 answers, one of them 6 and the rest 1: 5 sqrt(p (1 - p) n / (n - 1)) is 5e-6
SELECT pg_temp.agree(what, ours, due) FROM ces_summary(ARRAY[999999999999, 0, 0, 0, 0, 1]) AS s,
	LATERAL (VALUES ('mean', ces(s), 1.000000000005), ('stddev', stddev_score(s), 5e-6), ('stderr', ces_stderr(s), 5e-12)) AS v (what, ours, due);

-- ---- comparing ----

-- compare: t.test(x, y)
WITH due (x, y, level, difference, stderr, statistic, df, p_value, lower, upper) AS (VALUES
	('{1,0,2,3,7,12,9}', '{100,200,300,400,500,600,700}', 0.5, 0.558823529411764, 0.241771767584861, 2.31136801039277, 34.2441602490403,
		0.0269588585266864, 0.394002473620447, 0.723644585203082),
	('{1,0,2,3,7,12,9}', '{100,200,300,400,500,600,700}', 0.95, 0.558823529411764, 0.241771767584861, 2.31136801039277, 34.2441602490403,
		0.0269588585266864, 0.0676131883299704, 1.05003387049356),
	('{1,0,2,3,7,12,9}', '{100,200,300,400,500,600,700}', 0.9999, 0.558823529411764, 0.241771767584861, 2.31136801039277, 34.2441602490403,
		0.0269588585266864, -0.505215730077407, 1.62286278890094),
	('{100,200,300,400,500,600,700}', '{1,0,2,3,7,12,9}', 0.5, -0.558823529411764, 0.241771767584861, -2.31136801039277, 34.2441602490403,
		0.0269588585266864, -0.723644585203082, -0.394002473620447),
	('{100,200,300,400,500,600,700}', '{1,0,2,3,7,12,9}', 0.95, -0.558823529411764, 0.241771767584861, -2.31136801039277, 34.2441602490403,
		0.0269588585266864, -1.05003387049356, -0.0676131883299704),
	('{100,200,300,400,500,600,700}', '{1,0,2,3,7,12,9}', 0.9999, -0.558823529411764, 0.241771767584861, -2.31136801039277, 34.2441602490403,
		0.0269588585266864, -1.62286278890094, 0.505215730077407),
	('{0,0,0,0,0,9,1}', '{1,0,0,0,0,0,1}', 0.5, 2.1, 3.00166620396073, 0.699611434885408, 1.00222331931093, 0.611155483436466, -0.898897954982235,
		5.09889795498223),
	('{0,0,0,0,0,9,1}', '{1,0,0,0,0,0,1}', 0.95, 2.1, 3.00166620396073, 0.699611434885408, 1.00222331931093, 0.611155483436466, -35.8404257185558,
		40.0404257185559),
	('{0,0,0,0,0,9,1}', '{1,0,0,0,0,0,1}', 0.9999, 2.1, 3.00166620396073, 0.699611434885408, 1.00222331931093, 0.611155483436466, -18747.4498567746,
		18751.6498567746),
	('{4,3,8,10,2}', '{5,0,0,0,0}', 0.5, 2.11111111111111, 0.228542597557623, 9.23727626128356, 26, 1.0770984950766e-09, 1.95477815329313,
		2.26744406892909),
	('{4,3,8,10,2}', '{5,0,0,0,0}', 0.95, 2.11111111111111, 0.228542597557623, 9.23727626128356, 26, 1.0770984950766e-09, 1.64133507384751,
		2.58088714837472),
	('{4,3,8,10,2}', '{5,0,0,0,0}', 0.9999, 2.11111111111111, 0.228542597557623, 9.23727626128356, 26, 1.0770984950766e-09, 1.06278979334811,
		3.15943242887412),
	('{5,0,0,0,0}', '{0,0,0,1,1}', 0.5, -3.5, 0.5, -7, 1, 0.0903344706017331, -4, -3),
	('{5,0,0,0,0}', '{0,0,0,1,1}', 0.95, -3.5, 0.5, -7, 1, 0.0903344706017331, -9.85310236808735, 2.85310236808735),
	('{5,0,0,0,0}', '{0,0,0,1,1}', 0.9999, -3.5, 0.5, -7, 1, 0.0903344706017331, -3186.59883565832, 3179.59883565832),
	('{3,1}', '{1,3}', 0.5, -0.5, 0.353553390593274, -1.41421356237309, 6, 0.20703125, -0.753695133317533, -0.246304866682467),
	('{3,1}', '{1,3}', 0.95, -0.5, 0.353553390593274, -1.41421356237309, 6, 0.20703125, -1.36511398145517, 0.365113981455168),
	('{3,1}', '{1,3}', 0.9999, -0.5, 0.353553390593274, -1.41421356237309, 6, 0.20703125, -3.71109433855722, 2.71109433855722),
	('{3,1,4,1,5,9,2,6,5,3,5}', '{0,1,0,0,0,0,0,0,0,1,40}', 0.5, -4.12554112554113, 0.487508362006216, -8.46250330674024, 62.4589703251778,
		5.9239949228734e-12, -4.45628534371821, -3.79479690736404),
	('{3,1,4,1,5,9,2,6,5,3,5}', '{0,1,0,0,0,0,0,0,0,1,40}', 0.95, -4.12554112554113, 0.487508362006216, -8.46250330674024, 62.4589703251778,
		5.9239949228734e-12, -5.09991402742237, -3.15116822365988),
	('{3,1,4,1,5,9,2,6,5,3,5}', '{0,1,0,0,0,0,0,0,0,1,40}', 0.9999, -4.12554112554113, 0.487508362006216, -8.46250330674024, 62.4589703251778,
		5.9239949228734e-12, -6.1521009385515, -2.09898131253075)
)
SELECT pg_temp.agree(format('%s - %s at %s: %s', x, y, level, what), ours, v.due ORDER BY x, level, what)
FROM due, ces_compare(ces_summary(x::int[]), ces_summary(y::int[]), level) AS t,
	LATERAL (VALUES ('difference', t.difference, due.difference), ('stderr', t.stderr, due.stderr), ('statistic', t.statistic, due.statistic),
		('df', t.df, due.df), ('p_value', t.p_value, due.p_value), ('lower', t.lower, due.lower), ('upper', t.upper, due.upper)) AS v (what, ours,
		due);
SELECT ces_compare(a, b) = ces_compare(a, b, 0.95) AS level_is_95,
	(ces_compare(la, lb)).difference = (ces_compare(a, b)).difference AS direction_does_not_matter FROM ces_summary(ARRAY[4, 3, 8]) AS a,
	ces_summary(ARRAY[1, 1, 3]) AS b, ces_summary(ARRAY[4, 3, 8], true) AS la, ces_summary(ARRAY[1, 1, 3], true) AS lb;
-- where nothing varies there is a difference with a standard error of 0 and nothing else; where one has a single answer, only a difference
SELECT a, b, ces_compare(ces_summary(a), ces_summary(b))
	FROM (VALUES (ARRAY[0, 0, 5], ARRAY[3, 0, 0]), (ARRAY[0, 0, 5], ARRAY[0, 0, 2]), (ARRAY[0, 0, 1], ARRAY[3, 4, 3]),
	(ARRAY[1, 2, 1], ARRAY[1, 0, 0]), (ARRAY[1, 0, 0], ARRAY[0, 1, 0])) AS v (a, b);

-- ---- targets ----

-- probability: the mean is above 1.5, 2, the midpoint; where low is easy, below
WITH due (counts, above_1_5, above_2, above_middle) AS (VALUES
	('{1,0,2,3,7,12,9}', 1, 1, 0.999999890807454),
	('{0,0,0,0,0,0,5}', NULL, NULL, NULL),
	('{0,0,0,1,0,0,0}', NULL, NULL, NULL),
	('{1,0,0,0,0,0,1}', 0.721142061623695, 0.687167041810999, 0.5),
	('{0,0,0,0,0,9,1}', 0.999999999997287, 0.999999999992391, 0.999999997049003),
	('{100,200,300,400,500,600,700}', 1, 1, 1),
	('{4,3,8,10,2}', 0.999999912987833, 0.999975796338284, 0.684541221559924),
	('{5,0,0,0,0}', NULL, NULL, NULL),
	('{3,1}', 0.195501109477885, 0.0288344428112187, 0.195501109477885),
	('{0,2}', NULL, NULL, NULL),
	('{2,5,1}', 0.92905419864926, 0.299165577999373, 0.299165577999373),
	('{1,2,3,4}', 0.999255525292294, 0.992521818044793, 0.916074671971463),
	('{10,0,4,4,0,11}', 0.999990900471037, 0.999738916837151, 0.58355701100939),
	('{3,1,4,1,5,9,2,6,5,3,5}', 0.999999999999997, 0.999999999999928, 0.923460402407935),
	('{0,1,0,0,0,0,0,0,0,1,40}', 1, 1, 1)
)
SELECT pg_temp.agree(format('%s above %s', counts, target), ours, v.due ORDER BY counts, target)
FROM due, ces_summary(counts::int[]) AS s, ces_summary(counts::int[], true) AS l,
	LATERAL (VALUES (1.5, ces_probability(s, 1.5), above_1_5), (2, ces_probability(s, 2), above_2),
		((ces_scale(s) + 1) / 2.0, ces_probability(s, (ces_scale(s) + 1) / 2.0), above_middle)) AS v (target, ours, due);
-- below is what is left of above (where that is not nearly nothing)
SELECT count(*) AS figures, bool_and(abs(ces_probability(ces_summary(counts, true),
	target) - (1 - ces_probability(ces_summary(counts), target))) < 1e-12) AS the_rest
FROM (VALUES (ARRAY[1, 0, 2, 3, 7, 12, 9]), (ARRAY[4, 3, 8, 10, 2]), (ARRAY[3, 1])) AS v (counts), unnest(ARRAY[1, 1.25, 1.5, 2]) AS target;
-- R: 1 - pt((t - 3.11111111111111) / .228542597557623, 26) is .9505 at t = 2.72, .9495 at 2.7225, .0504 at 3.5, .0496 at 3.502
SELECT target, ces_verdict(s, target) AS at_95, ces_verdict(l, target) AS low_is_easy, ces_verdict(s, target, 0.9999) AS at_9999,
	ces_verdict(s, target, 0.5) AS at_50 FROM ces_summary(ARRAY[4, 3, 8, 10, 2]) AS s, ces_summary(ARRAY[4, 3, 8, 10, 2], true) AS l,
	unnest(ARRAY[1, 2, 2.72, 2.7225, 3, 3.5, 3.502, 4.5, 5]) AS target;
-- unproven without answers, with one, and where nothing varies
SELECT s, ces_probability(s, 1), ces_verdict(s, 1) AS above_1, ces_verdict(s, 3) AS above_3, ces_verdict(s, 1, 0.5) AS at_50
	FROM unnest(ARRAY['{"n": 0}', ces_summary(ARRAY[0, 1, 0]), ces_summary(ARRAY[0, 0, 9]), ces_summary(ARRAY[0, 0, 9], true)]) AS s;

-- ---- scales and directions, against plain SQL over raw rows ----

CREATE TEMP TABLE answers AS
SELECT i AS id, (ARRAY['web', 'phone', 'shop'])[i % 3 + 1] AS channel, CASE WHEN i % 7 <> 0 THEN (i * i + i / 11) % 11 + 1 END AS score,
	(i % 9) / 4.0::float8 AS weight FROM generate_series(1, 700) AS i;

-- odd scales have a middle that is on neither side, even ones have none
WITH made AS (
	SELECT scale, low, ces_agg(score, scale, low) AS s, ces(score, scale, low) AS one_word, ces_weighted_agg(score, 0.5, scale, low) AS w,
		ces_weighted(score, 0.5, scale, low) AS weighted, ces_counts_agg(score, 1, scale, low) AS counted,
		avg(score)::float8 AS mean, (count(*) FILTER (WHERE 2 * score > scale + 1))::float8 / count(*) AS high,
			(count(*) FILTER (WHERE 2 * score < scale + 1))::float8 / count(*) AS below, count(*) FILTER (WHERE 2 * score = scale + 1) AS middle
	FROM generate_series(2, 11) AS scale, unnest(ARRAY[false, true]) AS low, answers WHERE score <= scale GROUP BY scale, low)
SELECT made.scale, low, middle, ces(s) = mean AND one_word = mean AND weighted = mean AND ces(counted) = mean AS ces, easy_share(s) = CASE WHEN low
	THEN below ELSE high END AND difficult_share(s) = CASE WHEN low THEN high ELSE below END AND easy_share(w) = easy_share(s)
	AND difficult_share(w) = difficult_share(s) AS shares,
	abs(ces_net_easy(s) - CASE WHEN low THEN -1 ELSE 1 END * 100 * (high - below)) < 1e-9 AS net, ces_scale(s) = made.scale
		AND ces_low_is_easy(s) = low AND ces_scale(w) = made.scale AND ces_low_is_easy(w) = low AND counted = s AS remembered, r.scale = made.scale
		AND r.low_is_easy = low AND r.responses = responses(s) AND (s::jsonb ->> 'low_is_easy')::boolean = low AS shown
FROM made, ces_report(s) AS r ORDER BY made.scale, low;
-- the defaults are a scale of 7, high is easy
SELECT ces_agg(score) = ces_agg(score, 7) AND ces_agg(score) = ces_agg(score, 7, false) AND ces(score) = ces(score, 7, true)
	AND ces_weighted_agg(score, weight) = ces_weighted_agg(score, weight, 7, false) AND ces_weighted(score, weight) = ces_weighted(score, weight, 7)
	AND ces_counts_agg(score, 2) = ces_counts_agg(score, 2, 7, false) AS defaults,
	ces_agg(score) <> ces_agg(score, 7, true) AS direction_is_part_of_it FROM answers WHERE score <= 7;

-- the accessors
WITH made AS (SELECT channel, ces_agg(score, 11) AS s FROM answers GROUP BY ROLLUP (channel)),
raw AS (SELECT channel, count(score) AS n, avg(score) AS mean, stddev_samp(score) AS stddev,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY score) AS median FROM answers GROUP BY ROLLUP (channel))
SELECT coalesce(made.channel, 'all') AS channel, pg_temp.agree(what, ours, due ORDER BY what)
FROM made JOIN raw ON made.channel IS NOT DISTINCT FROM raw.channel,
	LATERAL (VALUES ('ces', ces(s), mean), ('responses', responses(s), n), ('effective', effective_responses(s), n), ('mean', mean_score(s), mean),
		('stddev', stddev_score(s), stddev), ('median', median_score(s), median), ('stderr', ces_stderr(s), stddev / sqrt(n))) AS v (what, ours, due)
GROUP BY made.channel ORDER BY made.channel;
WITH made AS (SELECT ces_agg(score, 11) AS s FROM answers WHERE score <> 6)
SELECT count(*) AS rows, bool_and(d.responses = raw.n AND d.weight = raw.n AND d.share = raw.n / responses(s)::float8) AS as_due,
	array_agg(d.answer ORDER BY answer) AS answers
FROM made, distribution(s) AS d JOIN LATERAL (SELECT count(*) AS n FROM answers WHERE score = d.answer AND score <> 6) AS raw ON true;

-- ---- weights ----

-- weighted: twelve answers 1 to 5, of a population of 20, against five unweighted ones
CREATE TEMP TABLE weighted (score int, weight float8);
INSERT INTO weighted VALUES (5, 1), (4, 2.5), (4, 0.1), (3, 0), (1, 3), (2, 0.75), (5, 1.2), (2, 4), (4, 0.3), (1, 1e-3), (3, 2), (5, 0.6),
	(NULL, 100), (NULL, NULL);
WITH due (what, due) AS (VALUES
	('ces', 2.85424891592777),
	('effective_responses', 6.16682970185781),
	('stddev_score', 1.53558517729173),
	('stderr', 0.618362199902844),
	('easy_share', 0.368908161284059),
	('difficult_share', 0.501650378616271),
	('net_easy', -13.2742217332212),
	('lower', 1.28001213007353),
	('upper', 4.42848570178201),
	('margin', 1.57423678585424),
	('of 20 lower', 1.83274920153738),
	('of 20 upper', 3.87574863031817),
	('probability 3', 0.411360369161022),
	('difference', -0.745751084072229),
	('difference stderr', 0.801481010547776),
	('statistic', -0.930466317052903),
	('df', 9.1297489736012),
	('p_value', 0.376077618630267),
	('difference lower', -2.55490690291765),
	('difference upper', 1.06340473477319)
), made AS (SELECT ces_weighted_agg(score, weight, 5) AS s FROM weighted)
SELECT pg_temp.agree(what, CASE what
	WHEN 'ces' THEN ces(s) WHEN 'effective_responses' THEN effective_responses(s) WHEN 'stddev_score' THEN stddev_score(s) WHEN 'stderr'
		THEN ces_stderr(s) WHEN 'easy_share' THEN easy_share(s) WHEN 'difficult_share' THEN difficult_share(s) WHEN 'net_easy' THEN ces_net_easy(s)
	WHEN 'lower' THEN (ces_interval(s)).lower WHEN 'upper' THEN (ces_interval(s)).upper WHEN 'margin' THEN ces_margin(s) WHEN 'of 20 lower'
		THEN (ces_interval(s, population => 20)).lower WHEN 'of 20 upper' THEN (ces_report(s, population => 20)).upper WHEN 'probability 3'
		THEN ces_probability(s, 3)
	WHEN 'difference' THEN t.difference WHEN 'difference stderr' THEN t.stderr WHEN 'statistic' THEN t.statistic WHEN 'df' THEN t.df WHEN 'p_value'
		THEN t.p_value WHEN 'difference lower' THEN t.lower WHEN 'difference upper' THEN t.upper
	END, due)
FROM due, made, ces_compare(s, ces_summary(ARRAY[0, 1, 1, 2, 1])) AS t;
WITH made AS (SELECT ces_weighted_agg(score, weight, 5) AS s, ces_weighted(score, weight, 5) AS one_word FROM weighted) SELECT responses(s),
	ces(s) = one_word AS one_word, r.responses, r.scale, r.low_is_easy FROM made, ces_report(s) AS r;
-- answers, but none with a weight
SELECT responses(s), effective_responses(s), ces(s), easy_share(s), difficult_share(s), ces_net_easy(s), mean_score(s), median_score(s),
	stddev_score(s), ces_stderr(s), ces_interval(s), ces_margin(s), ces_report(s), ces_probability(s, 1), ces_verdict(s, 1), ces_compare(s, s),
	ces_scale(s), ces_low_is_easy(s)
FROM (SELECT ces_weighted_agg(score, 0, 7, true) AS s FROM (VALUES (5), (3)) AS v (score)) AS x \gx
-- whatever the weights, nothing leaves the scale, and all is defined where two answers count or more, as effective answers are counted
WITH groups AS (SELECT g, ces_weighted_agg(answer, weight) AS s, min(answer) FILTER (WHERE weight > 0) AS lowest,
	max(answer) FILTER (WHERE weight > 0) AS highest, count(*) FILTER (WHERE weight > 0) AS n
	FROM (SELECT g, (g + i * i * (g % 3)) % 7 + 1 AS answer, ((g * 31 + i * 17) % 1023) / 97.0 * 10.0::float8 ^ ((g * 7 + i * 3) % (1 + g % 8) - 4) AS weight
		FROM generate_series(1, 600) AS g, generate_series(1, 1 + g % 6) AS i) AS x GROUP BY g HAVING sum(weight) > 0)
SELECT effective_responses(s) >= 2 AS two, count(*) AS summaries, bool_and(ces(s) BETWEEN lowest AND highest) AS means,
	bool_and((stddev_score(s) = 0) = (lowest = highest)) FILTER (WHERE n > 1) AS varies,
	bool_and(coalesce(1 <= i.lower AND i.lower <= ces(s) AND ces(s) <= i.upper AND i.upper <= 7, false)) AS intervals,
	bool_and(ces_probability(s, 4) BETWEEN 0 AND 1) AS probabilities,
	bool_and(ces_margin(s) < 'Infinity') AS margins, bool_and((ces_compare(s, s)).p_value BETWEEN 0 AND 1) AS p_values,
		bool_and((ces_compare(s, s)).upper < 'Infinity') AS limits
FROM groups, ces_interval(s) AS i GROUP BY 1 ORDER BY 1;
-- one answer, however heavy and with whatever weightless company: nothing is certain
SELECT count(*) AS summaries, count(stddev_score(s)) AS deviations, count(ces_stderr(s)) AS errors,
	count(*) FILTER (WHERE ces_interval(s) IS NULL) AS no_interval, count(ces_margin(s)) AS margins, count(ces_probability(s, 5)) AS probabilities,
	count(*) FILTER (WHERE ces_verdict(s, 5) = 'unproven') AS unproven, count(*) FILTER (WHERE ces(s) <= 7) AS on_the_scale
FROM (SELECT ces_weighted_agg(7, i / 1000.0) AS s FROM generate_series(1, 5000) AS i GROUP BY i
	UNION ALL SELECT ces_weighted_agg(score, CASE score WHEN 7 THEN i / 1000.0 ELSE 0 END) FROM generate_series(1, 500) AS i,
	generate_series(5, 7) AS score GROUP BY i) AS x;
-- several that are alike, however heavy: nothing varies
SELECT count(*) AS summaries, count(*) FILTER (WHERE stddev_score(s) = 0 AND ces_stderr(s) = 0 AND ces_margin(s) = 0) AS no_deviation,
	count(*) FILTER (WHERE (ces_interval(s)).lower = (ces_interval(s)).upper) AS no_width, count(ces_probability(s, 5)) AS probabilities,
	count(*) FILTER (WHERE ces_verdict(s, 5) = 'unproven') AS unproven, count((ces_compare(s, t)).p_value) AS p_values
FROM (SELECT ces_weighted_agg(7, i * j / 1000.0) AS s, ces_weighted_agg(6, i / (1.0 + j)) AS t FROM generate_series(1, 5000) AS i,
	generate_series(1, 3) AS j GROUP BY i) AS x;
-- hardly more than one: whatever there is, it is finite
SELECT small, ces_margin(s) < 'Infinity' OR ces_margin(s) IS NULL AS margin, r.margin < 'Infinity' OR r.margin IS NULL AS report, i.lower >= 1
	AND i.upper <= 7 OR i IS NULL AS interval, s::jsonb IS NOT NULL AS json
FROM unnest(ARRAY[1e-15, 1e-9, 1e-6, 1e-3, 0.1]) AS small,
	LATERAL (SELECT ces_weighted_agg(score, CASE score WHEN 7 THEN small ELSE 1 END) AS s FROM (VALUES (1), (7)) AS v (score)) AS x,
	ces_report(s) AS r, ces_interval(s) AS i;

-- ---- ways in ----

-- five types of input and every arity, no cast
CREATE TEMP TABLE typed (a smallint, b integer, c bigint, d numeric, e double precision, n bigint, w float8);
INSERT INTO typed SELECT x, x, x, x, x, x + 1, (x + 1) / 2.0 FROM generate_series(1, 7) AS x;
INSERT INTO typed VALUES (NULL, NULL, NULL, NULL, NULL, 5, 5), (4, 4, 4, 4.000, 4, 1, 1);
CREATE FUNCTION pg_temp.same_for_all_types(call text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	same boolean;
BEGIN
	EXECUTE format('SELECT %1$s = %2$s AND %2$s = %3$s AND %3$s = %4$s AND %4$s = %5$s FROM typed', replace(call, '?', 'a'), replace(call, '?', 'b'),
		replace(call, '?', 'c'), replace(call, '?', 'd'), replace(call, '?', 'e')) INTO same;
	RETURN same;
END $$;
SELECT call, pg_temp.same_for_all_types(call) AS same
	FROM unnest(ARRAY['ces(?)', 'ces(?, 8)', 'ces(?, 8, true)', 'ces_agg(?)', 'ces_agg(?, 8)', 'ces_agg(?, 8, true)', 'ces_weighted(?, w)',
	'ces_weighted(?, w, 8)', 'ces_weighted(?, w, 8, true)',
	'ces_weighted_agg(?, w)', 'ces_weighted_agg(?, w, 8)', 'ces_weighted_agg(?, w, 8, true)', 'ces_counts_agg(?, n)', 'ces_counts_agg(?, n, 8)',
		'ces_counts_agg(?, n, 8, true)']) AS call;
SELECT ces_summary(counts) = s AS bigints, ces_summary(counts::int[]) = s AS integers, ces_summary(counts::numeric[]) = s AS numerics,
	ces_summary(counts, low_is_easy => true) = low AND ces_summary(counts::int[], true) = low AND ces_summary(counts::numeric[], true) = low AS low,
	counted = s AS counted
FROM (SELECT array_agg(n ORDER BY score) AS counts, ces_counts_agg(score, n, 11) AS counted
	FROM (SELECT score, count(*) AS n FROM answers WHERE score IS NOT NULL GROUP BY score) AS c) AS x,
	(SELECT ces_agg(score, 11) AS s, ces_agg(score, 11, true) AS low FROM answers) AS y;
SELECT x, ces_valid(x), ces_valid(x, 2) AS of_2, ces_valid(x::smallint, scale => 11) AND ces_valid(x::bigint, 11) AND ces_valid(x::numeric, 11)
	AND ces_valid(x::float8, 11) AS of_11 FROM unnest(ARRAY[-1, 0, 1, 2, 3, 7, 8, 11, 12]) AS x;
SELECT ces_valid(4.5) AS "4.5", ces_valid('NaN'::float8) AS nan, ces_valid('-Infinity'::numeric) AS infinity, ces_valid(5.000) AS "5.000",
	ces_valid(NULL::int) AS nothing;

-- ---- merging and taking out ----

WITH c AS (SELECT channel, ces_agg(score, 11, true) AS s FROM answers GROUP BY channel), t AS (SELECT rollup(s) AS s FROM c),
	a AS (SELECT ces_agg(score, 11, true) AS s FROM answers)
SELECT t.s = a.s AS rollup, (SELECT bool_and(a.s - c.s = (SELECT ces_agg(score, 11, true) FROM answers WHERE channel <> c.channel)) FROM c) AS rest,
	a.s - a.s = '{"n": 0}' AS nothing_left, a.s + '{"n": 0}' = a.s AS nothing_added FROM t, a;

-- ---- nothing to go by ----

SELECT ces(s), responses(s), effective_responses(s), easy_share(s), difficult_share(s), ces_net_easy(s), mean_score(s), stddev_score(s),
	median_score(s), ces_stderr(s), ces_interval(s), ces_margin(s), ces_compare(s, ces_summary(ARRAY[1, 2])) AS compare_1,
	ces_compare(ces_summary(ARRAY[1, 2]), s) AS compare_2,
	ces_probability(s, 1), ces_verdict(s, 1), ces_report(s), ces_scale(s), ces_low_is_easy(s), (SELECT count(*) FROM distribution(s)) AS distribution
FROM (SELECT ces_agg(score, 5, true) AS s FROM answers WHERE score IS NULL) AS x \gx
-- one answer
SELECT ces(s), responses(s), effective_responses(s), easy_share(s), difficult_share(s), ces_net_easy(s), mean_score(s), stddev_score(s),
	median_score(s), ces_stderr(s), ces_interval(s), ces_interval(s, population => 1) AS of_one, ces_margin(s), ces_report(s), ces_probability(s, 3),
	ces_verdict(s, 3) FROM (SELECT ces_agg(2, 5, true) AS s) AS x \gx
