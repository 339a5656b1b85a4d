-- Net Promoter Score against R, against published figures and against plain SQL over the raw rows.
-- Lists of figures are the output of Rscript test/R/nps.R with the section that stands above them.

-- Counts the figures that are within 1e-9 of what is due, and lists those that are not.
CREATE FUNCTION pg_temp.agree_step(said text[], what text, ours float8, due float8) RETURNS text[] LANGUAGE sql AS $$
	SELECT CASE WHEN ours IS NOT DISTINCT FROM due OR abs(ours - due) <= greatest(1e-9 * abs(due), 1e-300)
		THEN ARRAY[(said[1]::int + 1)::text] || said[2:]
		ELSE said || format(E'\n%s is %s, not %s', what, ours, due) END $$;
CREATE FUNCTION pg_temp.agree_end(said text[]) RETURNS text LANGUAGE sql AS $$
	SELECT said[1] || ' agree' || array_to_string(said[2:], '') $$;
CREATE AGGREGATE pg_temp.agree(what text, ours float8, due float8) (
	SFUNC = pg_temp.agree_step, STYPE = text[], INITCOND = '{0}', FINALFUNC = pg_temp.agree_end);

-- The summary of so many promoters, passives and detractors.
CREATE FUNCTION pg_temp.bands(p bigint, s bigint, d bigint) RETURNS nps_summary LANGUAGE sql AS $$
	SELECT nps_summary(ARRAY[0, d, 0, 0, 0, 0, 0, s, 0, 0, p]) $$;

-- ---- published figures ----

-- 462/176/362, 18/11/2, 10/0/0: MeasuringU, Rocks 2016
SELECT p, s, d, round(nps(x)::numeric, 4) AS nps, method,
	round((nps_interval(x, method => method)).lower::numeric, 4) AS lower,
	round((nps_interval(x, method => method)).upper::numeric, 4) AS upper
FROM (VALUES (462, 176, 362), (18, 11, 2), (10, 0, 0)) v (p, s, d), pg_temp.bands(p, s, d) AS x,
	unnest(ARRAY['wald', 'adjusted_wald', 'score']) AS method
WHERE p <> 10 OR method <> 'wald'
ORDER BY s DESC, method = 'score', method = 'adjusted_wald';

-- 240/83/184 against 110/50/99
SELECT method, round(t.statistic::numeric, 7) AS z, round(t.p_value::numeric, 7) AS p_value, t.df
FROM unnest(ARRAY['wald', 'adjusted_wald']) AS method,
	nps_compare(pg_temp.bands(240, 83, 184), pg_temp.bands(110, 50, 99), method => method) AS t;

-- answers needed for plus-minus 5 points; with a pilot in which V is 0.5
SELECT nps_sample_size(5), nps_sample_size(5, pilot => pg_temp.bands(25, 50, 25)) AS with_pilot;

-- ---- intervals ----

