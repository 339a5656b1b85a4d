-- Customer satisfaction against R, against published figures and against plain SQL over the raw rows.
-- Lists of figures are the output of Rscript test/R/csat.R with the section that stands above them.

-- Counts the figures that are within 1e-9 of what is due, and lists those that are not.
CREATE FUNCTION pg_temp.agree_step(said text[], what text, ours float8, due float8) RETURNS text[] LANGUAGE sql AS $$
	SELECT CASE WHEN ours IS NOT DISTINCT FROM due OR abs(ours - due) <= greatest(1e-9 * abs(due), 1e-300)
		THEN ARRAY[(said[1]::int + 1)::text] || said[2:]
		ELSE said || format(E'\n%s is %s, not %s', what, ours, due) END $$;
CREATE FUNCTION pg_temp.agree_end(said text[]) RETURNS text LANGUAGE sql AS $$
	SELECT said[1] || ' agree' || array_to_string(said[2:], '') $$;
CREATE AGGREGATE pg_temp.agree(what text, ours float8, due float8) (
	SFUNC = pg_temp.agree_step, STYPE = text[], INITCOND = '{0}', FINALFUNC = pg_temp.agree_end);

-- The summary of n answers, x of them in the top boxes.
CREATE FUNCTION pg_temp.top(x bigint, n bigint) RETURNS csat_summary LANGUAGE sql AS $$
	SELECT csat_summary(ARRAY[0, n - x, 0, 0, x]) $$;

-- ---- published figures ----

-- Newcombe 1998, Statistics in Medicine 17, 857-872, table I: Wilson intervals of 81/263, 15/148, 0/20, 1/29
SELECT x, n, round((i.lower / 100)::numeric, 6) AS lower, round((i.upper / 100)::numeric, 6) AS upper
FROM (VALUES (81, 263), (15, 148), (0, 20), (1, 29)) AS v (x, n), csat_interval(pg_temp.top(x, n)) AS i;
-- and 873-890, table II, method 10: 56/70 - 48/80 .0524 .3339; 9/10 - 3/10 .1705 .8090; 10/10 - 0/20 .6791 1.0000
SELECT a, m, b, n, round((t.lower / 100)::numeric, 4) AS lower, round((t.upper / 100)::numeric, 4) AS upper
FROM (VALUES (56, 70, 48, 80), (9, 10, 3, 10), (10, 10, 0, 20), (10, 10, 0, 10)) AS v (a, m, b, n),
	csat_compare(pg_temp.top(a, m), pg_temp.top(b, n)) AS t;

-- ---- intervals ----

