-- Survival: the curve, its quantiles and mean, the log-rank test. Data and figures are the output of
-- Rscript test/R/survival.R, by R's package survival.

SET client_min_messages = warning;
DROP SCHEMA IF EXISTS survival_test CASCADE;
CREATE SCHEMA survival_test;
SET search_path = survival_test, public;
RESET client_min_messages;

CREATE FUNCTION near(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE
	AS $$ SELECT a IS NOT DISTINCT FROM b OR coalesce(abs(a - b) <= 1e-9 * greatest(abs(a), abs(b)), false) $$;

-- aml: weeks in remission, chemotherapy maintained or not (Embury et al. 1977; Miller 1981)
-- lung: days with advanced lung cancer, by sex; old: of more than 63 years (Loprinzi et al. 1994)
-- heart: days waiting for, or living with, a transplanted heart at Stanford; who gets one enters that group late (Crowley & Hu 1977)
CREATE TABLE customer (name text, i bigint, entry float8, exit float8, event boolean, part text, old boolean);
INSERT INTO customer SELECT 'aml', i, 0, t, e = 1, CASE p WHEN 'M' THEN 'Maintained' ELSE 'Nonmaintained' END, NULL FROM unnest(
	'{9,13,13,18,23,28,31,34,45,48,161,5,5,8,8,12,16,23,27,30,33,43,45}'::float8[],
	'{1,1,0,1,1,0,1,1,0,1,0,1,1,1,1,1,0,1,1,1,1,1,1}'::int[],
	'{M,M,M,M,M,M,M,M,M,M,M,N,N,N,N,N,N,N,N,N,N,N,N}'::text[]) WITH ORDINALITY AS x (t, e, p, i);
INSERT INTO customer SELECT 'lung', i, 0, t, e = 1, p, o = 1 FROM unnest(
	'{306,455,1010,210,883,1022,310,361,218,166,170,654,728,71,567,144,613,707,61,88,301,81,624,371,394,520,574,118,390,12,473,26,533,107,53,122,814,965,93,731,460,153,433,145,583,95,303,519,643,765,735,189,53,246,689,65,5,132,687,345,444,223,175,60,163,65,208,821,428,230,840,305,11,132,226,426,705,363,11,176,791,95,196,167,806,284,641,147,740,163,655,239,88,245,588,30,179,310,477,166,559,450,364,107,177,156,529,11,429,351,15,181,283,201,524,13,212,524,288,363,442,199,550,54,558,207,92,60,551,543,293,202,353,511,267,511,371,387,457,337,201,404,222,62,458,356,353,163,31,340,229,444,315,182,156,329,364,291,179,376,384,268,292,142,413,266,194,320,181,285,301,348,197,382,303,296,180,186,145,269,300,284,350,272,292,332,285,259,110,286,270,81,131,225,269,225,243,279,276,135,79,59,240,202,235,105,224,239,237,173,252,221,185,92,13,222,192,183,211,175,197,203,116,188,191,105,174,177}'::float8[],
	'{1,1,0,1,1,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0,1,1,0,1,1,1,1,1,1,1,1,1,1,1,0,1,0,1,1,1,0,1,1,1,1,1,0,1,1,1,1,1,0,1,1,1,1,1,0,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0,0,1,1,1,0,1,0,1,1,1,1,1,0,1,1,0,0,1,1,1,1,1,0,0,1,1,1,0,1,1,0,0,1,0,1,0,0,1,1,1,1,0,1,1,0,0,0,1,1,1,0,0,0,1,0,0,0,1,0,1,1,1,1,1,0,1,0,0,0,0,1,1,1,0,0,0,1,0,1,0,0,0,0,0,0,1,0,0,1,0,0,0,0,1,0,0,0,0,0}'::int[],
	'{1,1,1,1,1,1,2,2,1,1,1,2,2,1,1,1,1,1,2,1,1,2,1,1,1,2,1,1,1,1,2,1,1,2,1,2,1,2,1,2,1,2,2,2,1,2,1,1,1,2,2,1,1,1,1,1,2,1,2,2,2,1,1,2,1,1,2,2,1,1,1,2,1,1,2,2,2,2,1,1,1,1,1,2,1,1,2,1,2,1,1,1,1,2,2,1,1,1,1,2,2,2,1,1,1,1,2,1,1,2,1,1,1,2,2,1,1,1,1,1,1,2,2,1,1,1,1,1,2,2,2,1,1,2,1,2,2,1,1,1,2,1,1,2,1,2,1,1,1,2,1,1,2,2,1,1,2,1,1,2,2,2,1,1,1,2,2,1,1,1,1,2,1,2,1,2,1,2,2,2,1,1,2,2,2,2,2,1,1,1,1,1,1,1,1,1,2,1,2,1,2,1,2,2,2,1,2,2,1,2,2,1,1,2,1,1,2,1,2,2,1,2,1,1,1,2,1,2}'::text[],
	'{1,1,0,0,0,1,1,1,0,0,0,1,1,0,0,1,1,0,0,0,1,0,0,0,1,1,0,1,0,1,1,1,0,0,0,0,1,1,1,1,1,1,0,0,1,1,1,0,1,0,1,0,1,0,0,0,1,0,0,1,1,0,1,1,1,1,1,1,1,1,0,0,1,0,0,1,0,0,1,1,0,0,0,0,0,1,0,0,0,1,0,1,1,0,1,1,1,1,1,1,0,1,0,0,0,1,0,1,0,1,1,0,1,1,0,1,0,1,1,1,1,0,1,1,1,1,0,1,1,0,0,0,0,0,1,1,0,0,0,0,1,1,1,1,0,0,1,0,1,0,1,0,0,0,0,1,1,0,0,0,0,0,1,0,1,0,0,0,0,1,0,0,0,0,0,0,0,0,0,1,0,0,1,1,0,0,1,0,1,0,1,0,0,1,1,1,0,1,0,0,1,1,0,0,0,0,0,0,1,0,0,1,1,1,1,1,0,1,1,0,1,1,1,1,0,1,1,0}'::int[]) WITH ORDINALITY AS x (t, e, p, o, i);
INSERT INTO customer SELECT 'heart', i, s, t, e = 1, p, NULL FROM unnest(
	'{0,0,0,1,0,36,0,0,0,51,0,0,0,12,0,26,0,0,17,0,37,0,0,28,0,0,20,0,0,18,0,8,0,12,0,3,0,83,0,25,0,0,0,71,0,0,16,0,0,17,0,51,0,23,0,0,46,0,19,0,4.5,0,2,0,41,0,58,0,0,0,0,1,0,2,0,21,0,0,36,0,83,0,32,0,0,41,0,0,10,0,67,0,0,21,0,78,0,3,0,0,0,27,0,33,0,12,0,0,57,0,3,0,10,0,5,0,31,0,4,0,27,0,5,0,0,46,0,0,210,0,67,0,26,0,6,0,0,32,0,37,0,0,8,0,60,0,31,0,139,0,160,0,0,310,0,28,0,4,0,2,0,13,0,21,0,96,0,0,38,0,0,0}'::float8[],
	'{50,6,1,16,36,39,18,3,51,675,40,85,12,58,26,153,8,17,81,37,1387,1,28,308,36,20,43,37,18,28,8,1032,12,51,3,733,83,219,25,1800,1401,263,71,72,35,16,852,16,17,77,51,1587,23,1572,12,46,100,19,66,4.5,5,2,53,41,1408,58,1322,3,2,40,1,45,2,996,21,72,9,36,1142,83,980,32,285,102,41,188,3,10,61,67,942,149,21,343,78,916,3,68,2,69,27,842,33,584,12,78,32,57,285,3,68,10,670,5,30,31,620,4,596,27,90,5,17,2,46,545,21,210,515,67,96,26,482,6,445,428,32,80,37,334,5,8,397,60,110,31,370,139,207,160,186,340,310,340,28,265,4,165,2,16,13,180,21,131,96,109,21,38,39,31,11,6}'::float8[],
	'{1,1,0,1,0,1,1,1,0,1,1,1,0,1,0,1,1,0,1,0,1,1,0,1,1,0,1,1,0,1,0,1,0,1,0,1,0,1,0,0,0,1,0,1,1,0,1,1,0,1,0,0,0,0,1,0,1,0,1,0,1,0,1,0,0,0,0,1,1,1,0,1,0,1,0,1,1,0,0,0,1,0,1,1,0,1,1,0,1,0,0,1,0,1,0,0,0,1,1,1,0,0,0,1,0,1,1,0,1,0,1,0,0,0,1,0,0,0,0,0,1,0,1,1,0,0,1,0,0,0,1,0,0,0,0,0,0,1,0,1,1,0,0,0,1,0,0,0,1,0,1,1,0,0,0,0,0,1,0,1,0,0,0,0,0,0,1,0,0,0,0,1}'::int[],
	'{0,0,0,1,0,1,0,0,0,1,0,0,0,1,0,1,0,0,1,0,1,0,0,1,0,0,1,0,0,1,0,1,0,1,0,1,0,1,0,1,0,0,0,1,0,0,1,0,0,1,0,1,0,1,0,0,1,0,1,0,1,0,1,0,1,0,1,0,0,0,0,1,0,1,0,1,0,0,1,0,1,0,1,0,0,1,0,0,1,0,1,0,0,1,0,1,0,1,0,0,0,1,0,1,0,1,0,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,0,1,0,0,1,0,1,0,1,0,1,0,0,1,0,1,0,0,1,0,1,0,1,0,1,0,1,0,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,0,1,0,0,0}'::text[]) WITH ORDINALITY AS x (s, t, e, p, i);
CREATE TABLE summary AS
SELECT name AS set, part, survival_agg(entry, exit, event) AS s FROM customer GROUP BY name, part
UNION ALL SELECT 'all', name, survival_agg(entry, exit, event) FROM customer GROUP BY name;

-- ---- the curve ----

CREATE TABLE curve_due (set text, part text, "time" float8, at_risk bigint, events bigint, censored bigint, survival float8, stderr float8, lower float8, upper float8);
INSERT INTO curve_due VALUES
	('aml', 'Maintained', 9, 11, 1, 0, 0.909090909090909, 0.0866784172041448, 0.754133845081525, 1),
	('aml', 'Maintained', 13, 10, 1, 1, 0.818181818181818, 0.116291299830333, 0.619248987399364, 1),
	('aml', 'Maintained', 18, 8, 1, 0, 0.715909090909091, 0.139664970557228, 0.488426287422128, 1),
	('aml', 'Maintained', 23, 7, 1, 0, 0.613636363636364, 0.152632331027312, 0.37686705950168, 0.999157600228473),
	('aml', 'Maintained', 28, 6, 0, 1, 0.613636363636364, 0.152632331027312, 0.37686705950168, 0.999157600228473),
	('aml', 'Maintained', 31, 5, 1, 0, 0.490909090909091, 0.164193267221136, 0.254859951199317, 0.945584955200429),
	('aml', 'Maintained', 34, 4, 1, 0, 0.368181818181818, 0.162668885827095, 0.154877117897191, 0.875260678143908),
	('aml', 'Maintained', 45, 3, 0, 1, 0.368181818181818, 0.162668885827095, 0.154877117897191, 0.875260678143908),
	('aml', 'Maintained', 48, 2, 1, 0, 0.184090909090909, 0.153492745786294, 0.0359178984891853, 0.943525769474552),
	('aml', 'Maintained', 161, 1, 0, 1, 0.184090909090909, 0.153492745786294, 0.0359178984891853, 0.943525769474552),
	('aml', 'Nonmaintained', 5, 12, 2, 0, 0.833333333333333, 0.107582870727984, 0.647036987013362, 1),
	('aml', 'Nonmaintained', 8, 10, 2, 0, 0.666666666666667, 0.136082763487954, 0.446846081150264, 0.994625360259092),
	('aml', 'Nonmaintained', 12, 8, 1, 0, 0.583333333333333, 0.142318760638328, 0.361613705210385, 0.940998012173809),
	('aml', 'Nonmaintained', 16, 7, 0, 1, 0.583333333333333, 0.142318760638328, 0.361613705210385, 0.940998012173809),
	('aml', 'Nonmaintained', 23, 6, 1, 0, 0.486111111111111, 0.148130062553483, 0.267518248858267, 0.883319225339558),
	('aml', 'Nonmaintained', 27, 5, 1, 0, 0.388888888888889, 0.146986183948033, 0.185396526095557, 0.815735715691272),
	('aml', 'Nonmaintained', 30, 4, 1, 0, 0.291666666666667, 0.138715169134987, 0.11483115015247, 0.740822018515804),
	('aml', 'Nonmaintained', 33, 3, 1, 0, 0.194444444444444, 0.121874505380446, 0.0569215525716042, 0.664223659882563),
	('aml', 'Nonmaintained', 43, 2, 1, 0, 0.0972222222222222, 0.0918663649675205, 0.0152565271708652, 0.619548629119056),
	('aml', 'Nonmaintained', 45, 1, 1, 0, 0, NULL, NULL, NULL),
	('lung', '1', 11, 138, 3, 0, 0.978260869565217, 0.0124139182765252, 0.954230116249187, 1),
	('lung', '1', 95, 115, 1, 0, 0.826086956521739, 0.0322655755878818, 0.765207566185233, 0.891809869493838),
	('lung', '1', 175, 94, 1, 0, 0.681082331174838, 0.0396804509352726, 0.6075861551159, 0.763468913721489),
	('lung', '1', 218, 74, 1, 0, 0.568377284428876, 0.0424940286726556, 0.490905249411287, 0.658075540732475),
	('lung', '1', 285, 54, 1, 0, 0.467554226673935, 0.0438376772482798, 0.389066383067317, 0.561875721971172),
	('lung', '1', 387, 34, 1, 0, 0.316882815517128, 0.0430133164434888, 0.242860871674454, 0.413466023067992),
	('lung', '1', 558, 17, 1, 0, 0.178569351467473, 0.0378308227045616, 0.11788961723605, 0.270481947699149),
	('lung', '1', 1022, 1, 0, 1, 0.0357138702934946, 0.0215977664662789, 0.010916350446892, 0.116841295774239),
	('lung', '2', 5, 90, 1, 0, 0.988888888888889, 0.0110492102890195, 0.967468240209196, 1),
	('lung', '2', 177, 72, 0, 1, 0.842401705587783, 0.0386809589313601, 0.769899809608012, 0.92173114569091),
	('lung', '2', 245, 54, 1, 0, 0.718605355179518, 0.0490292435184432, 0.628657917121153, 0.821422338650295),
	('lung', '2', 348, 37, 1, 0, 0.593394762676334, 0.0571819197008936, 0.491268009939328, 0.716752031981869),
	('lung', '2', 520, 19, 1, 0, 0.38941212799581, 0.0629186388750864, 0.283712160902124, 0.534491736089306),
	('lung', '2', 821, 2, 0, 1, 0.0832144435133582, 0.0499212744378468, 0.0256775389570916, 0.269677075392984),
	('lung', '2', 965, 1, 0, 1, 0.0832144435133582, 0.0499212744378468, 0.0256775389570916, 0.269677075392984),
	('heart', '0', 1, 103, 1, 2, 0.990291262135922, 0.00966149311721652, 0.971534982269079, 1),
	('heart', '0', 20, 60, 0, 1, 0.83511449678471, 0.0393090564132367, 0.761517248824028, 0.915824590732467),
	('heart', '0', 50, 25, 1, 0, 0.652236694543941, 0.0635109921682392, 0.538914915459134, 0.789387514626815),
	('heart', '0', 263, 5, 1, 0, 0.354509826916824, 0.111938804315419, 0.190921925168847, 0.658264980669194),
	('heart', '0', 1401, 1, 0, 1, 0.236339884611216, 0.121977227033632, 0.0859456566075727, 0.649905338591845),
	('heart', '1', 5, 11, 1, 0, 0.909090909090909, 0.0866784172041448, 0.754133845081525, 1),
	('heart', '1', 80, 41, 1, 0, 0.517416471100123, 0.0847392554000395, 0.375349419586118, 0.713254878243605),
	('heart', '1', 308, 29, 1, 0, 0.345353786578577, 0.0678944710496404, 0.23492169933867, 0.507697833958792),
	('heart', '1', 852, 13, 1, 0, 0.246378831651077, 0.0599848332861655, 0.152885000359605, 0.397046986577947),
	('heart', '1', 1800, 1, 0, 1, 0.137972145724603, 0.0538149324415739, 0.0642372678697668, 0.296343752266128),
	('all', 'aml', 5, 23, 2, 0, 0.91304347826087, 0.0587533847558414, 0.804854797782958, 1),
	('all', 'aml', 161, 1, 0, 1, 0.082815734989648, 0.0726618005035283, 0.0148346082548472, 0.462327406565294),
	('all', 'lung', 5, 228, 1, 0, 0.995614035087719, 0.00437633599855315, 0.987073416740515, 1),
	('all', 'lung', 81, 205, 2, 0, 0.890350877192982, 0.0206926328820345, 0.850703906610012, 0.931845590879274),
	('all', 'lung', 147, 180, 1, 0, 0.793100063529803, 0.0268844262561582, 0.7421198366145, 0.847582398067229),
	('all', 'lung', 185, 155, 0, 1, 0.703515416845995, 0.03041306399375, 0.646362369485984, 0.765722085791577),
	('all', 'lung', 212, 135, 1, 0, 0.646896653937016, 0.0320616666264157, 0.587012601001761, 0.712889774701195),
	('all', 'lung', 252, 115, 0, 1, 0.596669180252585, 0.0332805844557184, 0.53487943224205, 0.665596934941001),
	('all', 'lung', 293, 94, 1, 0, 0.530608117760562, 0.0346401547595282, 0.46687879965774, 0.603036537190812),
	('all', 'lung', 351, 74, 1, 0, 0.44627074284911, 0.0357322888512827, 0.38145549092913, 0.522099119449031),
	('all', 'lung', 429, 53, 1, 0, 0.356263435984507, 0.0357636119235987, 0.292632885589053, 0.433729912357584),
	('all', 'lung', 543, 33, 0, 1, 0.255449410812113, 0.0343938998174781, 0.196199769407655, 0.332591631892661),
	('all', 'lung', 705, 16, 1, 0, 0.133492036551391, 0.0297214961104255, 0.0862856471049503, 0.206524774635614),
	('all', 'lung', 1022, 1, 0, 1, 0.0503455680708105, 0.0228480489160838, 0.02068546019898, 0.122534195516598),
	('all', 'heart', 1, 103, 1, 2, 0.990291262135922, 0.00966149311721652, 0.971534982269079, 1),
	('all', 'heart', 20, 83, 0, 1, 0.814879458928766, 0.0383479447597941, 0.743080938638614, 0.893615349359646),
	('all', 'heart', 41, 70, 0, 2, 0.705726085485004, 0.0451862516707687, 0.622494346625449, 0.800086475377518),
	('all', 'heart', 77, 57, 1, 0, 0.564580868388003, 0.0494484450242096, 0.475525957326815, 0.67031368538034),
	('all', 'heart', 165, 43, 1, 0, 0.442054807588904, 0.0498112490094176, 0.354455516552604, 0.551303178500432),
	('all', 'heart', 428, 26, 0, 1, 0.321224014934242, 0.0477296189245803, 0.240066063301711, 0.429818635551136),
	('all', 'heart', 1032, 9, 1, 0, 0.182294540833576, 0.0488765334028902, 0.107783134030505, 0.308316323482661),
	('all', 'heart', 1800, 1, 0, 1, 0.151912117361313, 0.0492768927193097, 0.0804417809390517, 0.286881905544612);
SELECT set, part, count(d.time) AS compared, bool_and((c.at_risk, c.events, c.censored) = (d.at_risk, d.events, d.censored)) AS counts,
	bool_and(near(c.survival, d.survival)) AS survival, bool_and(near(c.stderr, d.stderr)) AS stderr, bool_and(near(c.lower, d.lower) AND near(c.upper, d.upper)) AS limits
FROM (SELECT * FROM summary, survival_curve(s)) AS c RIGHT JOIN curve_due AS d USING (set, part, time) GROUP BY set, part ORDER BY set, part;
SELECT count(*) FROM summary, survival_curve(s) WHERE set = 'aml';
-- other levels reach as the normal distribution does
SELECT bool_and(near(ln(b.lower / b.survival) / ln(a.lower / a.survival), 2.5758293035489004 / 1.6448536269514722)) AS level
	FROM summary, survival_curve(s, 0.9) AS a JOIN survival_curve((SELECT s FROM summary WHERE part = '1' AND set = 'lung'), level => 0.99) AS b USING (time)
	WHERE part = '1' AND set = 'lung';
-- at a time: the curve there and before
SELECT bool_and(survival_at(s, time) = survival AND survival_at(s, time + 0.25) = survival OR time = 161 AND survival_at(s, time + 0.25) IS NULL) AS at,
	bool_and(coalesce((survival_at_interval(s, time)).lower = lower, lower IS NULL) AND coalesce((survival_at_interval(s, time)).upper = upper, upper IS NULL)) AS limits,
	bool_and(survival_at(s, 0) = 1 AND survival_at(s, 4.9) = 1) AS before FROM summary, survival_curve(s) WHERE set = 'aml';
SELECT part, round(survival_at(s, 45)::numeric, 6) AS at_45, round(survival_at(s, 46)::numeric, 6) AS at_46, survival_at(s, 162) AS at_162, survival_at_interval(s, 3) AS at_3, survival_at_interval(s, 46) IS NULL AS nobody
	FROM summary WHERE set = 'aml' ORDER BY part;

-- ---- medians, means ----

CREATE TABLE report_due (set text, part text, customers bigint, events bigint, longest float8, median float8, lower float8, upper float8, lower80 float8, upper80 float8,
	q25 float8, q25_lower float8, q25_upper float8, q75 float8, q75_lower float8, q75_upper float8, to40 float8, to40_stderr float8, to300 float8, to300_stderr float8,
	mean float8, mean_stderr float8);
INSERT INTO report_due VALUES
	('aml', 'Maintained', 11, 7, 161, 31, 18, NULL, 23, NULL, 18, 13, NULL, 48, 34, NULL, 28.8977272727273, 3.4675776788916, NULL, NULL, 52.6454545454545, 19.8286027955626),
	('aml', 'Nonmaintained', 12, 11, 45, 23, 8, NULL, 12, 33, 8, 5, 30, 33, 27, NULL, 21.9305555555556, 3.83564116318459, 22.7083333333333, 4.18094198103315, 22.7083333333333, 4.18094198103315),
	('lung', '1', 138, 112, 1022, 270, 212, 310, 229, 301, 144, 107, 177, 457, 387, 574, 38.3550724637681, 0.532182193882489, 216.395178524202, 8.27770866928691, 326.084109668875, 22.9115634684895),
	('lung', '2', 90, 53, 965, 426, 348, 550, 351, 473, 226, 186, 340, 687, 550, NULL, 39.6111111111111, 0.386722360115682, 257.047207543191, 8.02105882976731, 455.904087511673, 32.917415688735),
	('heart', '0', 103, 30, 1401, 149, 69, NULL, 85, 340, 36, 21, 85, 340, 263, NULL, 33.6103382534358, 1.32204268954986, 159.622339749777, 21.1649572553188, 424.55935039895, 143.72077818943),
	('heart', '1', 69, 45, 1800, 90, 53, 334, 68, 207, 30, 16, 77, 852, 285, NULL, 33.2702743856207, 3.14043347350916, 150.998566825256, 22.0317322013933, 479.719507380848, 94.906336277439),
	('all', 'aml', 23, 18, 161, 27, 18, 45, 23, 33, 12, 8, 30, 43, 31, NULL, 25.2394755003451, 2.6984025410624, NULL, NULL, 36.3643892339544, 9.85410105666456),
	('all', 'lung', 228, 165, 1022, 310, 285, 363, 288, 351, 170, 145, 197, 550, 460, 654, 38.8508771929825, 0.358763614211136, 232.255873534056, 6.07502554233373, 376.27474614785, 19.7077914213399),
	('all', 'heart', 172, 75, 1800, 100, 72, 263, 78, 186, 36, 18, 58, 980, 343, NULL, 33.2639652264393, 1.25614604069156, 154.432851649435, 12.4724907649832, 494.291941211601, 71.1051227823802);
SELECT set, part, median_survival(s) AS median, r.customers = d.customers AND r.events = d.events AND r.censored = d.customers - d.events AND r.longest = d.longest AS counts,
	r.median = d.median AND median_survival(s) = d.median AND survival_quantile(s, 0.5) = d.median AS medians,
	(r.lower, r.upper) IS NOT DISTINCT FROM (d.lower, d.upper) AND (m95.lower, m95.upper) IS NOT DISTINCT FROM (d.lower, d.upper)
		AND (m80.lower, m80.upper) IS NOT DISTINCT FROM (d.lower80, d.upper80) AS limits,
	survival_quantile(s, 0.25) = q25 AND survival_quantile(s, 0.75) = q75 AND (l25.lower, l25.upper) IS NOT DISTINCT FROM (q25_lower, q25_upper)
		AND (l75.lower, l75.upper) IS NOT DISTINCT FROM (q75_lower, q75_upper) AS quartiles,
	near(restricted_mean_survival(s, 40), to40) AND near(restricted_mean_survival(s, 300), to300) AND near(restricted_mean, mean) AND near(restricted_mean_stderr, mean_stderr) AS means,
	near(i.upper - i.lower, 2 * 1.959963984540054 * to40_stderr) OR i.upper = 40 AND near(i.lower, to40 - 1.959963984540054 * to40_stderr) AS interval
FROM report_due AS d JOIN summary USING (set, part), survival_report(s) AS r, median_survival_interval(s) AS m95, median_survival_interval(s, 0.8) AS m80,
	survival_quantile_interval(s, 0.25) AS l25, survival_quantile_interval(s, 0.75) AS l75, restricted_mean_survival_interval(s, 40) AS i ORDER BY set, part;

-- ---- do groups differ? ----

CREATE TABLE test_due (name text, statistic float8, df float8, p_value float8);
INSERT INTO test_due VALUES
	('aml', 3.3963886989776, 1, 0.0653393220405051),
	('lung', 10.3267419548856, 1, 0.00131116452035549),
	('lung, four groups', 13.4666329251889, 3, 0.00372884376167611),
	('heart', 0.175085839672177, 1, 0.67563085656114),
	('heart, three groups', 1.19519761934193, 2, 0.550131020699921);
WITH test AS (
	SELECT set AS name, logrank_test(array_agg(s)) AS t FROM summary WHERE set <> 'all' GROUP BY set
	UNION ALL SELECT 'lung, four groups', logrank_test(array_agg(s)) FROM (SELECT survival_agg(exit, event) AS s FROM customer WHERE name = 'lung' GROUP BY part, old) AS x
	UNION ALL SELECT 'heart, three groups', logrank_test(array_agg(s)) FROM (SELECT survival_agg(entry, exit, event) AS s FROM customer WHERE name = 'heart' GROUP BY i % 3) AS x)
SELECT name, round((t).statistic::numeric, 6) AS statistic, (t).df, round((t).p_value::numeric, 7) AS p_value,
	near((t).statistic, d.statistic) AND (t).df = d.df AND near((t).p_value, d.p_value) AS as_due
FROM test FULL JOIN test_due AS d USING (name) ORDER BY name;
-- two groups either way; empty ones, NULL, and groups at risk while nothing happens do not count
SELECT logrank_test(a.s, b.s) = logrank_test(ARRAY[a.s, b.s]) AS two, near((logrank_test(b.s, a.s)).statistic, (logrank_test(a.s, b.s)).statistic) AS swapped,
	logrank_test(ARRAY[NULL, a.s, '{"n": 0}', b.s, (SELECT survival_agg(0, false) FROM generate_series(1, 9))]) = logrank_test(a.s, b.s) AS others
	FROM summary AS a, summary AS b WHERE a.part = 'Maintained' AND b.part = 'Nonmaintained';
SELECT logrank_test(s, s), logrank_test(ARRAY[s, s, s]), logrank_test(s, '{"n": 0}'), logrank_test(ARRAY[s]), logrank_test(ARRAY[]::survival_summary[]),
	logrank_test(s, NULL) FROM summary WHERE part = 'Maintained';
-- pairs of groups that never meet: two tests in one
WITH pair AS (SELECT survival_agg(entry, exit, event) FILTER (WHERE part = '1') AS a, survival_agg(entry, exit, event) FILTER (WHERE part = '2') AS b,
	survival_agg(entry + 2000, exit + 2000, event) FILTER (WHERE part = '1') AS c, survival_agg(entry + 2000, exit + 2000, event) FILTER (WHERE part = '2') AS d FROM customer WHERE name = 'lung')
SELECT (logrank_test(ARRAY[a, b, c, d])).df, near((logrank_test(ARRAY[a, b, c, d])).statistic, 2 * (logrank_test(a, b)).statistic) AS twice FROM pair;
-- by their means until a horizon, at a level of 90 percent
WITH due (set, one, other, horizon, difference, stderr, statistic, p_value, lower, upper) AS (VALUES
	('aml', 'Maintained', 'Nonmaintained', 40, 6.96717171717171, 5.17070963136234, 1.34743047161518, 0.177841632195553, -1.53788877388754, 15.472232208231),
	('lung', '1', '2', 300, -40.6520290189895, 11.5263977705168, -3.52686327752566, 0.000420513849426966, -59.6112661975095, -21.6927918404695),
	('heart', '0', '1', 300, 8.62377292452081, 30.5508206013093, 0.28227631057973, 0.777731648708432, -41.6278551478866, 58.8754009969282))
SELECT d.set, round(t.difference::numeric, 4) AS difference, round(t.p_value::numeric, 6) AS p_value, near(t.difference, d.difference) AND near(t.stderr, d.stderr) AND near(t.statistic, d.statistic)
	AND t.df IS NULL AND near(t.p_value, d.p_value) AND near(t.lower, d.lower) AND near(t.upper, d.upper) AS as_due
FROM due AS d, summary AS a, summary AS b, restricted_mean_survival_compare(a.s, b.s, horizon, 0.9) AS t
	WHERE (a.set, a.part) = (d.set, one) AND (b.set, b.part) = (d.set, other) ORDER BY d.set;
SELECT (t).difference, (t).statistic, (t).p_value, (t).upper > 0 AS interval, restricted_mean_survival_compare(s, '{"n": 0}', 100) IS NULL AS nobody, restricted_mean_survival_compare(s, s, 2000) IS NULL AS unknown,
	restricted_mean_survival_compare(survival_agg(5, true), survival_agg(3, true), 4) AS certain FROM summary, LATERAL (SELECT restricted_mean_survival_compare(s, s, 100) AS t) AS x WHERE part = 'Maintained' GROUP BY s, t;

-- ---- nobody, one customer, nothing happens ----

SELECT s, r.*, median_survival(s), survival_at(s, 0), restricted_mean_survival(s, 1), (SELECT count(*) FROM survival_curve(s)) AS rows
	FROM (SELECT survival_agg(t, e) AS s FROM (VALUES (NULL::int, true), (1, NULL), (NULL, NULL)) AS v (t, e)) AS x, survival_report(s) AS r;
SELECT survival_agg(x, true) AS none, survival_agg(x, x, true) FILTER (WHERE false) AS filtered, rollup(NULL::survival_summary) AS null, survival_agg(1, true) FILTER (WHERE x IS NULL) AS one
	FROM (SELECT NULL::int AS x) AS x;
SELECT survival_agg(e, t, v) AS late_null FROM (VALUES (NULL::int, 2, true), (1, NULL, true), (1, 2, NULL), (1, 2, true)) AS x (e, t, v);
-- one who has the event, one who is only watched; at time 0
SELECT event, t, c.*, median_survival(s) AS median, median_survival_interval(s) AS median_interval, restricted_mean_survival(s, 5) AS mean, restricted_mean_survival_interval(s, 5) AS mean_interval
	FROM (SELECT event, t, survival_agg(t, event) AS s FROM unnest('{t,f}'::boolean[]) AS event, unnest('{0,5}'::int[]) AS t GROUP BY event, t) AS x, survival_curve(s) AS c ORDER BY 1, 2;
-- a curve that stands still at one half: between the two steps, R's median.survfit; at the end: there
SELECT median_survival(survival_agg(t, true)) AS even, median_survival(survival_agg(t, true) FILTER (WHERE t < 4)) AS odd, median_survival(survival_agg(t, t < 3)) AS last,
	survival_quantile(survival_agg(t, true), 0.25) AS quarter, survival_quantile(survival_agg(t, true), 0.1) AS tenth, survival_quantile(survival_agg(t, t < 3), 0.75) AS never FROM generate_series(1, 4) AS t;
-- all who are watched early leave before others enter: nobody is left for the curve, from there on
SELECT c.time, c.at_risk, c.survival, c.stderr FROM (SELECT survival_agg(e, t, true) AS s FROM (VALUES (0, 2), (3, 5), (3, 6)) AS v (e, t)) AS x, survival_curve(s) AS c;
-- who enters at a time is not at risk at it, who is censored is
SELECT c.time, c.at_risk, c.events, c.censored, c.survival FROM (SELECT survival_agg(e, t, v) AS s FROM (VALUES (0, 2, true), (0, 2, false), (2, 3, true), (1, 4, true)) AS v (e, t, v)) AS x, survival_curve(s) AS c;

-- ---- the summary ----

-- any number type, from the beginning or not, in any order, in parts
CREATE TABLE stay AS SELECT i, i * i % 97 AS entry, i * i % 97 + 1 + i * 7 % 101 AS exit, i % 3 = 0 AS event, i % 7 AS part FROM generate_series(1, 3000) AS i;
SELECT s = (SELECT survival_agg(exit::smallint, event) FROM stay) AND s = (SELECT survival_agg(exit::bigint, event) FROM stay) AND s = (SELECT survival_agg(exit::numeric, event) FROM stay)
	AND s = (SELECT survival_agg(exit::float8, event) FROM stay) AS types, s = (SELECT survival_agg(0, exit, event) FROM stay) AS entry_0,
	s = (SELECT survival_agg(exit, event ORDER BY exit DESC, i) FROM stay) AND s = (SELECT survival_agg(exit, event ORDER BY md5(i::text)) FROM stay) AS any_order,
	s = (SELECT rollup(p ORDER BY part DESC) FROM (SELECT part, survival_agg(exit, event) AS p FROM stay GROUP BY part) AS x) AS rolled
FROM (SELECT survival_agg(exit, event) AS s FROM stay) AS x;
SELECT s = (SELECT survival_agg(entry::smallint, exit::smallint, event) FROM stay) AND s = (SELECT survival_agg(entry::bigint, exit::bigint, event) FROM stay)
	AND s = (SELECT survival_agg(entry::numeric, exit::numeric, event) FROM stay) AND s = (SELECT survival_agg(entry::float8, exit::float8, event) FROM stay) AS types,
	s = (SELECT survival_agg(entry, exit, event ORDER BY exit DESC, i) FROM stay) AND s = (SELECT survival_agg(entry, exit, event ORDER BY md5(i::text)) FROM stay) AS any_order,
	s = (SELECT rollup(p ORDER BY part DESC) FROM (SELECT part, survival_agg(entry, exit, event) AS p FROM stay GROUP BY part) AS x) AS rolled
FROM (SELECT survival_agg(entry, exit, event) AS s FROM stay) AS x;
SELECT a + b = b + a AND a + b = c AS plus, c + '{"n": 0}' = c AND '{"n": 0}' + c = c AS nothing, a + a = (SELECT survival_agg(exit, event) FROM stay, generate_series(1, 2) WHERE part < 2) AS twice
	FROM (SELECT survival_agg(exit, event) FILTER (WHERE part < 2) AS a, survival_agg(entry, exit, event) FILTER (WHERE part >= 2) AS b,
		survival_agg(CASE WHEN part < 2 THEN 0 ELSE entry END, exit, event) AS c FROM stay) AS x;
SELECT a + b - b = a AND c - a = b AND c - b = a AS minus, c - c = '{"n": 0}' AND c - '{"n": 0}' = c AND '{"n": 0}'::survival_summary - '{"n": 0}' = '{"n": 0}' AS nothing
	FROM (SELECT survival_agg(exit, event) FILTER (WHERE part < 2) AS a, survival_agg(entry, exit, event) FILTER (WHERE part >= 2) AS b,
		survival_agg(CASE WHEN part < 2 THEN 0 ELSE entry END, exit, event) AS c FROM stay) AS x;
-- the curve against the definition, in plain SQL
SELECT count(*), bool_and(c.at_risk = d.at_risk AND c.events = d.events AND c.censored = d.censored) AS counts, bool_and(near(survival, product)) AS survival,
	bool_and(near(stderr, survival * sqrt(greenwood))) AS stderr
FROM (SELECT survival_agg(entry, exit, event) AS s FROM stay) AS x, survival_curve(s) AS c JOIN (
	SELECT t AS time, at_risk, events, censored, exp(sum(ln(1 - events / at_risk::float8)) OVER w) AS product, sum(events / at_risk::float8 / (at_risk - events)) OVER w AS greenwood
	FROM (SELECT DISTINCT exit AS t FROM stay) AS times, LATERAL (SELECT count(*) FILTER (WHERE entry < t AND exit >= t) AS at_risk, count(*) FILTER (WHERE exit = t AND event) AS events,
		count(*) FILTER (WHERE exit = t AND NOT event) AS censored FROM stay) AS y WHERE at_risk > events WINDOW w AS (ORDER BY t)) AS d USING (time);
-- windows, grouping sets, hash aggregation, more distinct times than fit in memory at once
SELECT count(*), bool_and(s = due) AS moving FROM (SELECT i, survival_agg(exit, event) OVER (ORDER BY i ROWS 11 PRECEDING) AS s FROM stay WHERE i <= 200) AS w,
	LATERAL (SELECT survival_agg(exit, event) AS due FROM stay AS o WHERE o.i BETWEEN w.i - 11 AND w.i) AS d;
SELECT count(*), bool_and(s = due) AS moving_late, bool_and(r = due) AS moving_rollup FROM (SELECT i, survival_agg(seen, exit, event) OVER w AS s, rollup(one) OVER w AS r
	FROM (SELECT i, exit, event, nullif(entry, 4) AS seen, survival_agg(nullif(entry, 4), exit, event) OVER (ORDER BY i ROWS CURRENT ROW) AS one FROM stay WHERE i <= 300) AS x
	WINDOW w AS (ORDER BY i ROWS 17 PRECEDING)) AS m, LATERAL (SELECT survival_agg(nullif(entry, 4), exit, event) AS due FROM stay AS o WHERE o.i BETWEEN m.i - 17 AND m.i) AS d;
SELECT count(*), bool_and(rolled = whole) AS sets FROM (SELECT part, survival_agg(exit, event) AS whole FROM stay GROUP BY GROUPING SETS ((part), ())) AS a
	JOIN (SELECT part, rollup(s) AS rolled FROM (SELECT part, i % 10 AS j, survival_agg(exit, event) AS s FROM stay GROUP BY 1, 2) AS x GROUP BY GROUPING SETS ((part), ())) AS b ON a.part IS NOT DISTINCT FROM b.part;
SELECT (r).customers, (r).events, (r).longest, (r).median, (SELECT count(*) FROM survival_curve(s)) AS rows FROM (SELECT survival_agg(i * 7919 % 100003 / 10.0, i % 2 = 0) AS s
	FROM generate_series(1, 100000) AS i) AS x, LATERAL (SELECT survival_report(s) AS r) AS y;
-- hash aggregation of 200 groups, whose 300 distinct times come after the last group has, holds no more than array_agg would
CREATE TABLE long_watched AS SELECT g, t, t % 3 = 0 AS event FROM generate_series(1, 300) AS t, generate_series(1, 200) AS g;
CREATE FUNCTION peak_kb(query text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, FORMAT json) ' || query INTO plan;
	RETURN plan->0->'Plan'->'Peak Memory Usage';
END $$;
SET enable_sort = off;
SET work_mem = '1MB';
SET hash_mem_multiplier = 1;
SELECT peak_kb('SELECT g, survival_agg(t, event) FROM long_watched GROUP BY g') <= 1536 AS held;
RESET enable_sort;
RESET work_mem;
RESET hash_mem_multiplier;
-- fractions, the smallest and the largest numbers, and no negative zero
SELECT survival_agg(t, true) AS s FROM unnest('{0,-0,1e-320,0.1,1e308,1.7976931348623157e308}'::float8[]) AS t;
SELECT survival_agg(t, true) = survival_agg(t::float8, true) AS same, survival_agg(t, true) AS s FROM unnest('{0,0.0,-0.00,1.50,12345678901234567890.5}'::numeric[]) AS t;
-- counts up to the largest
SELECT survival_agg(1, true) + '{"n": 9223372036854775806, "late_entry": false, "distinct": 1, "times": [1], "events": [9223372036854775806], "censored": [0]}' AS most;
SELECT survival_agg(2, true) + '{"n": 9223372036854775807, "late_entry": false, "distinct": 1, "times": [1], "events": [9223372036854775807], "censored": [0]}' AS too_many;
-- text, json, jsonb
SELECT bool_and(s::text::survival_summary = s AND to_json(s)::survival_summary = s AND to_jsonb(s)::survival_summary = s) AS back FROM summary;
SELECT to_json(survival_agg(1, 2, true)) AS json, to_json(survival_agg(1, 2, false)) AS no_median FROM generate_series(1, 2);

-- ---- what is refused ----

\set VERBOSITY default
SELECT survival_agg(-1, true);
SELECT survival_agg(-1, 2, true);
SELECT survival_agg(t, true) FROM unnest('{NaN}'::float8[]) AS t;
SELECT survival_agg(t, true) FROM unnest('{infinity}'::numeric[]) AS t;
SELECT survival_agg(1, t, true) FROM unnest('{infinity}'::float8[]) AS t;
SELECT survival_agg(0, 0, true) = survival_agg(0, true) AS at_once FROM generate_series(1, 3);
SELECT survival_agg(0, -1, true);
SELECT survival_agg(5, 5, true);
SELECT survival_agg(5, 4.5, false);
SELECT survival_agg(i, true) FROM generate_series(1, 1048577) AS i;
SELECT survival_agg(1, true) - survival_agg(2, true);
SELECT survival_agg(1, true) - survival_agg(1, false);
SELECT survival_agg(1, 5, true) - survival_agg(2, 5, true);
SELECT survival_agg(e, t, true) - survival_agg(0, 5, true) AS more_would_leave FROM (VALUES (0, 2), (3, 5)) AS v (e, t);
SELECT survival_curve('{"n": 0}', 1);
SELECT survival_at('{"n": 0}', -1);
SELECT survival_at('{"n": 0}', 'NaN');
SELECT survival_quantile('{"n": 0}', 0);
SELECT restricted_mean_survival('{"n": 0}', 'infinity');
SELECT logrank_test(array_agg('{"n": 0}'::survival_summary)) FROM generate_series(1, 501);
-- impossible values, one for each rule
CREATE FUNCTION refusal(s text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN s::survival_summary;
EXCEPTION WHEN invalid_text_representation OR program_limit_exceeded THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN detail;
END $$;
SELECT n, refusal(format('{"n": %s, "late_entry": %s, "distinct": %s, "times": [%s], "events": [%s], "censored": [%s]%s}', n, late::text, distinct_, times, events, censored, ', "entered": [' || entered || ']'))
FROM (VALUES
	(3, false, 2, '1, 2', '1, 1', '1, 0', NULL), (3, true, 2, '1, 2', '1, 1', '1, 0', '1, 0'), (3, true, 2, '1, 2', '0, 1', '1, 1', '1, 0'), (3, false, 2, '2, 1', '1, 1', '1, 0', NULL),
	(3, false, 2, '1, 1', '1, 1', '1, 0', NULL), (3, false, 2, '-1, 1', '1, 1', '1, 0', NULL), (3, false, 2, '1, 1e400', '1, 1', '1, 0', NULL), (3, false, 2, '1, 2', '3, 0', '0, 0', NULL),
	(4, false, 2, '1, 2', '1, 1', '1, 0', NULL), (3, false, 2, '1, 2', '-1, 4', '0, 0', NULL), (3, false, 2, '1, 2', '9223372036854775807, 2', '1, 0', NULL),
	(3, true, 2, '1, 2', '1, 1', '1, 0', '0, 0'), (3, true, 2, '0, 2', '0, 2', '1, 0', '1, 0'), (3, true, 2, '1, 2', '3, 0', '0, 0', '0, 3'), (3, false, 3, '1, 2', '1, 1', '1, 0', NULL),
	(3, false, 2, '1, 2', '1, 1', '1, 0', '0, 0'), (0, false, 0, '', '', '', NULL), (3, false, 2000000, '1, 2', '1, 1', '1, 0', NULL), (1, false, 0, '', '', '', NULL)) AS v (n, late, distinct_, times, events, censored, entered);