-- interval: lower and upper limit of each method (and 1e-15 points are no error)
WITH due (p, s, d, level, wald_lower, wald_upper, adjusted_lower, adjusted_upper, score_lower, score_upper) AS (VALUES
	(462, 176, 362, 0.5, 8.07563452426694, 11.9243654757331, 8.04967792021029, 11.8905015414049, 8.07191637320466, 11.9199716858841),
	(462, 176, 362, 0.95, 4.40808844844179, 15.5919115515582, 4.38966692503208, 15.5505125365831, 4.38221311340637, 15.549486943298),
	(462, 176, 362, 0.9999, -1.10012524905535, 21.1001252490554, -1.10722998637072, 21.0474094479859, -1.169060167327, 20.9024918228509),
	(18, 11, 2, 0.5, 44.1572876763734, 59.0685187752395, 39.6439493913664, 54.4736976674572, 43.7401585339121, 58.6714897367305),
	(18, 11, 2, 0.95, 29.9480255086618, 73.2777809429511, 25.5123341183546, 68.6053129404689, 26.0919091659173, 69.9158989471767),
	(18, 11, 2, 0.9999, 8.60742040504155, 94.6183860465714, 4.28834532441699, 89.8293017344065, -5.04353262941213, 81.521282013555),
	(10, 0, 0, 0.5, 100, 100, 66.7988254165144, 100, 91.2971938860662, 100),
	(10, 0, 0, 0.95, 100, 100, 47.5035515447902, 100, 44.4934400274222, 100),
	(10, 0, 0, 0.9999, 100, 100, 18.5243677418226, 100, -20.4350776297565, 100),
	(0, 0, 10, 0.5, -100, -100, -100, -66.7988254165144, -100, -91.2971938860662),
	(0, 0, 10, 0.95, -100, -100, -100, -47.5035515447902, -100, -44.4934400274222),
	(0, 0, 10, 0.9999, -100, -100, -100, -18.5243677418226, -100, 20.4350776297565),
	(0, 10, 0, 0.5, 0, 0, -6.35444509506804, 6.35444509506804, -4.35140305696692, 4.35140305696692),
	(0, 10, 0, 0.95, 0, 0, -18.4650449090589, 18.4650449090589, -27.7532799862889, 27.7532799862889),
	(0, 10, 0, 0.9999, 0, 0, -36.6537112274015, 36.6537112274015, -60.2175388148783, 60.2175388148783),
	(1, 0, 0, 0.5, 100, 100, -0.293365632353065, 100, 37.4630511834833, 100),
	(1, 0, 0, 0.95, 100, 100, -48.498649420252, 100, -58.6901371245525, 100),
	(1, 0, 0, 0.9999, 100, 100, -100, 100, -87.6058961732768, 100),
	(0, 1, 0, 0.5, 0, 0, -20.6519465589711, 20.6519465589711, -31.2684744082583, 31.2684744082583),
	(0, 1, 0, 0.95, 0, 0, -60.0113959544414, 60.0113959544414, -79.3450685622763, 79.3450685622763),
	(0, 1, 0, 0.9999, 0, 0, -100, 100, -93.8029480866384, 93.8029480866384),
	(0, 0, 1, 0.5, -100, -100, -100, 0.293365632353065, -100, -37.4630511834833),
	(0, 0, 1, 0.95, -100, -100, -100, 48.498649420252, -100, 58.6901371245525),
	(0, 0, 1, 0.9999, -100, -100, -100, 100, -100, 87.6058961732768),
	(1, 1, 1, 0.5, -31.7957517469647, 31.7957517469647, -21.030912967704, 21.030912967704, -30.5883055014664, 30.5883055014664),
	(1, 1, 1, 0.95, -92.3935882899785, 92.3935882899785, -61.1126143380432, 61.1126143380432, -69.2404741987377, 69.2404741987377),
	(1, 1, 1, 0.9999, -100, 100, -100, 100, -88.8016316085421, 88.801631608542),
	(2, 0, 1, 0.5, -3.38123832705978, 70.0479049937264, -6.73437299952648, 40.0677063328598, -5.54836462812178, 63.4365499682774),
	(2, 0, 1, 0.95, -73.3535928078958, 100, -51.3331731132533, 84.6665064465866, -58.4680798395904, 87.7016110559208),
	(2, 0, 1, 0.9999, -100, 100, -100, 100, -84.9987888926212, 96.0261501195331),
	(0, 5, 3, 0.5, -49.0447890933881, -25.9552109066119, -39.0383207386081, -15.5071338068464, -49.4226118805854, -26.9225680248352),
	(0, 5, 3, 0.95, -71.0473901946967, -3.95260980530331, -61.4617411801475, 6.91628663469295, -69.4257605397373, 7.10604017153351),
	(0, 5, 3, 0.9999, -100, 29.0926543198451, -95.1390254097766, 40.5935708643221, -85.6806988366846, 52.4564976203171),
	(7, 3, 0, 0.5, 60.2257149184654, 79.7742850815346, 42.5612494598113, 70, 59.5309250612511, 78.7285137159621),
	(7, 3, 0, 0.95, 41.5974234910675, 98.4025765089325, 21.0539488352112, 86.6383588570965, 22.8194240233088, 89.2208732593699),
	(7, 3, 0, 0.9999, 13.6199672083196, 100, -11.2474334643848, 100, -32.3698159852931, 95.5013240298197),
	(50, 0, 50, 0.5, -6.74489750196082, 6.74489750196082, -6.59737470149058, 6.59737470149058, -6.72960715552406, 6.72960715552405),
	(50, 0, 50, 0.95, -19.5996398454005, 19.5996398454005, -19.1709611653522, 19.1709611653522, -19.2336939268009, 19.2336939268009),
	(50, 0, 50, 0.9999, -38.9059188641312, 38.9059188641312, -38.0549778225459, 38.0549778225459, -36.2584118783959, 36.2584118783959),
	(1, 999, 0, 0.5, 0.0325847579032417, 0.167415242096758, -0.00660511055823624, 0.206006905174388, 0.0515739890550531, 0.193808020043387),
	(1, 999, 0, 0.95, -0.0958983757429711, 0.295898375742971, -0.209208091594471, 0.408609886210623, -0.283058524404068, 0.564255859795793),
	(1, 999, 0, 0.9999, -0.288864610390261, 0.488864610390261, -0.513493434498162, 0.712895229114314, -1.3925912789714, 1.68226223861277),
	(99, 0, 1, 0.5, 96.6577823441954, 99.3422176558046, 93.2639038087194, 98, 96.1453786457057, 98.9669841499278),
	(99, 0, 1, 0.95, 94.0997209164024, 100, 89.6776196478189, 100, 89.1027607642589, 99.6465135871719),
	(99, 0, 1, 0.9999, 90.25781990022, 100, 84.2914515861826, 100, 70.3495900808604, 99.8828302530489),
	(240, 83, 184, 0.5, 8.32605189299365, 13.7646778900438, 8.27210936928513, 13.6886749444404, 8.31809182440877, 13.7547984531737),
	(240, 83, 184, 0.95, 3.14345750411757, 18.9472722789199, 3.11053687431955, 18.8502474394059, 3.0920366489384, 18.8489236010782),
	(240, 83, 184, 0.9999, -4.64017678736339, 26.7309065704009, -4.64152505744424, 26.6023093711697, -4.74831267833116, 26.2600203315472),
	(110, 50, 99, 0.5, 0.486455278162138, 8.00775321604636, 0.4674911108589, 7.9294554540266, 0.48240076832875, 7.99869539941254),
	(110, 50, 99, 0.95, -6.68076609559772, 15.1749745898062, -6.6431898875899, 15.0401364524754, -6.67454109769602, 15.0592195681505),
	(110, 50, 99, 0.9999, -17.4450717451337, 25.9392802393422, -17.3225786844644, 25.7195252493499, -17.1863483715923, 25.2639646163909),
	(1000, 0, 0, 0.5, 100, 100, 99.5583866812032, 100, 99.9090540899831, 100),
	(1000, 0, 0, 0.95, 100, 100, 99.2867832373976, 100, 99.234648302889, 100),
	(1000, 0, 0, 0.9999, 100, 100, 98.8788674870493, 100, 97.0177996424148, 100),
	(123456, 234567, 345678, 0.5, -31.6395783174312, -31.5184959214856, -31.6394435694795, -31.5183614167079, -31.6395638980044, -31.5184815130866),
	(123456, 234567, 345678, 0.95, -31.7549605750382, -31.4031136638786, -31.7548255953602, -31.4029793908272, -31.7548387296047, -31.4029920890345),
	(123456, 234567, 345678, 0.9999, -31.9282508674187, -31.2298233714981, -31.9281155397158, -31.2296894464716, -31.9277702304455,
		-31.2293448510376),
	(400000000000, 300000000000, 300000000000, 0.5, 9.99994397267346, 10.0000560273265, 9.99994397264346, 10.0000560272965, 9.9999439726699,
		10.000056027323),
	(400000000000, 300000000000, 300000000000, 0.95, 9.99983719316396, 10.000162806836, 9.99983719313395, 10.000162806806, 9.99983719313389,
		10.000162806806),
	(400000000000, 300000000000, 300000000000, 0.9999, 9.99967682316596, 10.000323176834, 9.99967682313595, 10.000323176804, 9.9996768230475,
		10.0003231767156),
	(1000000000000, 0, 0, 0.5, 100, 100, 99.9999999995569, 100, 99.999999999909, 100),
	(1000000000000, 0, 0, 0.95, 100, 100, 99.9999999992842, 100, 99.9999999992317, 100),
	(1000000000000, 0, 0, 0.9999, 100, 100, 99.9999999988747, 100, 99.9999999969727, 100),
	(999999999999, 0, 1, 0.5, 99.9999999996651, 99.9999999999349, 99.9999999993034, 99.9999999998, 99.9999999996122, 99.9999999998969),
	(999999999999, 0, 1, 0.95, 99.999999999408, 100, 99.9999999989286, 100, 99.999999998867, 99.9999999999647),
	(999999999999, 0, 1, 0.9999, 99.9999999990219, 100, 99.9999999983657, 100, 99.9999999965844, 99.9999999999883),
	(0, 1000000000000, 1, 0.5, -1.67448975019407e-10, -3.2551024980393e-11, -2.06646193452033e-10, 6.64619345283308e-12, -1.93928153707801e-10,
		-5.15654886037994e-11),
	(0, 1000000000000, 1, 0.95, -2.95996398453611e-10, 9.59963984538113e-11, -4.09897516150579e-10, 2.09897516151379e-10, -5.66493426573084e-10,
		2.84145882068037e-10),
	(0, 1000000000000, 1, 0.9999, -4.89059188640628e-10, 2.89059188640828e-10, -7.15156590358844e-10, 5.15156590359644e-10, -1.70781508777445e-09,
		1.41367052263955e-09)
)
SELECT pg_temp.agree(format('%s/%s/%s at %s: %s', p, s, d, level, method), CASE WHEN abs(ours - due) < 1e-15 THEN due ELSE ours END, due ORDER BY n,
	p, s, level, method)
FROM due, pg_temp.bands(p::bigint, s::bigint, d::bigint) AS x,
	nps_interval(x, level, 'wald') AS w, nps_interval(x, level) AS a, nps_interval(x, level, 'score') AS c,
	LATERAL (VALUES (p + s + d, 'wald lower', w.lower, wald_lower), (p + s + d, 'wald upper', w.upper, wald_upper),
		(p + s + d, 'adjusted lower', a.lower, adjusted_lower), (p + s + d, 'adjusted upper', a.upper, adjusted_upper),
		(p + s + d, 'score lower', c.lower, score_lower), (p + s + d, 'score upper', c.upper, score_upper)) AS v (n, method, ours, due);

-- population: limits of each method at 95 %, and the margin
WITH due (p, s, d, population, wald_lower, wald_upper, adjusted_lower, adjusted_upper, score_lower, score_upper, margin) AS (VALUES
	(200, 100, 60, 400, 36.417427968946, 41.3603498088317, 36.3858534948156, 41.3270012631143, 36.3863525843791, 41.3284919732606, 2.47057388414935),
	(200, 100, 60, 361, 38.4774939454644, 39.3002838323134, 38.4765978528406, 39.2993795550898, 38.4766234456455, 39.2994097270532,
		0.411390851124575),
	(200, 100, 60, 360, 38.8888888888889, 38.8888888888889, 38.8888888888889, 38.8888888888889, 38.8888888888889, 38.8888888888889, 0),
	(200, 100, 60, 1000000000, 31.0832200554224, 46.6945577223554, 30.7897033743004, 46.3452830804499, 30.7831646783216, 46.3696380244298,
		7.77778985307474),
	(9, 1, 0, 20, 76.5106027238062, 100, 57.2006784147916, 98.2538670397539, 58.0459474300029, 97.2948174839043, 20.5265943124812),
	(1, 0, 0, 2, 100, 100, -48.498649420252, 100, -58.6901371245525, 100, 73.498649420252),
	(1, 0, 0, 1, 100, 100, 100, 100, 100, 100, 0),
	(0, 0, 5, 6, -100, -100, -100, -74.9768891973104, -100, -73.3615498121903, 14.3088250884039)
)
SELECT pg_temp.agree(format('%s/%s/%s of %s: %s', p, s, d, population, what), ours, due ORDER BY p, s, population, what)
FROM due, pg_temp.bands(p, s, d) AS x, nps_report(x, population => population) AS r,
	nps_interval(x, method => 'wald', population => population) AS w,
	nps_interval(x, 0.95, 'adjusted_wald', population) AS a,
	nps_interval(x, 0.95, 'score', population) AS c,
	LATERAL (VALUES ('wald lower', w.lower, wald_lower), ('wald upper', w.upper, wald_upper),
		('adjusted lower', a.lower, adjusted_lower), ('adjusted upper', a.upper, adjusted_upper),
		('score lower', c.lower, score_lower), ('score upper', c.upper, score_upper),
		('margin', nps_margin(x, 0.95, population), due.margin),
		('report lower', r.lower, adjusted_lower), ('report upper', r.upper, adjusted_upper), ('report margin', r.margin, due.margin)) AS v (what,
			ours, due);