-- interval: lower and upper limit of each method; prop.test(x, n, correct = FALSE), Wald written out, binom.test(x, n)
WITH due (x, n, level, wilson_lower, wilson_upper, wald_lower, wald_upper, cp_lower, cp_upper) AS (VALUES
	(81, 263, 0.5, 28.9129257555821, 32.7503471474582, 28.8783963855969, 32.7185617893081, 28.7407794123032, 32.9555991949715),
	(81, 263, 0.95, 25.5288519878274, 36.62095769828, 25.2190126213107, 36.3779455535942, 25.2736745585271, 36.7621922601351),
	(81, 263, 0.9999, 21.0230497426372, 42.6638717955661, 19.7230577353712, 41.8739004395337, 20.4589130870853, 42.6672872742356),
	(0, 20, 0.5, 0, 2.22409111281995, 0, 0, 0, 6.69670084631926),
	(0, 20, 0.95, 0, 16.1125158052819, 0, 0, 0, 16.8433470983085),
	(0, 20, 0.9999, 0, 43.0794666972767, 0, 0, 0, 39.0535378964636),
	(1, 29, 0.5, 1.78836200678903, 6.54618805929992, 1.16290138352621, 5.73365034061172, 0.987102985432326, 9.01777273280222),
	(1, 29, 0.95, 0.611321429276266, 17.1755218793203, 0, 10.0892243239672, 0.0872646883579923, 17.7644295488723),
	(1, 29, 0.9999, 0.202275437713561, 38.6241506369872, 0, 16.6307732996493, 0.000172417954952014, 35.543492767175),
	(20, 20, 0.5, 97.77590888718, 100, 100, 100, 93.3032991536807, 100),
	(20, 20, 0.95, 83.8874841947181, 100, 100, 100, 83.1566529016915, 100),
	(20, 20, 0.9999, 56.9205333027233, 100, 100, 100, 60.9464621035364, 100),
	(1, 1, 0.5, 68.7315255917417, 100, 100, 100, 25, 100),
	(1, 1, 0.95, 20.6549314377238, 100, 100, 100, 2.5, 100),
	(1, 1, 0.9999, 6.1970519133616, 100, 100, 100, 0.00499999999999945, 100),
	(0, 1, 0.5, 0, 31.2684744082583, 0, 0, 0, 75),
	(0, 1, 0.95, 0, 79.3450685622763, 0, 0, 0, 97.5),
	(0, 1, 0.9999, 0, 93.8029480866384, 0, 0, 0, 99.995),
	(1, 2, 0.5, 28.4758884581962, 71.5241115418038, 26.1531861897765, 73.8468138102235, 13.3974596215561, 86.6025403784439),
	(1, 2, 0.95, 9.45312057342307, 90.5468794265769, 0, 100, 1.25791170934251, 98.7420882906575),
	(1, 2, 0.9999, 3.00820680438715, 96.9917931956129, 0, 100, 0.002500031250781, 99.9974999687492),
	(3, 7, 0.5, 31.0603477749751, 55.5257215991545, 30.2412231194065, 55.4730625948792, 25.3073975773977, 62.1151559358293),
	(3, 7, 0.95, 15.821985525147, 74.9541635472343, 6.19721094472631, 79.5170747695594, 9.89882784425079, 81.5948432359917),
	(3, 7, 0.9999, 6.52934416569261, 88.9532717441163, 0, 100, 1.13919587158183, 96.4677556048588),
	(15, 148, 0.5, 8.5821805705484, 11.9324194534739, 8.46191057268487, 11.8083596975854, 8.32056135648537, 12.3417603622262),
	(15, 148, 0.95, 6.23863995307363, 16.0487241723308, 5.2730006408794, 14.9972696293909, 5.78440100834486, 16.1650490349479),
	(15, 148, 0.9999, 3.92492849054521, 23.7430970245719, 0.483640942786544, 19.7866293274837, 3.03526399045237, 22.8806990581844),
	(999, 1000, 0.5, 99.8061919799566, 99.9484260109449, 99.8325847579032, 99.9674152420968, 99.7309643354234, 99.9712359304068),
	(999, 1000, 0.95, 99.4357441402042, 99.9823453629374, 99.704101624257, 100, 99.4441075720173, 99.9974682512509),
	(999, 1000, 0.9999, 98.3177377613872, 99.9941442601777, 99.5111353896097, 100, 98.7565025426219, 99.9999949998751),
	(1, 1000000, 0.5, 5.15654971009877e-05, 0.000193928033527021, 3.25510587048878e-05, 0.000167448941295112, 2.87682031071298e-05,
		0.000269263225006755),
	(1, 1000000, 0.95, 1.76524576745372e-05, 0.000566491180431144, 0, 0.000295996300455782, 2.53178076637942e-06, 0.000557163065517224),
	(1, 1000000, 0.9999, 5.85543516519333e-06, 0.00170778914856424, 0, 0.000489058994111669, 5.00012500404127e-09, 0.00125065993303741),
	(400000, 1000000, 0.5, 39.9669614420709, 40.0330476566534, 39.9669568855057, 40.0330431144944, 39.9669132703058, 40.0330994759441),
	(400000, 1000000, 0.95, 39.9040203576537, 40.0960564712276, 39.9039817664729, 40.0960182335271, 39.9039608432535, 40.0960970827776),
	(400000, 1000000, 0.9999, 39.8095534487812, 40.190749280741, 39.8094007016175, 40.1905992983825, 39.8094557398038, 40.1907528279522)
)
SELECT pg_temp.agree(format('%s/%s at %s: %s', x, n, level, what), ours, due ORDER BY n, x, level, what)
FROM due, pg_temp.top(x, n) AS s, csat_interval(s, level) AS w, csat_interval(s, level, 'wald') AS d, csat_interval(s, level, 'clopper_pearson') AS c,
	csat_report(s, level) AS r,
	LATERAL (VALUES ('wilson lower', w.lower, wilson_lower), ('wilson upper', w.upper, wilson_upper), ('wald lower', d.lower, wald_lower),
		('wald upper', d.upper, wald_upper),
		('clopper_pearson lower', c.lower, cp_lower), ('clopper_pearson upper', c.upper, cp_upper), ('report lower', r.lower, wilson_lower),
			('report upper', r.upper, wilson_upper)) AS v (what, ours, due);

-- population: the same at 95 %, of N in all
WITH due (x, n, population, wilson_lower, wilson_upper, wald_lower, wald_upper, cp_lower, cp_upper) AS (VALUES
	(81, 263, 400, 27.6316699143266, 34.1569260272239, 27.5290907622329, 34.067867412672, 27.5430589696999, 34.2025311729884),
	(81, 263, 264, 30.4555086883501, 31.1435821689869, 30.4544344464437, 31.1425237284612, 30.4545227606194, 31.1440467929198),
	(0, 20, 50, 0, 10.5222023026738, 0, 0, 0, 10.6782245001383),
	(29, 30, 1000, 83.6154450565624, 99.3968456516144, 90.3371823090146, 100, 83.0967178208909, 99.9075105706887),
	(1, 1, 2, 20.6549314377238, 100, 100, 100, 2.5, 100),
	(263, 263, 1000000000, 98.5603969316844, 100, 100, 100, 98.6071754258834, 100)
)
SELECT pg_temp.agree(format('%s/%s of %s: %s', x, n, population, what), ours, due ORDER BY n, x, population, what)
FROM due, pg_temp.top(x, n) AS s, csat_interval(s, population => population) AS w, csat_interval(s, 0.95, 'wald', population) AS d,
	csat_interval(s, 0.95, 'clopper_pearson', population) AS c, csat_report(s, 0.95, population) AS r,
	LATERAL (VALUES ('wilson lower', w.lower, wilson_lower), ('wilson upper', w.upper, wilson_upper), ('wald lower', d.lower, wald_lower),
		('wald upper', d.upper, wald_upper), ('clopper_pearson lower', c.lower, cp_lower), ('clopper_pearson upper', c.upper, cp_upper),
		('report lower', r.lower, wilson_lower), ('report upper', r.upper, wilson_upper),
			('margin', csat_margin(s, 0.95, population), (wilson_upper - wilson_lower) / 2),
			('report margin', r.margin, (wilson_upper - wilson_lower) / 2)) AS v (what, ours, due);