-- where everybody was asked, the interval is the score
SELECT bool_and(i.upper - i.lower BETWEEN 0 AND 1e-12) AS no_width, bool_and(nps(x) BETWEEN i.lower AND i.upper) AS is_the_score, count(*)
FROM (VALUES (0, 0, 1), (200, 100, 60), (1, 1, 1), (3, 0, 0), (7, 11, 13)) v (p, s, d), pg_temp.bands(p, s, d) AS x,
	unnest(ARRAY['wald', 'adjusted_wald', 'score']) AS method, nps_interval(x, 0.99, method, responses(x)) AS i;

-- certainty: score, standard error, margins at 95 % and 99 %
WITH due (p, s, d, nps, stderr, margin_95, margin_99) AS (VALUES
	(462, 176, 362, 10, 2.85306852353742, 5.58042280577549, 7.3339187366151),
	(18, 11, 2, 51.6129032258064, 11.0537121539143, 21.5464894110571, 28.3168870710812),
	(10, 0, 0, 100, 0, 29.4195253782867, 38.6638102351022),
	(0, 0, 10, -100, 0, 29.4195253782867, 38.6638102351022),
	(0, 10, 0, 0, 0, 18.4650449090589, 24.2671825315514),
	(1, 0, 0, 100, 0, 73.498649420252, 96.5935988830837),
	(0, 1, 0, 0, 0, 60.0113959544414, 78.8683432275421),
	(0, 0, 1, -100, 0, 73.498649420252, 96.5935988830837),
	(1, 1, 1, 0, 47.1404520791032, 61.1126143380432, 80.315589505771),
	(2, 0, 1, 33.3333333333333, 54.4331053951817, 67.9998397799199, 89.3669380271046),
	(0, 5, 3, -37.5, 17.1163299220364, 34.1890139074202, 44.9319806776144),
	(7, 3, 0, 70, 14.4913767461894, 32.7922050109427, 43.0962626157598),
	(50, 0, 50, 0, 10, 19.1709611653522, 25.1949137516935),
	(1, 999, 0, 0.1, 0.0999499874937461, 0.308908988902547, 0.40597522812725),
	(99, 0, 1, 98, 1.98997487421324, 5.46801142014222, 7.18618513362511),
	(240, 83, 184, 11.0453648915187, 4.03165948442441, 7.86985528254319, 10.3427430357711),
	(110, 50, 99, 4.24710424710425, 5.57554650437438, 10.8416631700326, 14.2483606397137),
	(1000, 0, 0, 100, 0, 0.414114070678124, 0.544238142475334),
	(123456, 234567, 345678, -31.5790371194584, 0.0897585144254906, 0.17592310226653, 0.231202147367875),
	(400000000000, 300000000000, 300000000000, 10, 8.30662386291808e-05, 0.000162806836044096, 0.000213964451596225),
	(1000000000000, 0, 0, 100, 0, 4.1577114730324e-10, 5.46415910313349e-10),
	(999999999999, 0, 1, 99.9999999998, 1.999999999999e-10, 5.71422785471564e-10, 7.50976837912968e-10),
	(0, 1000000000000, 1, -9.99999999999e-11, 9.999999999985e-11, 3.09897516150979e-10, 4.07274373149278e-10)
)
SELECT pg_temp.agree(format('%s/%s/%s: %s', p, s, d, what), ours, due ORDER BY p + s + d, p, s, what)
FROM due, pg_temp.bands(p, s, d) AS x, nps_report(x) AS r,
	LATERAL (VALUES ('nps', nps(x), due.nps), ('stderr', nps_stderr(x), stderr), ('margin 95', nps_margin(x), margin_95),
		('margin 99', nps_margin(x, 0.99), margin_99),
		('report nps', r.nps, due.nps), ('report margin', r.margin, margin_95)) AS v (what, ours, due);

-- every composition of up to 12 answers, at ordinary and extreme levels: ordered limits around the score, on the scale
SELECT count(*) AS intervals, count(*) FILTER (WHERE i.lower >= -100 AND i.lower <= nps(x) AND nps(x) <= i.upper AND i.upper <= 100) AS sound
FROM generate_series(0, 12) AS p, generate_series(0, 12) AS s, generate_series(0, 12) AS d, pg_temp.bands(p, s, d) AS x,
	unnest(ARRAY[1e-12, 0.5, 0.95, 0.9999, 1 - 1e-15]) AS level, unnest(ARRAY['wald', 'adjusted_wald', 'score']) AS method,
	nps_interval(x, level, method) AS i
WHERE p + s + d BETWEEN 1 AND 12;

-- and of 10^12 answers and as many as there can be
SELECT count(*) AS intervals, count(*) FILTER (WHERE i.lower >= -100 AND i.lower <= nps(x) AND nps(x) <= i.upper AND i.upper <= 100
	AND nps_stderr(x) >= 0 AND nps_margin(x, level) >= 0) AS sound
FROM (VALUES (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1), (3, 2, 1)) AS share (p, s, d), (VALUES (1000000000000), (1500000000000000000)) AS size (n),
	(VALUES (0), (1)) AS odd (one),
	pg_temp.bands(p * n + one, s * n, d * n + one) AS x,
	unnest(ARRAY[1e-12, 0.5, 0.95, 0.9999, 1 - 1e-15]) AS level, unnest(ARRAY['wald', 'adjusted_wald', 'score']) AS method,
	nps_interval(x, level, method) AS i;

-- ---- comparing ----