-- where everybody was asked, the interval is the share
SELECT bool_and(i.upper - i.lower BETWEEN 0 AND 1e-12 AND csat(s) BETWEEN i.lower AND i.upper) AS is_the_share, count(*)
FROM (VALUES (0, 1), (1, 1), (81, 263), (7, 100), (1, 3)) AS v (x, n), pg_temp.top(x, n) AS s,
	unnest(ARRAY['wilson', 'wald', 'clopper_pearson']) AS method, csat_interval(s, 0.99, method, responses(s)) AS i;

-- certainty: percentage, standard error, margins at 95 % and 99 %
WITH due (x, n, csat, stderr, margin_95, margin_99) AS (VALUES
	(81, 263, 30.7984790874525, 2.84671887348537, 5.54605285522629, 7.25727998153111),
	(0, 20, 0, 0, 8.05625790264097, 12.4552700549377),
	(1, 29, 3.44827586206897, 3.38830127200357, 8.28210022502201, 11.7096379469765),
	(20, 20, 100, 0, 8.05625790264097, 12.4552700549377),
	(1, 1, 100, 0, 39.6725342811381, 43.4511228359907),
	(0, 1, 0, 0, 39.6725342811381, 43.4511228359907),
	(1, 2, 50, 35.3553390593274, 40.5468794265769, 43.8286923221898),
	(3, 7, 42.8571428571429, 18.7043905916565, 29.5660890110437, 34.6955707697737),
	(15, 148, 10.1351351351351, 2.48072644834682, 4.90504210962859, 6.48112402495938),
	(999, 1000, 99.9, 0.0999499874937461, 0.273300611366593, 0.417157493318169),
	(1, 1000000, 0.0001, 9.99999499999875e-05, 0.000274419361378303, 0.000420001417987798),
	(400000, 1000000, 40, 0.0489897948556636, 0.0960180567869248, 0.126188947982111),
	(500000000000, 1000000000000, 50, 5e-05, 9.79981992268145e-05, 0.000128791465177018),
	(999999999999, 1000000000000, 99.9999999999, 9.999999999995e-11, 2.74420485540067e-10, 4.20004283636979e-10),
	(1000000000000, 1000000000000, 100, 0, 1.92072941033968e-10, 3.31744830048859e-10),
	(1, 1000000000000, 1e-10, 9.999999999995e-11, 2.74420485540067e-10, 4.20004283636979e-10)
)
SELECT pg_temp.agree(format('%s/%s: %s', x, n, what), ours, due ORDER BY n, x, what)
FROM due, pg_temp.top(x, n) AS s, csat_report(s) AS r,
	LATERAL (VALUES ('csat', csat(s), due.csat), ('share', satisfied_share(s), due.csat / 100), ('stderr', csat_stderr(s), stderr),
		('margin 95', csat_margin(s), margin_95), ('margin 99', csat_margin(s, 0.99), margin_99),
		('report csat', r.csat, due.csat), ('report margin', r.margin, margin_95)) AS v (what, ours, due);

-- all shares of up to 25 answers, 10^12 answers, as many as there can be, at ordinary and extreme levels: ordered limits around the share, on the
-- scale
SELECT count(*) AS intervals, count(*) FILTER (WHERE 0 <= i.lower AND i.lower <= csat(s) AND csat(s) <= i.upper AND i.upper <= 100) AS sound
FROM (SELECT x, n FROM generate_series(1, 25) AS n, generate_series(0, n) AS x UNION ALL SELECT x, n
	FROM (VALUES (1000000000000), (9223372036854775807)) AS size (n), unnest(ARRAY[0, 1, n / 3, n / 2, n - 1, n]) AS x) AS v (x, n),
	pg_temp.top(x, n) AS s, unnest(ARRAY[1e-12, 0.5, 0.95, 0.9999, 1 - 1e-15]) AS level, unnest(ARRAY['wilson', 'wald', 'clopper_pearson']) AS method,
		csat_interval(s, level, method) AS i;

-- ---- comparing ----

-- compare
WITH due (x, n, y, m, level, difference, stderr, statistic, p_value, lower, upper) AS (VALUES
	(81, 263, 15, 148, 0.5, 20.6633439523173, 4.34771683118505, 4.75268853852314, 2.0072944202557e-06, 18.0584366049681, 23.1576287803475),
	(81, 263, 15, 148, 0.95, 20.6633439523173, 4.34771683118505, 4.75268853852314, 2.0072944202557e-06, 12.7425166552515, 27.6693365213523),
	(81, 263, 15, 148, 0.9999, 20.6633439523173, 4.34771683118505, 4.75268853852314, 2.0072944202557e-06, 3.90817622233508, 34.0556630452252),
	(15, 148, 81, 263, 0.5, -20.6633439523173, 4.34771683118505, -4.75268853852314, 2.0072944202557e-06, -23.1576287803475, -18.0584366049681),
	(15, 148, 81, 263, 0.95, -20.6633439523173, 4.34771683118505, -4.75268853852314, 2.0072944202557e-06, -27.6693365213523, -12.7425166552515),
	(15, 148, 81, 263, 0.9999, -20.6633439523173, 4.34771683118505, -4.75268853852314, 2.0072944202557e-06, -34.0556630452252, -3.90817622233508),
	(56, 70, 48, 80, 0.5, 20, 7.54668012786954, 2.65017195125853, 0.00804508136819656, 15.0185692393494, 24.8117438834815),
	(56, 70, 48, 80, 0.95, 20, 7.54668012786954, 2.65017195125853, 0.00804508136819656, 5.2431472402365, 33.3872654036906),
	(56, 70, 48, 80, 0.9999, 20, 7.54668012786954, 2.65017195125853, 0.00804508136819656, -9.23351598366726, 44.534972061658),
	(9, 10, 3, 10, 0.5, 60, 21.9089023002066, 2.73861278752583, 0.00616989932054415, 46.6795243254277, 69.9396618691225),
	(9, 10, 3, 10, 0.95, 60, 21.9089023002066, 2.73861278752583, 0.00616989932054415, 17.0522723934503, 80.9017973535488),
	(9, 10, 3, 10, 0.9999, 60, 21.9089023002066, 2.73861278752583, 0.00616989932054415, -15.9939629668052, 87.1825588609613),
	(10, 10, 0, 20, 0.5, 100, 18.2574185835055, 5.47722557505166, 4.3204630578275e-08, 95.1131513383055, 100),
	(10, 10, 0, 20, 0.95, 100, 18.2574185835055, 5.47722557505166, 4.3204630578275e-08, 67.9086037141915, 100),
	(10, 10, 0, 20, 0.9999, 100, 18.2574185835055, 5.47722557505166, 4.3204630578275e-08, 25.9595216665698, 100),
	(10, 10, 20, 20, 0.5, 0, 0, NULL, NULL, -4.35140305696691, 2.22409111281996),
	(10, 10, 20, 20, 0.95, 0, 0, NULL, NULL, -27.7532799862889, 16.1125158052819),
	(10, 10, 20, 20, 0.9999, 0, 0, NULL, NULL, -60.2175388148783, 43.0794666972767),
	(0, 5, 0, 7, 0.5, 0, 0, NULL, NULL, -6.10248561890755, 8.33990330650643),
	(0, 5, 0, 7, 0.95, 0, 0, NULL, NULL, -35.4330435066687, 43.4482464783175),
	(0, 5, 0, 7, 0.9999, 0, 0, NULL, NULL, -68.3783113686622, 75.169721442864),
	(1, 1, 0, 1, 0.5, 100, 70.7106781186548, 1.41421356237309, 0.157299207050284, 55.779699417125, 100),
	(1, 1, 0, 1, 0.95, 100, 70.7106781186548, 1.41421356237309, 0.157299207050284, -12.2108720681942, 100),
	(1, 1, 0, 1, 0.9999, 100, 70.7106781186548, 1.41421356237309, 0.157299207050284, -32.6574013747034, 100),
	(500000, 1000000, 499000, 1000000, 0.5, 0.1, 0.0707106427633069, 1.41421426948041, 0.157298999496483, 0.0523063987531283, 0.147693536909242),
	(500000, 1000000, 499000, 1000000, 0.95, 0.1, 0.0707106427633069, 1.41421426948041, 0.157298999496483, -0.0385902492825723, 0.238589706020876),
	(500000, 1000000, 499000, 1000000, 0.9999, 0.1, 0.0707106427633069, 1.41421426948041, 0.157298999496483, -0.175105103703895, 0.375102963085057)
)
SELECT pg_temp.agree(format('%s/%s - %s/%s at %s: %s', x, n, y, m, level, what), ours, v.due ORDER BY x, n, y, level, what), count(t.df) AS df
FROM due, csat_compare(pg_temp.top(x, n), pg_temp.top(y, m), level) AS t,
	LATERAL (VALUES ('difference', t.difference, due.difference), ('stderr', t.stderr, due.stderr), ('statistic', t.statistic, due.statistic),
		('p_value', t.p_value, due.p_value), ('lower', t.lower, due.lower), ('upper', t.upper, due.upper)) AS v (what, ours, due);