-- compare
WITH due (a, b, method, level, difference, stderr, statistic, p_value, lower, upper) AS (VALUES
	('{240,83,184}', '{110,50,99}', 'wald', 0.95, 6.79826064441449, 6.88047941794688, 0.988050429550311, 0.323127951017786, -6.6872312111305,
		20.2837524999595),
	('{240,83,184}', '{110,50,99}', 'wald', 0.9999, 6.79826064441449, 6.88047941794688, 0.988050429550311, 0.323127951017786, -19.9708767536821,
		33.5673980425111),
	('{240,83,184}', '{110,50,99}', 'adjusted_wald', 0.95, 6.79826064441449, 6.83526633790129, 0.992195261918986, 0.321102283358684,
		-6.61495697260551, 20.1787947214455),
	('{240,83,184}', '{110,50,99}', 'adjusted_wald', 0.9999, 6.79826064441449, 6.83526633790129, 0.992195261918986, 0.321102283358684,
		-19.8113128812915, 33.3751506301315),
	('{110,50,99}', '{240,83,184}', 'wald', 0.95, -6.79826064441449, 6.88047941794688, -0.988050429550311, 0.323127951017786, -20.2837524999595,
		6.6872312111305),
	('{110,50,99}', '{240,83,184}', 'wald', 0.9999, -6.79826064441449, 6.88047941794688, -0.988050429550311, 0.323127951017786, -33.5673980425111,
		19.9708767536821),
	('{110,50,99}', '{240,83,184}', 'adjusted_wald', 0.95, -6.79826064441449, 6.83526633790129, -0.992195261918986, 0.321102283358684,
		-20.1787947214455, 6.61495697260551),
	('{110,50,99}', '{240,83,184}', 'adjusted_wald', 0.9999, -6.79826064441449, 6.83526633790129, -0.992195261918986, 0.321102283358684,
		-33.3751506301315, 19.8113128812915),
	('{462,176,362}', '{18,11,2}', 'wald', 0.95, -41.6129032258065, 11.41597794241, -3.64514572783255, 0.000267240325704938, -63.9878088412337,
		-19.2379976103792),
	('{462,176,362}', '{18,11,2}', 'wald', 0.9999, -41.6129032258065, 11.41597794241, -3.64514572783255, 0.000267240325704938, -86.027814384018,
		2.80200793240505),
	('{462,176,362}', '{18,11,2}', 'adjusted_wald', 0.95, -41.6129032258065, 11.3560303816663, -3.26599459072264, 0.00109080333081274,
		-59.3461443540128, -14.8313232431955),
	('{462,176,362}', '{18,11,2}', 'adjusted_wald', 0.9999, -41.6129032258065, 11.3560303816663, -3.26599459072264, 0.00109080333081274,
		-81.2704134633761, 7.09294586616772),
	('{10,0,0}', '{0,0,10}', 'wald', 0.95, 200, 0, NULL, NULL, 200, 200),
	('{10,0,0}', '{0,0,10}', 'wald', 0.9999, 200, 0, NULL, NULL, 200, 200),
	('{10,0,0}', '{0,0,10}', 'adjusted_wald', 0.95, 200, 21.2276817924877, 7.24743075339479, 4.24751479545888e-13, 112.240662057601, 200),
	('{10,0,0}', '{0,0,10}', 'adjusted_wald', 0.9999, 200, 21.2276817924877, 7.24743075339479, 4.24751479545888e-13, 71.2579072969417, 200),
	('{1,0,0}', '{0,1,0}', 'wald', 0.95, 100, 0, NULL, NULL, 100, 100),
	('{1,0,0}', '{0,1,0}', 'wald', 0.9999, 100, 0, NULL, NULL, 100, 100),
	('{1,0,0}', '{0,1,0}', 'adjusted_wald', 0.95, 100, 48.4122918275927, 0.516397779494322, 0.605576616335346, -69.8863483911245, 119.886348391124),
	('{1,0,0}', '{0,1,0}', 'adjusted_wald', 0.9999, 100, 48.4122918275927, 0.516397779494322, 0.605576616335346, -163.352469787096, 200),
	('{1,1,1}', '{50,0,50}', 'wald', 0.95, 0, 48.1894409826699, 0, 1, -94.4495687611514, 94.4495687611514),
	('{1,1,1}', '{50,0,50}', 'wald', 0.9999, 0, 48.1894409826699, 0, 1, -187.485448097959, 187.485448097959),
	('{1,1,1}', '{50,0,50}', 'adjusted_wald', 0.95, 0, 32.678673580782, 0, 1, -64.0490232808732, 64.0490232808732),
	('{1,1,1}', '{50,0,50}', 'adjusted_wald', 0.9999, 0, 32.678673580782, 0, 1, -127.139382292133, 127.139382292133),
	('{0,10,0}', '{0,7,0}', 'wald', 0.95, 0, 0, NULL, NULL, 0, 0),
	('{0,10,0}', '{0,7,0}', 'wald', 0.9999, 0, 0, NULL, NULL, 0, 0),
	('{0,10,0}', '{0,7,0}', 'adjusted_wald', 0.95, 0, 15.4517764820005, 0, 1, -30.284925401884, 30.284925401884),
	('{0,10,0}', '{0,7,0}', 'adjusted_wald', 0.9999, 0, 15.4517764820005, 0, 1, -60.1165562115402, 60.1165562115402),
	('{400000000000,300000000000,300000000000}', '{300000000000,300000000000,400000000000}', 'wald', 0.95, 20, 0.000117473401244707, 170251.30615175,
		0, 19.9997697563644, 20.0002302436356),
	('{400000000000,300000000000,300000000000}', '{300000000000,300000000000,400000000000}', 'wald', 0.9999, 20, 0.000117473401244707,
		170251.30615175, 0, 19.9995429589382, 20.0004570410618),
	('{400000000000,300000000000,300000000000}', '{300000000000,300000000000,400000000000}', 'adjusted_wald', 0.95, 20, 0.000117473401244485,
		170251.306151561, 0, 19.9997697563044, 20.0002302435756),
	('{400000000000,300000000000,300000000000}', '{300000000000,300000000000,400000000000}', 'adjusted_wald', 0.9999, 20, 0.000117473401244485,
		170251.306151561, 0, 19.9995429588782, 20.0004570410018),
	('{999,1,0}', '{1000,0,0}', 'wald', 0.95, -0.1, 0.0999499874937461, -1.00050037531277, 0.317068416092514, -0.295898375742971, 0.095898375742971),
	('{999,1,0}', '{1000,0,0}', 'wald', 0.9999, -0.1, 0.0999499874937461, -1.00050037531277, 0.317068416092514, -0.488864610390261,
		0.288864610390261),
	('{999,1,0}', '{1000,0,0}', 'adjusted_wald', 0.95, -0.1, 0.314888751478284, -0.316622606682572, 0.751529980039214, -0.716871509342294,
		0.517469714726144),
	('{999,1,0}', '{1000,0,0}', 'adjusted_wald', 0.9999, -0.1, 0.314888751478284, -0.316622606682572, 0.751529980039214, -1.32480451893224,
		1.12540272431609)
)
SELECT pg_temp.agree(format('%s - %s %s %s: %s', a, b, method, level, what), ours, v.due ORDER BY a, method, level, what), count(t.df) AS df
FROM due, LATERAL (SELECT a::bigint[] AS x, b::bigint[] AS y) AS bands,
	nps_compare(pg_temp.bands(x[1], x[2], x[3]), pg_temp.bands(y[1], y[2], y[3]), level, method) AS t,
	LATERAL (VALUES ('difference', t.difference, due.difference), ('stderr', t.stderr, due.stderr), ('statistic', t.statistic, due.statistic),
		('p_value', t.p_value, due.p_value), ('lower', t.lower, due.lower), ('upper', t.upper, due.upper)) AS v (what, ours, due);

-- paired: customers by band before and after, from detractor-detractor to promoter-promoter
WITH due (cells, level, difference, stderr, statistic, p_value, lower, upper) AS (VALUES
	('{30,12,8,6,40,21,3,9,60}', 0.95, 14.8148148148148, 4.95922321198428, 2.98732567209596, 0.00281429747494722, 5.09491592803059, 24.534713701599),
	('{30,12,8,6,40,21,3,9,60}', 0.9999, 14.8148148148148, 4.95922321198428, 2.98732567209596, 0.00281429747494722, -4.47949877664283,
		34.1091284062725),
	('{1,0,0,0,0,0,0,0,0}', 0.95, 0, 0, NULL, NULL, 0, 0),
	('{1,0,0,0,0,0,0,0,0}', 0.9999, 0, 0, NULL, NULL, 0, 0),
	('{0,0,1,0,0,0,0,0,0}', 0.95, 200, 0, NULL, NULL, 200, 200),
	('{0,0,1,0,0,0,0,0,0}', 0.9999, 200, 0, NULL, NULL, 200, 200),
	('{0,0,5,0,0,0,1,0,0}', 0.95, 133.333333333333, 60.8580619450184, 2.19089023002066, 0.0284597369163106, 14.0537237521896, 200),
	('{0,0,5,0,0,0,1,0,0}', 0.9999, 133.333333333333, 60.8580619450184, 2.19089023002066, 0.0284597369163106, -103.440548692782, 200),
	('{0,0,0,0,0,0,4,0,3}', 0.95, -114.285714285714, 37.408781183313, -3.05505046330389, 0.00225022656808579, -187.605578110547, -40.9658504608812),
	('{0,0,0,0,0,0,4,0,3}', 0.9999, -114.285714285714, 37.408781183313, -3.05505046330389, 0.00225022656808579, -200, 31.256586266687),
	('{10,20,30,40,50,60,70,80,90}', 0.95, -26.6666666666667, 5.29616679458355, -5.03508814978013, 4.77628988440395e-07, -37.0469628401674,
		-16.286370493166),
	('{10,20,30,40,50,60,70,80,90}', 0.9999, -26.6666666666667, 5.29616679458355, -5.03508814978013, 4.77628988440395e-07, -47.271890226764,
		-6.06144310656933),
	('{0,3,0,0,0,3,0,0,0}', 0.95, 100, 0, NULL, NULL, 100, 100),
	('{0,3,0,0,0,3,0,0,0}', 0.9999, 100, 0, NULL, NULL, 100, 100)
), pairs AS (
	SELECT cells, nps_paired_agg((ARRAY[6, 7, 9])[(cell - 1) / 3 + 1], (ARRAY[0, 8, 10])[(cell - 1) % 3 + 1]) AS pair, count(*) AS customers
	FROM (SELECT DISTINCT cells FROM due) AS c, generate_series(1, 9) AS cell, generate_series(1, (cells::int[])[cell])
	GROUP BY cells
)
SELECT pg_temp.agree(format('%s at %s: %s', cells, level, what), ours, v.due ORDER BY cells, level, what),
	count(t.df) AS df, bool_and(responses(pair) = customers) AS responses