SELECT csat_compare(pg_temp.top(3, 5), pg_temp.top(4, 9)) = csat_compare(pg_temp.top(3, 5), pg_temp.top(4, 9), 0.95) AS level_is_95;

-- ---- targets ----

-- probability: above 1, 50, 75 and 99.9 percent
WITH due (x, n, above_1, above_50, above_75, above_99_9) AS (VALUES
	(81, 263, 1, 1.42439790914658e-10, 1.63337746614379e-51, 0),
	(0, 20, 0.523458468451534, 1.15532904223369e-07, 6.45405857621848e-14, 3.91838770322913e-63),
	(1, 29, 0.901483014952775, 1.15569137092897e-08, 3.68791084067383e-17, 1.92892808645627e-85),
	(20, 20, 1, 0.999999884467096, 0.999359854613164, 0.159539303040156),
	(1, 1, 0.999574306713422, 0.818309886183791, 0.60899778104423, 0.0402566581150296),
	(0, 1, 0.872888571569538, 0.181690113816209, 0.0576688856224373, 1.34251517231946e-05),
	(1, 2, 0.998307449361983, 0.5, 0.195501109477885, 5.36683846864966e-05),
	(3, 7, 0.999996375238603, 0.354486909173124, 0.0320714726207112, 9.14342457991074e-13),
	(15, 148, 0.999999999989021, 1.39275393652878e-25, 2.99551155071136e-63, 0),
	(999, 1000, 1, 1, 1, 0.427697122166906),
	(1, 1000000, 0, 0, 0, 0),
	(400000, 1000000, 1, 0, 0, 0),
	(500000000000, 1000000000000, 1, 0.5, 0, 0),
	(999999999999, 1000000000000, 1, 1, 1, 1)
)
SELECT pg_temp.agree(format('%s/%s above %s', x, n, target), csat_probability(pg_temp.top(x, n), target), due ORDER BY n, x, target)
FROM due, LATERAL (VALUES (1, above_1), (50, above_50), (75, above_75), (99.9, above_99_9)) AS v (target, due);
-- R: pbeta(c(0, 1), 81.5, 182.5, lower.tail = FALSE) is 1 and 0
SELECT csat_probability(pg_temp.top(81, 263), 0) AS above_0, csat_probability(pg_temp.top(81, 263), 100) AS above_100,
	csat_probability('{"n": 0}', 50) AS without_answers;
-- R: pbeta(t, 81.5, 182.5, lower.tail = FALSE) is .9514 at t = .2625, .9495 at .263, .0507 at .356, .0490 at .3565
SELECT target, csat_verdict(pg_temp.top(81, 263), target) AS at_95, csat_verdict(pg_temp.top(81, 263), target, 0.9999) AS at_9999,
	csat_verdict(pg_temp.top(81, 263), target, 0.5) AS at_50
FROM unnest(ARRAY[0, 10, 26.25, 26.3, 30, 35.6, 35.65, 60, 100]) AS target;
SELECT csat_verdict('{"n": 0}', 50) AS without_answers, csat_verdict(s, 60, p) AS met, csat_verdict(s, 60, p + 1e-12) AS not_met
	FROM (SELECT pg_temp.top(9, 12) AS s) AS x, csat_probability(s, 60) AS p;

-- ---- scales and boxes, against plain SQL over raw rows ----

CREATE TEMP TABLE answers AS
SELECT i AS id, (ARRAY['web', 'phone', 'shop'])[i % 3 + 1] AS channel, CASE WHEN i % 7 <> 0 THEN (i * i + i / 11) % 11 + 1 END AS score,
	(i % 9) / 4.0::float8 AS weight FROM generate_series(1, 700) AS i;

-- satisfied by default: the top box of scales of 2 and 3, two of 4 to 7, three of 8 to 11
WITH scales (scale, boxes) AS (VALUES (2, 1), (3, 1), (4, 2), (5, 2), (6, 2), (7, 2), (8, 3), (9, 3), (10, 3), (11, 3))
SELECT scale, csat_scale(s) AS remembers, csat_boxes(s) AS boxes, csat_boxes(s) = boxes AS as_due, csat(s) = due AND one_word = due AND weighted = due
	AND csat(counted) = due AND with_boxes = due AND csat(made) = due AND csat(made_with) = due AS csat,
	satisfied(s) = top AND responses(s) = n AND satisfied(weighted_agg) = top AND csat_boxes(weighted_agg) = boxes AND csat_boxes(counted) = boxes
		AND csat_boxes(made) = boxes AS counts