FROM due JOIN pairs USING (cells), nps_compare(pair, level) AS t,
	LATERAL (VALUES ('difference', t.difference, due.difference), ('stderr', t.stderr, due.stderr), ('statistic', t.statistic, due.statistic),
		('p_value', t.p_value, due.p_value), ('lower', t.lower, due.lower), ('upper', t.upper, due.upper)) AS v (what, ours, due);

-- the default level, and the distribution of pairs, against plain SQL
WITH asked AS (SELECT i, (i * 7) % 11 AS before, nullif((i * 5 + i / 11) % 12, 11) AS after FROM generate_series(1, 200) AS i),
	pair AS (SELECT nps_paired_agg(before, after) AS s FROM asked)
SELECT d.before, d.after, d.responses, d.responses = raw.n AS counted, d.share = raw.n / (SELECT count(after) FROM asked)::float8 AS shared
FROM pair, distribution(s) AS d
JOIN LATERAL (SELECT count(*) AS n FROM asked WHERE asked.after IS NOT NULL AND nps_band(asked.before) = d.before
	AND nps_band(asked.after) = d.after) AS raw ON true;
WITH pair AS (SELECT nps_paired_agg(i % 11, (i * i) % 11) AS s FROM generate_series(1, 40) AS i)
SELECT nps_compare(s) = nps_compare(s, 0.95) AS level_is_95, nps_compare(s - s) IS NULL AS empty_is_null, responses(s - s) AS empty,
	(SELECT count(*) FROM distribution(s - s)) AS empty_rows FROM pair;

-- ---- targets ----

-- probability: above -20, 0, 12.5 and 50 points
WITH due (p, s, d, above_minus_20, above_0, above_12, above_50) AS (VALUES
	(462, 176, 362, 1, 0.999768857888409, 0.187120158368974, 3.37461230420769e-45),
	(18, 11, 2, 0.999999999469549, 0.999990683791822, 0.999165649944121, 0.394525778195662),
	(10, 0, 0, 0.999999999946647, 0.999999850999944, 0.999991144157998, 0.96356528314974),
	(0, 0, 10, 7.4634184069937e-05, 1.49000055528181e-07, 1.28084487476446e-09, 1.38629065583905e-17),
	(0, 10, 0, 0.983118511223298, 0.5, 0.0922862764199415, 5.5652527845203e-08),
	(1, 0, 0, 0.884930329778292, 0.747507462453077, 0.630558659818236, 0.252492537546923),
	(0, 1, 0, 0.743185443303438, 0.5, 0.341545699154804, 0.0512352174298747),
	(0, 0, 1, 0.446964883376386, 0.252492537546923, 0.158655253931457, 0.0227501319481792),
	(1, 1, 1, 0.739377345942593, 0.5, 0.344249870548317, 0.0544047150202729),
	(2, 0, 1, 0.854709019487737, 0.684522979407915, 0.547796495190679, 0.168334183805019),
	(0, 5, 3, 0.338366324241876, 0.0589708176938077, 0.0113019697121885, 4.71521463846604e-06),
	(7, 3, 0, 0.999994919668637, 0.999355329506358, 0.993267478448963, 0.590908094508435),
	(50, 0, 50, 0.979558846917892, 0.5, 0.100633344506853, 1.59548260855849e-07),
	(1, 999, 0, 1, 0.736496573996651, 0, 0),
	(99, 0, 1, 1, 1, 1, 1),
	(240, 83, 184, 0.999999999999994, 0.996877515641938, 0.352546753815869, 1.26699601690884e-22),
	(110, 50, 99, 0.999993917737841, 0.776074661736514, 0.0667093136611689, 6.15699091991482e-17),
	(1000, 0, 0, 1, 1, 1, 1),
	(123456, 234567, 345678, 0, 0, 0, 0),
	(400000000000, 300000000000, 300000000000, 1, 1, 0, 0),
	(1000000000000, 0, 0, 1, 1, 1, 1),
	(999999999999, 0, 1, 1, 1, 1, 1),
	(0, 1000000000000, 1, 1, 0.263544628432728, 0, 0)
)
SELECT pg_temp.agree(format('%s/%s/%s above %s', p, s, d, target), nps_probability(pg_temp.bands(p::bigint, s::bigint, d::bigint), target), due
	ORDER BY p + s + d, p, s, target)
FROM due, LATERAL (VALUES (-20, above_minus_20), (0, above_0), (12.5, above_12), (50, above_50)) AS v (target, due);

-- 18/11/2 is above 50 with probability 0.3945, above 40 with 0.7398, above 30 with 0.9384, above 29 with 0.9491, above 28.9 with 0.9501 (likewise);
-- it scores 51.6: what is below 50 with probability 0.6 is not proven to be, as three answers added say so and not the others
SELECT target, level, nps_verdict(pg_temp.bands(18, 11, 2), target, level), nps_verdict(pg_temp.bands(18, 11, 2), target) AS at_95
FROM (VALUES (50, 0.5), (50, 0.61), (50, 0.6), (30, 0.93), (29, 0.95), (28.9, 0.95), (28.9, 0.96), (65.3, 0.95), (100, 0.95),
	(-100, 0.9999)) AS v (target, level);
-- just at the level is met; without answers, unproven
SELECT nps_verdict(s, target, p) AS met, nps_verdict(s, target, p + 1e-12) AS not_met, nps_verdict(s, -target, p - 1e-12) AS missed,
	nps_verdict(s, -target, p + 1e-12) AS not_missed
FROM (VALUES (pg_temp.bands(3, 3, 3), -10)) AS v (s, target), LATERAL (SELECT nps_probability(s, target) AS p) AS q;
SELECT nps_verdict('{"n": 0}', 0), nps_probability('{"n": 0}', 0);

-- what a comparison proves: p_value and both limits have to agree
SELECT difference, p_value, lower, upper, cx_verdict(t) AS at_95, cx_verdict(t, 0.9) AS at_90, cx_verdict(t, level => 0.99) AS at_99
FROM (VALUES (5, 0.04, 0.2, 9.8), (5, 0.05, 0.1, 9.9), (5, 0.06, -0.1, 10.1), (5, 0.04, -0.1, 10.1), (5, 0.2, 0.1, 9.9), (-5, 0.04, -9.8, -0.2),
	(-5, 0.005, -9.8, -0.2), (-5, 0.06, -10.1, 0.1), (0, 1, -5, 5), (5, NULL, 5, 5), (5, NULL, NULL, NULL), (5, 0.04, 0, 10)) AS v (difference,
	p_value, lower, upper),
	LATERAL (SELECT ROW (difference, 2, 2, NULL, p_value, lower, upper)::cx_test AS t) AS x;
SELECT cx_verdict(nps_compare(pg_temp.bands(1, 1, 1), pg_temp.bands(1, 1, 1)), 0.4);
SELECT cx_verdict(NULL) AS nothing, cx_verdict(nps_compare(pg_temp.bands(300, 100, 100), pg_temp.bands(100, 100, 300))) AS better,
	cx_verdict(nps_compare(pg_temp.bands(100, 100, 300), pg_temp.bands(300, 100, 100))) AS worse,
	cx_verdict(nps_compare(pg_temp.bands(240, 83, 184), pg_temp.bands(110, 50, 99))) AS unproven,
	cx_verdict(nps_compare(pg_temp.bands(0, 5, 0), '{"n": 0}')) AS against_nothing,
		cx_verdict(nps_compare(pg_temp.bands(0, 5, 0), pg_temp.bands(0, 7, 0), method => 'wald')) AS nothing_varies;