FROM scales, LATERAL (SELECT csat_agg(score, scale) AS s, csat(score, scale) AS one_word, csat_weighted(score, 2, scale) AS weighted,
	csat_weighted_agg(score, 2, scale) AS weighted_agg, csat_counts_agg(score, 3, scale) AS counted, csat(score, scale, boxes) AS with_boxes,
		csat_summary(array_agg((SELECT count(*) FROM answers AS b WHERE b.score = a.i)::int ORDER BY i) FILTER (WHERE first)) AS made,
			csat_summary(array_agg((SELECT count(*) FROM answers AS b WHERE b.score = a.i) ORDER BY i) FILTER (WHERE first), boxes) AS made_with,
		100.0 * count(*) FILTER (WHERE score > scale - boxes) / count(score) AS due, count(*) FILTER (WHERE score > scale - boxes) AS top,
			count(score) AS n
	FROM (SELECT score, score AS i, row_number() OVER (PARTITION BY score) = 1 AS first FROM answers WHERE score <= scale) AS a) AS x;
-- every number of boxes of every scale
WITH made AS (SELECT scale, boxes, csat_agg(score, scale, boxes) AS s, csat(score, scale, boxes) AS one_word,
	csat_weighted(score, 0.5, scale, boxes) AS weighted, csat_counts_agg(score, 2, scale, boxes) AS counted,
	(100.0 * count(*) FILTER (WHERE score > scale - boxes) / count(score))::float8 AS due
	FROM generate_series(2, 11) AS scale, generate_series(1, scale - 1) AS boxes, answers WHERE score <= scale GROUP BY scale, boxes)
SELECT count(*) AS combinations, bool_and(csat(s) = due AND one_word = due AND weighted = due AND csat(counted) = due) AS csat,
	bool_and((csat_scale(s), csat_boxes(s), csat_scale(counted), csat_boxes(counted)) = (made.scale, made.boxes, made.scale,
	made.boxes)) AS remembered,
	bool_and(r.scale = made.scale AND r.boxes = made.boxes AND r.csat = due AND r.satisfied = satisfied(s) AND r.responses = responses(s)
		AND r.mean_score = mean_score(s)) AS reported, bool_and((s::jsonb ->> 'scale')::int = made.scale
		AND (s::jsonb ->> 'boxes')::int = made.boxes) AS shown
FROM made, csat_report(s) AS r;
-- the defaults are a scale of 5 and its two boxes
SELECT csat_agg(score) = csat_agg(score, 5) AND csat_agg(score) = csat_agg(score, 5, 2) AND csat(score) = csat(score, 5, 2)
	AND csat_weighted_agg(score, weight) = csat_weighted_agg(score, weight, 5, 2)
	AND csat_weighted(score, weight) = csat_weighted(score, weight, 5, 2) AND csat_counts_agg(score, 2) = csat_counts_agg(score, 2, 5, 2) AS defaults
	FROM answers WHERE score <= 5;

-- the accessors
WITH made AS (SELECT channel, csat_agg(score, 11, 4) AS s FROM answers GROUP BY ROLLUP (channel)),
raw AS (SELECT channel, count(score) AS n, count(*) FILTER (WHERE score > 7) AS top, avg(score) AS mean, stddev_samp(score) AS stddev,
	percentile_cont(0.5) WITHIN GROUP (ORDER BY score) AS median FROM answers GROUP BY ROLLUP (channel))
SELECT coalesce(made.channel, 'all') AS channel, pg_temp.agree(what, ours, due ORDER BY what)
FROM made JOIN raw ON made.channel IS NOT DISTINCT FROM raw.channel,
	LATERAL (VALUES ('csat', csat(s), 100.0 * top / n), ('responses', responses(s), n), ('effective', effective_responses(s), n),
		('satisfied', satisfied(s), top), ('share', satisfied_share(s), 1.0 * top / n),
		('mean', mean_score(s), mean), ('stddev', stddev_score(s), stddev), ('median', median_score(s), median),
			('stderr', csat_stderr(s), 100 * sqrt(1.0 * top / n * (n - top) / n / n))) AS v (what, ours, due)
GROUP BY made.channel ORDER BY made.channel;
WITH made AS (SELECT csat_agg(score, 11) AS s FROM answers WHERE score <> 6)
SELECT count(*) AS rows, bool_and(d.responses = raw.n AND d.weight = raw.n AND d.share = raw.n / responses(s)::float8) AS as_due,
	array_agg(d.answer ORDER BY answer) AS answers
FROM made, distribution(s) AS d JOIN LATERAL (SELECT count(*) AS n FROM answers WHERE score = d.answer AND score <> 6) AS raw ON true;

-- ---- weights ----