-- sample_size: in an infinite population, and of 1, 400 and 1e6
WITH due (margin, level, variance, infinite, one, four_hundred, million) AS (VALUES
	(0.1, 0.5, 1, 454934, 1, 400, 312684),
	(0.1, 0.5, 0.5, 227466, 1, 400, 185314),
	(0.1, 0.95, 1, 3841456, 1, 400, 793451),
	(0.1, 0.95, 0.5, 1920727, 1, 400, 657620),
	(0.1, 0.9999, 1, 15136703, 1, 400, 938030),
	(0.1, 0.9999, 0.5, 7568350, 1, 400, 883292),
	(2.5, 0.5, 1, 725, 1, 258, 725),
	(2.5, 0.5, 0.5, 361, 1, 190, 361),
	(2.5, 0.95, 1, 6144, 1, 376, 6106),
	(2.5, 0.95, 0.5, 3071, 1, 354, 3061),
	(2.5, 0.9999, 1, 24216, 1, 394, 23644),
	(2.5, 0.9999, 0.5, 12107, 1, 388, 11962),
	(5, 0.5, 1, 179, 1, 124, 179),
	(5, 0.5, 0.5, 88, 1, 73, 88),
	(5, 0.95, 1, 1534, 1, 318, 1532),
	(5, 0.95, 0.5, 766, 1, 263, 765),
	(5, 0.9999, 1, 6052, 1, 376, 6016),
	(5, 0.9999, 0.5, 3025, 1, 354, 3016),
	(30, 0.5, 1, 3, 1, 3, 3),
	(30, 0.5, 0.5, 1, 1, 1, 1),
	(30, 0.95, 1, 40, 1, 37, 40),
	(30, 0.95, 0.5, 19, 1, 18, 19),
	(30, 0.9999, 1, 166, 1, 118, 166),
	(30, 0.9999, 0.5, 82, 1, 68, 82),
	(200, 0.5, 1, 1, 1, 1, 1),
	(200, 0.5, 0.5, 1, 1, 1, 1),
	(200, 0.95, 1, 1, 1, 1, 1),
	(200, 0.95, 0.5, 1, 1, 1, 1),
	(200, 0.9999, 1, 1, 1, 1, 1),
	(200, 0.9999, 0.5, 1, 1, 1, 1)
)
SELECT count(*) AS figures, count(*) FILTER (WHERE ours <> due) AS wrong
FROM due, LATERAL (SELECT CASE WHEN variance < 1 THEN pg_temp.bands(25, 50, 25) END AS pilot) AS p,
	LATERAL (VALUES (nps_sample_size(margin, level, pilot), infinite), (nps_sample_size(margin, level, pilot, 1), one),
		(nps_sample_size(margin, level, pilot, 400), four_hundred), (nps_sample_size(margin, level, pilot, 1000000), million)) AS v (ours, due);
-- an empty pilot says nothing; one that does not vary counts as in adjusted Wald, R: V <- 11.5 / 13 - (10 / 13)^2; ceiling((100 * qnorm(.975))^2 * V
-- / 25 - 3)
-- so many answers give the margin, two fewer do not
SELECT nps_sample_size(5, pilot => '{"n": 0}') AS empty, nps_sample_size(5, pilot => pg_temp.bands(10, 0, 0)) AS unvaried;
SELECT n, nps_margin(pg_temp.bands(n / 2, 0, n / 2)) <= 5 AS enough, nps_margin(pg_temp.bands((n - 2) / 2, 0, (n - 2) / 2)) <= 5 AS with_two_fewer
FROM nps_sample_size(5) AS n;

-- ---- against plain SQL over raw rows ----

CREATE TEMP TABLE answers AS
SELECT i AS id, (ARRAY['web', 'phone', 'shop', 'silent'])[i % 3 + 1] AS channel,
	CASE WHEN i % 13 <> 0 THEN (i * i * 7 + i / 5) % 11 END AS score,
	(i % 17) / 4.0::float8 AS weight
FROM generate_series(1, 1000) AS i
UNION ALL SELECT 1000 + i, 'silent', NULL, 1 FROM generate_series(1, 3) AS i;

WITH made AS (SELECT channel, nps_agg(score) AS s, nps(score) AS one_word FROM answers GROUP BY ROLLUP (channel)),
raw AS (
	SELECT channel, count(score) AS n, count(*) FILTER (WHERE score >= 9) AS p, count(*) FILTER (WHERE score IN (7, 8)) AS s,
		count(*) FILTER (WHERE score < 7) AS d,
		avg(score) AS mean, stddev_samp(score) AS stddev, percentile_cont(0.5) WITHIN GROUP (ORDER BY score) AS median
	FROM answers GROUP BY ROLLUP (channel))
SELECT coalesce(made.channel, 'all') AS channel, pg_temp.agree(what, ours, due ORDER BY what)
FROM made JOIN raw ON made.channel IS NOT DISTINCT FROM raw.channel CROSS JOIN LATERAL nps_report(made.s) AS r,
	LATERAL (VALUES ('nps', nps(made.s), 100.0 * (raw.p - raw.d) / nullif(n, 0)), ('nps(score)', one_word, 100.0 * (raw.p - raw.d) / nullif(n, 0)),
		('report nps', r.nps, 100.0 * (raw.p - raw.d) / nullif(n, 0)),
		('responses', responses(made.s), n), ('report responses', r.responses, n), ('effective', effective_responses(made.s), n),
		('promoters', promoters(made.s), raw.p), ('passives', passives(made.s), raw.s), ('detractors', detractors(made.s), raw.d),
		('promoter_share', promoter_share(made.s), 1.0 * raw.p / nullif(n, 0)), ('passive_share', passive_share(made.s), 1.0 * raw.s / nullif(n, 0)),
			('detractor_share', detractor_share(made.s), 1.0 * raw.d / nullif(n, 0)),
		('report promoter_share', r.promoter_share, 1.0 * raw.p / nullif(n, 0)),
			('report passive_share', r.passive_share, 1.0 * raw.s / nullif(n, 0)),
			('report detractor_share', r.detractor_share, 1.0 * raw.d / nullif(n, 0)),
		('mean', mean_score(made.s), mean), ('stddev', stddev_score(made.s), stddev), ('median', median_score(made.s), median)) AS v (what, ours, due)
GROUP BY made.channel ORDER BY made.channel;

-- every answer has a row, also those nobody gave
WITH made AS (SELECT nps_agg(score) AS s FROM answers WHERE score <> 4)
SELECT d.answer, d.responses, d.weight, round(d.share::numeric, 9) AS share, d.responses = raw.n AS counted,
	d.share = raw.n / responses(s)::float8 AS shared
FROM made, distribution(s) AS d JOIN LATERAL (SELECT count(*) AS n FROM answers WHERE score = d.answer AND score <> 4) AS raw ON true
ORDER BY answer;

-- mean, deviation and median of all kinds of samples
WITH samples AS (SELECT k, array_agg((i * k + i * i * (k % 7)) % 11) AS scores FROM generate_series(1, 300) AS k, generate_series(1, k % 9 + 1) AS i
	GROUP BY k)
SELECT pg_temp.agree(format('%s of %s', what, scores), ours, due ORDER BY k, what)
FROM samples, LATERAL (SELECT nps_agg(x) AS s, avg(x) AS mean, stddev_samp(x) AS stddev, percentile_cont(0.5) WITHIN GROUP (ORDER BY x) AS median
	FROM unnest(scores) AS x) AS m,
	LATERAL (VALUES ('mean', mean_score(s), mean::float8), ('stddev', stddev_score(s), stddev::float8),
		('median', median_score(s), median)) AS v (what, ours, due);

-- ---- weights ----

-- weighted: twelve answers, of a population of 50
CREATE TEMP TABLE weighted (score int, weight float8);
INSERT INTO weighted VALUES (10, 1), (9, 2.5), (9, 0.1), (8, 0), (7, 3), (7, 0.75), (6, 1.2), (5, 4), (10, 0.3), (3, 1e-3), (0, 2), (9, 0.6),
	(NULL, 100), (NULL, NULL);
WITH due (what, due) AS (VALUES
	('nps', -17.4810691864604),
	('effective_responses', 6.16682970185781),
	('promoter_share', 0.291243285224257),
	('passive_share', 0.242702737686881),
	('detractor_share', 0.466053977088861),
	('mean_score', 6.16484369943693),
	('stddev_score', 3.15597095424635),
	('median_score', 7),
	('nps_stderr', 34.3287588336051),
	('wald lower', -84.7642001342876),
	('wald upper', 49.8020617613668),
	('adjusted lower', -64.32158324776),
	('adjusted upper', 40.8013957488154),
	('score lower', -67.8630544565328),
	('score upper', 45.1132290050727),
	('nps_margin', 52.5614894982877),
	('of 50 lower', -61.1955936454634),
	('of 50 upper', 35.8104050528411),
	('probability 0', 0.330504026971424)
), made AS (SELECT nps_weighted_agg(score, weight) AS s FROM weighted)
SELECT pg_temp.agree(what, CASE what
	WHEN 'nps' THEN nps(s) WHEN 'effective_responses' THEN effective_responses(s)
	WHEN 'promoter_share' THEN promoter_share(s) WHEN 'passive_share' THEN passive_share(s) WHEN 'detractor_share' THEN detractor_share(s)
	WHEN 'mean_score' THEN mean_score(s) WHEN 'stddev_score' THEN stddev_score(s) WHEN 'median_score' THEN median_score(s)
	WHEN 'nps_stderr' THEN nps_stderr(s) WHEN 'nps_margin' THEN nps_margin(s) WHEN 'probability 0' THEN nps_probability(s, 0)
	WHEN 'wald lower' THEN (nps_interval(s, method => 'wald')).lower WHEN 'wald upper' THEN (nps_interval(s, method => 'wald')).upper
	WHEN 'adjusted lower' THEN (nps_interval(s)).lower WHEN 'adjusted upper' THEN (nps_interval(s)).upper
	WHEN 'score lower' THEN (nps_interval(s, method => 'score')).lower WHEN 'score upper' THEN (nps_interval(s, method => 'score')).upper
	WHEN 'of 50 lower' THEN (nps_interval(s, population => 50)).lower WHEN 'of 50 upper' THEN (nps_report(s, population => 50)).upper
	END, due)
FROM due, made;
-- counts stay counts, answers of no weight among them; the report shows weighted shares
WITH made AS (SELECT nps_weighted_agg(score, weight) AS s, nps_weighted(score, weight) AS one_word FROM weighted)
SELECT responses(s), promoters(s), passives(s), detractors(s), nps(s) = one_word AS one_word,
	(r.promoter_share, r.passive_share, r.detractor_share) = (promoter_share(s), passive_share(s), detractor_share(s)) AS shares FROM made,
		nps_report(s) AS r;
-- the distribution against plain SQL
WITH made AS (SELECT nps_weighted_agg(score, weight) AS s FROM weighted)
SELECT d.answer, d.responses, round(d.weight::numeric, 9) AS weight, round(d.share::numeric, 9) AS share,
	d.responses = raw.n AS counted, abs(d.weight - raw.w) < 1e-12 AS weighed, abs(d.share - raw.w / 15.451) < 1e-12 AS shared
FROM made, distribution(s) AS d JOIN LATERAL (SELECT count(*) AS n, coalesce(sum(weight), 0) AS w FROM weighted WHERE score = d.answer) AS raw ON true
ORDER BY answer;
-- raw rows of several channels
WITH made AS (SELECT channel, nps_weighted_agg(score, weight) AS s FROM answers GROUP BY channel),
raw AS (
	SELECT channel, sum(weight) AS w, sum(weight) ^ 2 / sum(weight ^ 2) AS n,
		sum(weight) FILTER (WHERE score >= 9) AS p, sum(weight) FILTER (WHERE score < 7) AS d, sum(weight * score) AS sum
	FROM answers WHERE score IS NOT NULL GROUP BY channel)
SELECT channel, pg_temp.agree(what, ours, due ORDER BY what)
FROM made LEFT JOIN raw USING (channel), LATERAL (VALUES ('nps', nps(s), 100 * (p - d) / w), ('effective', effective_responses(s), coalesce(n, 0)),
	('mean', mean_score(s), sum / w), ('stderr', nps_stderr(s), 100 * sqrt((p / w + d / w - ((p - d) / w) ^ 2) / n))) AS v (what, ours, due)
GROUP BY channel ORDER BY channel;
-- equal weights change nothing but the counting of certainty in them
SELECT bool_and(pair.weighted = pair.plain) AS same_as_unweighted
FROM (SELECT nps_agg(score) AS s, nps_weighted_agg(score, 0.5) AS w FROM answers) AS x,
	LATERAL (VALUES (nps(w), nps(s)), (effective_responses(w), effective_responses(s)), (nps_stderr(w), nps_stderr(s)),
		(median_score(w), median_score(s)), (nps_margin(w), nps_margin(s))) AS pair (weighted, plain);
-- answers, but none with a weight
SELECT responses(s), effective_responses(s), nps(s), promoters(s), promoter_share(s), mean_score(s), median_score(s), stddev_score(s), nps_stderr(s),
	nps_interval(s), nps_interval(s, method => 'score'), nps_margin(s), nps_report(s), nps_probability(s, 0), nps_verdict(s, 0), nps_compare(s, s)
FROM (SELECT nps_weighted_agg(score, 0) AS s FROM (VALUES (9), (3)) AS v (score)) AS x \gx
-- whatever the weights, nothing leaves the scale: promoters only, detractors only, passives only, all kinds
WITH groups AS (SELECT g, nps_weighted_agg(answer, weight) AS s, min(answer) FILTER (WHERE weight > 0) AS lowest,
	max(answer) FILTER (WHERE weight > 0) AS highest, count(*) AS n
	FROM (SELECT g, CASE g % 4 WHEN 0 THEN 9 + i % 2 WHEN 1 THEN i % 7 WHEN 2 THEN 7 + i % 2 ELSE (g + i * i) % 11 END AS answer,
		((g * 31 + i * 17) % 1023) / 97.0 * 10.0::float8 ^ ((g * 7 + i * 3) % 8 - 4) AS weight FROM generate_series(1, 1000) AS g,
		generate_series(1, 1 + g % 6) AS i) AS x GROUP BY g HAVING sum(weight) > 0)
SELECT method, count(*) AS summaries, bool_and(CASE g % 4 WHEN 0 THEN nps(s) = 100 WHEN 1 THEN nps(s) = -100 WHEN 2 THEN nps(s) = 0
	ELSE nps(s) BETWEEN -100 AND 100 END) AS nps, bool_and(mean_score(s) BETWEEN lowest AND highest AND median_score(s) BETWEEN lowest
	AND highest) AS means, bool_and(effective_responses(s) BETWEEN 1 AND n) AS effective,
	bool_and(promoter_share(s) BETWEEN 0 AND 1 AND passive_share(s) BETWEEN 0 AND 1 AND detractor_share(s) BETWEEN 0 AND 1
		AND abs(promoter_share(s) + passive_share(s) + detractor_share(s) - 1) < 1e-12) AS shares,
		bool_and(-100 <= i.lower AND i.lower <= nps(s) AND nps(s) <= i.upper AND i.upper <= 100) AS intervals
FROM groups, unnest(ARRAY['wald', 'adjusted_wald', 'score']) AS method, nps_interval(s, 0.95, method) AS i GROUP BY method ORDER BY method;
-- one answer, however heavy: 100 points, on the scale, and no deviation
SELECT count(*) AS summaries, count(*) FILTER (WHERE nps(s) = 100 AND (nps_interval(s)).upper = 100) AS hundred,
	count(*) FILTER (WHERE round(mean_score(s)::numeric, 9) = 9 AND median_score(s) = 9) AS nine, count(stddev_score(s)) AS deviations
FROM (SELECT nps_weighted_agg(9, i / 1000.0) AS s FROM generate_series(1, 5000) AS i GROUP BY i) AS x;

-- ---- ways in ----