-- weighted: ten answers 1 to 7, of a population of 40, against 30 of 50
CREATE TEMP TABLE weighted (score int, weight float8);
INSERT INTO weighted VALUES (7, 1), (6, 2.5), (6, 0.1), (5, 0), (1, 3), (3, 0.75), (7, 1.2), (2, 4), (4, 0.3), (6, 1e-3), (NULL, 100), (NULL, NULL);
WITH due (what, due) AS (VALUES
	('csat', 37.3589603921874),
	('effective_responses', 4.80745786165613),
	('satisfied_share', 0.373589603921874),
	('mean_score', 3.5371566415065),
	('stddev_score', 2.64493375190989),
	('stderr', 22.0632317326206),
	('wilson lower', 10.2483716365159),
	('wilson upper', 75.6987087958577),
	('wald lower', 0),
	('wald upper', 80.6020999706849),
	('clopper_pearson lower', 4.06451710091078),
	('clopper_pearson upper', 84.4781270773533),
	('margin', 32.7251685796709),
	('of 40 lower', 11.9384030351768),
	('of 40 upper', 72.4037951921175),
	('probability 50', 0.292893311938182),
	('difference', -22.6410396078126),
	('difference stderr', 23.5665328997662),
	('statistic', -0.960728491717898),
	('p_value', 0.336688701505304),
	('difference lower', -52.4493610593193),
	('difference upper', 18.1129659668605)
), made AS (SELECT csat_weighted_agg(score, weight, 7) AS s FROM weighted)
SELECT pg_temp.agree(what, CASE what
	WHEN 'csat' THEN csat(s) WHEN 'effective_responses' THEN effective_responses(s) WHEN 'satisfied_share' THEN satisfied_share(s) WHEN 'mean_score'
		THEN mean_score(s) WHEN 'stddev_score' THEN stddev_score(s) WHEN 'stderr' THEN csat_stderr(s)
	WHEN 'wilson lower' THEN (csat_interval(s)).lower WHEN 'wilson upper' THEN (csat_interval(s)).upper WHEN 'wald lower'
		THEN (csat_interval(s, method => 'wald')).lower WHEN 'wald upper' THEN (csat_interval(s, method => 'wald')).upper
	WHEN 'clopper_pearson lower' THEN (csat_interval(s, method => 'clopper_pearson')).lower WHEN 'clopper_pearson upper'
		THEN (csat_interval(s, method => 'clopper_pearson')).upper
	WHEN 'margin' THEN csat_margin(s) WHEN 'of 40 lower' THEN (csat_interval(s, population => 40)).lower WHEN 'of 40 upper'
		THEN (csat_report(s, population => 40)).upper WHEN 'probability 50' THEN csat_probability(s, 50)
	WHEN 'difference' THEN t.difference WHEN 'difference stderr' THEN t.stderr WHEN 'statistic' THEN t.statistic WHEN 'p_value' THEN t.p_value
		WHEN 'difference lower' THEN t.lower WHEN 'difference upper' THEN t.upper
	END, due)
FROM due, made, csat_compare(s, csat_summary(ARRAY[0, 0, 0, 20, 0, 0, 30])) AS t;
WITH made AS (SELECT csat_weighted_agg(score, weight, 7) AS s, csat_weighted(score, weight, 7) AS one_word FROM weighted) SELECT responses(s),
	satisfied(s), csat(s) = one_word AS one_word, (csat_report(s)).satisfied, (csat_report(s)).scale, (csat_report(s)).boxes FROM made;
WITH made AS (SELECT channel, csat_weighted_agg(score, weight, 11) AS s FROM answers GROUP BY channel),
	raw AS (SELECT channel, 100 * sum(weight) FILTER (WHERE score > 8) / sum(weight) AS csat, sum(weight) ^ 2 / sum(weight ^ 2) AS n,
	sum(weight * score) / sum(weight) AS mean FROM answers WHERE score IS NOT NULL GROUP BY channel)
SELECT channel, pg_temp.agree(what, ours, due ORDER BY what) FROM made JOIN raw USING (channel),
	LATERAL (VALUES ('csat', csat(s), raw.csat), ('effective', effective_responses(s), raw.n), ('mean', mean_score(s), raw.mean)) AS v (what, ours,
	due) GROUP BY channel ORDER BY channel;
-- answers, but none with a weight
SELECT responses(s), effective_responses(s), satisfied(s), csat(s), satisfied_share(s), mean_score(s), median_score(s), stddev_score(s),
	csat_stderr(s), csat_interval(s), csat_margin(s), csat_report(s), csat_probability(s, 0), csat_verdict(s, 0), csat_compare(s, s), csat_scale(s),
	csat_boxes(s)
FROM (SELECT csat_weighted_agg(score, 0) AS s FROM (VALUES (5), (3)) AS v (score)) AS x \gx
-- whatever the weights, nothing leaves the scale: satisfied only, dissatisfied only, both
WITH groups AS (SELECT g, csat_weighted_agg(answer, weight, 10) AS s
	FROM (SELECT g, CASE g % 3 WHEN 0 THEN 8 + i % 3 WHEN 1 THEN 1 + i % 7 ELSE (g + i * i) % 10 + 1 END AS answer,
		((g * 31 + i * 17) % 1023) / 97.0 * 10.0::float8 ^ ((g * 7 + i * 3) % 8 - 4) AS weight FROM generate_series(1, 1000) AS g,
		generate_series(1, 1 + g % 6) AS i) AS x GROUP BY g HAVING sum(weight) > 0)
SELECT method, count(*) AS summaries, bool_and(CASE g % 3 WHEN 0 THEN csat(s) = 100 WHEN 1 THEN csat(s) = 0 ELSE csat(s) BETWEEN 0
	AND 100 END) AS csat, bool_and(satisfied_share(s) BETWEEN 0 AND 1) AS shares,
	bool_and(0 <= i.lower AND i.lower <= csat(s) AND csat(s) <= i.upper AND i.upper <= 100) AS intervals,
	bool_and(csat_probability(s, 60) BETWEEN 0 AND 1) AS probabilities
FROM groups, unnest(ARRAY['wilson', 'wald', 'clopper_pearson']) AS method, csat_interval(s, 0.95, method) AS i GROUP BY method ORDER BY method;
-- one answer, however heavy: 100 percent, on the scale, and no deviation
SELECT count(*) AS summaries, count(*) FILTER (WHERE csat(s) = 100 AND (csat_interval(s)).upper = 100) AS hundred,
	count(*) FILTER (WHERE round(mean_score(s)::numeric, 9) = 5) AS five, count(stddev_score(s)) AS deviations
FROM (SELECT csat_weighted_agg(5, i / 1000.0) AS s FROM generate_series(1, 5000) AS i GROUP BY i) AS x;

-- ---- ways in ----

-- five types of input and every arity, no cast
CREATE TEMP TABLE typed (a smallint, b integer, c bigint, d numeric, e double precision, n bigint, w float8);
INSERT INTO typed SELECT x, x, x, x, x, x + 1, (x + 1) / 2.0 FROM generate_series(1, 5) AS x;
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
	FROM unnest(ARRAY['csat(?)', 'csat(?, 6)', 'csat(?, 6, 3)', 'csat_agg(?)', 'csat_agg(?, 6)', 'csat_agg(?, 6, 3)', 'csat_weighted(?, w)',
	'csat_weighted(?, w, 6)', 'csat_weighted(?, w, 6, 3)',
	'csat_weighted_agg(?, w)', 'csat_weighted_agg(?, w, 6)', 'csat_weighted_agg(?, w, 6, 3)', 'csat_counts_agg(?, n)', 'csat_counts_agg(?, n, 6)',
		'csat_counts_agg(?, n, 6, 3)']) AS call;
SELECT csat_summary(counts) = s AS bigints, csat_summary(counts::int[]) = s AS integers, csat_summary(counts::numeric[]) = s AS numerics,
	csat_summary(counts, boxes => 1) = one AND csat_summary(counts::int[], 1) = one AND csat_summary(counts::numeric[], 1) = one AS with_boxes,
	counted = s AS counted
FROM (SELECT array_agg(n ORDER BY score) AS counts, csat_counts_agg(score, n, 11) AS counted
	FROM (SELECT score, count(*) AS n FROM answers WHERE score IS NOT NULL GROUP BY score) AS c) AS x,
	(SELECT csat_agg(score, 11) AS s, csat_agg(score, 11, 1) AS one FROM answers) AS y;
SELECT x, csat_valid(x), csat_valid(x, 2) AS of_2, csat_valid(x::smallint, scale => 11) AND csat_valid(x::bigint, 11) AND csat_valid(x::numeric, 11)
	AND csat_valid(x::float8, 11) AS of_11 FROM unnest(ARRAY[-1, 0, 1, 2, 3, 5, 6, 11, 12]) AS x;
SELECT csat_valid(4.5) AS "4.5", csat_valid('NaN'::float8) AS nan, csat_valid('Infinity'::numeric) AS infinity, csat_valid(5.000) AS "5.000",
	csat_valid(NULL::int) AS nothing;

-- ---- merging and taking out ----

WITH c AS (SELECT channel, csat_agg(score, 11) AS s FROM answers GROUP BY channel), t AS (SELECT rollup(s) AS s FROM c),
	a AS (SELECT csat_agg(score, 11) AS s FROM answers)
SELECT t.s = a.s AS rollup, (SELECT bool_and(a.s - c.s = (SELECT csat_agg(score, 11) FROM answers WHERE channel <> c.channel)) FROM c) AS rest,
	a.s - a.s = '{"n": 0}' AS nothing_left, a.s + '{"n": 0}' = a.s AS nothing_added FROM t, a;

-- ---- nothing to go by ----

SELECT csat(s), responses(s), effective_responses(s), satisfied(s), satisfied_share(s), mean_score(s), stddev_score(s), median_score(s),
	csat_stderr(s), csat_interval(s), csat_margin(s), csat_compare(s, pg_temp.top(1, 2)) AS compare_1,
	csat_compare(pg_temp.top(1, 2), s) AS compare_2,
	csat_probability(s, 0), csat_verdict(s, 0), csat_report(s), csat_scale(s), csat_boxes(s), (SELECT count(*) FROM distribution(s)) AS distribution
FROM (SELECT csat_agg(score, 7, 3) AS s FROM answers WHERE score IS NULL) AS x \gx
-- one answer
SELECT csat(s), responses(s), effective_responses(s), satisfied(s), satisfied_share(s), mean_score(s), stddev_score(s), median_score(s),
	csat_stderr(s) FROM (SELECT csat_agg(4) AS s) AS x \gx