-- five types of input, no cast
CREATE TEMP TABLE typed (a smallint, b integer, c bigint, d numeric, e double precision, n bigint, w float8);
INSERT INTO typed SELECT x, x, x, x, x, x + 1, (x + 1) / 2.0 FROM generate_series(0, 10) AS x;
INSERT INTO typed VALUES (NULL, NULL, NULL, NULL, NULL, 5, 5), (9, 9, 9, 9.000, 9, 1, 1);
SELECT nps(a) = nps(b) AND nps(b) = nps(c) AND nps(c) = nps(d) AND nps(d) = nps(e) AS nps,
	nps_agg(a) = nps_agg(b) AND nps_agg(b) = nps_agg(c) AND nps_agg(c) = nps_agg(d) AND nps_agg(d) = nps_agg(e) AS nps_agg,
	nps_weighted(a, w) = nps_weighted(b, w) AND nps_weighted(b, w) = nps_weighted(c, w) AND nps_weighted(c, w) = nps_weighted(d, w)
		AND nps_weighted(d, w) = nps_weighted(e, w) AS nps_weighted,
	nps_weighted_agg(a, w) = nps_weighted_agg(b, w) AND nps_weighted_agg(b, w) = nps_weighted_agg(c, w)
		AND nps_weighted_agg(c, w) = nps_weighted_agg(d, w) AND nps_weighted_agg(d, w) = nps_weighted_agg(e, w) AS nps_weighted_agg,
	nps_counts_agg(a, n) = nps_counts_agg(b, n) AND nps_counts_agg(b, n) = nps_counts_agg(c, n) AND nps_counts_agg(c, n) = nps_counts_agg(d, n)
		AND nps_counts_agg(d, n) = nps_counts_agg(e, n) AS nps_counts_agg,
	nps_paired_agg(a, a) = nps_paired_agg(b, b) AND nps_paired_agg(b, b) = nps_paired_agg(c, c) AND nps_paired_agg(c, c) = nps_paired_agg(d, d)
		AND nps_paired_agg(d, d) = nps_paired_agg(e, e) AS nps_paired_agg,
	nps_agg(a) = '{"n": 12, "scale": 10, "weighted": false, "counts": {"0": 1, "1": 1, "2": 1, "3": 1, "4": 1, "5": 1, "6": 1, "7": 1, "8": 1, "9": 2, "10": 1}}' AS as_it_should_be
FROM typed;

-- real and a domain are read as what they are made of
CREATE DOMAIN pg_temp.rating AS smallint CHECK (nps_valid(VALUE));
SELECT nps_agg(a::real) = nps_agg(a) AS "real", nps_agg(a::pg_temp.rating) = nps_agg(a) AS domain, nps_band('7') AS literal FROM typed;
SELECT 11::pg_temp.rating;

-- already counted
SELECT nps_counts_agg(score, n) = (SELECT nps_agg(score) FROM answers) AS counted_first
FROM (SELECT score, count(*) AS n FROM answers GROUP BY score UNION ALL SELECT 5, 0) AS c;
SELECT nps_summary(counts) = s AS bigints, nps_summary(counts::int[]) = s AS integers, nps_summary(counts::numeric[]) = s AS numerics
FROM (SELECT array_agg(n ORDER BY score) AS counts FROM (SELECT score, count(*) AS n FROM answers WHERE score IS NOT NULL GROUP BY score) AS c) AS x,
	(SELECT nps_agg(score) AS s FROM answers) AS y;
SELECT nps_summary(ARRAY[0,0,0,0,0,0,0,0,0,0,0]) = '{"n": 0}' AS empty, nps_summary('{0,0,0,0,0,0,0,0,0,0,9223372036854775807}'::numeric[]) AS full;

-- bands
SELECT x, nps_band(x), nps_band(x::smallint) = nps_band(x) AND nps_band(x::bigint) = nps_band(x) AND nps_band(x::numeric) = nps_band(x)
	AND nps_band(x::float8) = nps_band(x) AS any_type
FROM generate_series(0, 10) AS x;
SELECT nps_band(NULL::int) AS band, nps_valid(NULL::int) AS valid;
SELECT x, nps_valid(x::smallint) AS "int2", nps_valid(x::int) AS "int4", nps_valid(x::bigint) AS "int8", nps_valid(x::numeric) AS "numeric",
	nps_valid(x::float8) AS "float8"
FROM unnest(ARRAY[-32768, -1, 0, 5, 10, 11, 32767]) AS x;
SELECT x, nps_valid(x::float8) AS "float8", nps_valid(x::numeric) AS "numeric"
FROM unnest(ARRAY['7.5', '9.999999999999999', '10.000000000000002', '-0', '-0.0000001', '1e300', 'NaN', 'Infinity', '-Infinity', '1e-300',
	'7.000']) AS x;
SELECT nps_valid(9223372036854775807), nps_valid(-9223372036854775808), nps_valid(4294967301), nps_valid(2147483647);

-- ---- merging and taking out ----

WITH c AS (SELECT channel, nps_agg(score) AS s FROM answers GROUP BY channel), t AS (SELECT rollup(s) AS s FROM c),
	a AS (SELECT nps_agg(score) AS s FROM answers)
SELECT t.s = a.s AS rollup,
	(SELECT s FROM c WHERE channel = 'web') + (SELECT s FROM c WHERE channel = 'shop') + (SELECT s FROM c WHERE channel = 'phone') = a.s AS plus,
	(SELECT bool_and(a.s - c.s = (SELECT nps_agg(score) FROM answers WHERE channel <> c.channel)) FROM c) AS rest,
	a.s - a.s = '{"n": 0}' AS nothing_left, a.s + '{"n": 0}' = a.s AND '{"n": 0}' + a.s = a.s AND a.s - '{"n": 0}' = a.s AS nothing_changes
FROM t, a;
-- this channel against the rest, and the same written out
SELECT c.channel, pg_temp.agree(what, ours, due ORDER BY what)
FROM (SELECT channel, nps_agg(score) AS s FROM answers GROUP BY channel) AS c, (SELECT nps_agg(score) AS s FROM answers) AS a,
	nps_compare(c.s, a.s - c.s, method => 'wald') AS t,
	LATERAL (SELECT 100 * avg(v) FILTER (WHERE here) - 100 * avg(v) FILTER (WHERE NOT here) AS difference,
		100 * sqrt(var_pop(v) FILTER (WHERE here) / count(*) FILTER (WHERE here) + var_pop(v) FILTER (WHERE NOT here) / count(*) FILTER (WHERE NOT here)) AS stderr
		FROM (SELECT channel = c.channel AS here, CASE WHEN score >= 9 THEN 1.0 WHEN score >= 7 THEN 0 ELSE -1 END AS v FROM answers
			WHERE score IS NOT NULL) AS raw) AS due,
	LATERAL (VALUES ('difference', t.difference, due.difference::float8), ('stderr', t.stderr, due.stderr::float8),
		('statistic', t.statistic, (due.difference / due.stderr)::float8)) AS v (what, ours, due)
WHERE c.channel <> 'silent' GROUP BY c.channel ORDER BY c.channel;

-- ---- nothing to go by ----

SELECT nps(s), responses(s), effective_responses(s), promoters(s), passives(s), detractors(s), promoter_share(s), passive_share(s),
	detractor_share(s),
	mean_score(s), stddev_score(s), median_score(s), nps_stderr(s), nps_interval(s), nps_margin(s),
		nps_compare(s, pg_temp.bands(1, 1, 1)) AS compare_1, nps_compare(pg_temp.bands(1, 1, 1), s) AS compare_2,
	nps_probability(s, 0), nps_verdict(s, 0), nps_report(s), (SELECT count(*) FROM distribution(s)) AS distribution
FROM (SELECT nps_agg(score) AS s FROM answers WHERE channel = 'silent' AND score IS NULL AND id > 1000) AS x \gx
-- one answer
SELECT nps(s), responses(s), effective_responses(s), promoters(s), promoter_share(s), mean_score(s), stddev_score(s), median_score(s), nps_stderr(s)
FROM (SELECT nps_agg(8) AS s) AS x \gx
-- the median does not depend on what all weights are multiplied by: percentile_cont(0.5) of the answers
SELECT count(*) AS groups, count(*) FILTER (WHERE median_score(s) = middle) AS same
FROM (SELECT g, w, nps_weighted_agg(a, w) AS s, percentile_cont(0.5) WITHIN GROUP (ORDER BY a) AS middle
	FROM generate_series(1, 500) AS g, generate_series(1, 10) AS i, unnest(ARRAY[1, 0.5, 0.1, 0.3, 0.7, 1.1, 1 / 3.0, 1e-9]) AS w,
		LATERAL (SELECT (abs(hashint4(g * 31 + i)) % 11) AS a) AS answer WHERE i <= 4 + g % 7 GROUP BY g, w) AS x;
-- scores that are the same do not differ, whatever answers a method adds to few
SELECT c.difference, c.statistic, c.p_value, c.lower <= 0 AND c.upper >= 0 AS holds FROM (SELECT nps_counts_agg(10, 1) AS a, nps_counts_agg(10, 100000) AS b) AS x, nps_compare(a, b) AS c;
