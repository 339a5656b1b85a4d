-- Seasons: does it happen every year, and what comes next

CREATE FUNCTION seasonality_test(t trend_summary, season integer DEFAULT 12, detrend boolean DEFAULT true, level float8 DEFAULT 0.95,
	OUT test text, OUT statistic float8, OUT df float8, OUT p_value float8, OUT conclusion text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_seasonality_test' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION seasonality_test(trend_summary, integer, boolean, float8) IS 'does the same happen in the same period of every season (the same month of every year)? A row for each test: friedman (1937) ranks the periods within each season, as many of them as are without a gap, 12 sum (R - mean R)^2 / (b k (k + 1)) of b seasons of k periods; kruskal_wallis (1952) ranks all values, missing ones left out. Ties share their ranks and correct the statistic, which is chi-squared with k - 1 degrees of freedom where there is no season. detrend takes off a trend first that is estimated beside the season (a cubic spline with a knot every two seasons; a parabola below four seasons, a line below three): without, a test of ranks takes a trend for a season. Assumes values that depend on each other by trend and season only. conclusion: seasonal where p_value <= 1 - level, else unproven; nothing varies; or what is missing, in which case the numbers are NULL: each period of the season needs two values';

CREATE FUNCTION seasonal_profile(t trend_summary, season integer DEFAULT 12, level float8 DEFAULT 0.95,
	OUT season integer, OUT effect float8, OUT lower float8, OUT upper float8, OUT p_adjusted float8)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_seasonal_profile' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 12;
COMMENT ON FUNCTION seasonal_profile(trend_summary, integer, float8) IS 'what each period of the season adds to the average of all, in units of the value, beside a trend that is estimated with it by least squares (as in seasonality_test); its limits and p_adjusted are those of all periods of the season together (Bonferroni): where nothing is seasonal, one of them is off with a probability of 1 - level at most. season: month, quarter or weekday (Monday: 1) where the season is that of the calendar, else counted from the first point. Assumes errors that do not depend on each other and vary alike. Numbers are NULL where a period of the season has fewer than two values (see seasonality_test for which); limits too where nothing is left to estimate the errors from; no rows for the empty series';

CREATE FUNCTION decompose(t trend_summary, season integer DEFAULT 12, robust boolean DEFAULT false, seasonal_window integer DEFAULT NULL,
	OUT period date, OUT value float8, OUT trend float8, OUT seasonal float8, OUT remainder float8)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_decompose' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION decompose(trend_summary, integer, boolean, integer) IS 'value = trend + seasonal + remainder by STL (Cleveland, Cleveland, McRae & Terpenning 1990), as R''s stl(x, "periodic"), or stl(x, seasonal_window) where the season may change over so many years (odd, 7 or more); robust keeps outliers out of trend and season. A row for every period, in order: where the value is missing, value and remainder are NULL, trend and seasonal are estimated from what is around. Where a period of the season has fewer than two values, trend, seasonal and remainder are NULL (seasonality_test says which); no rows for the empty series.';

CREATE FUNCTION seasonal_strength(t trend_summary, season integer DEFAULT 12) RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_seasonal_strength_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION seasonal_strength(trend_summary, integer) IS 'how much of what is not trend is season, from 0 to 1: max(0, 1 - var(remainder) / var(seasonal + remainder)) of decompose(t, season) (Wang, Smith & Hyndman 2006). A description, no test: of noise it is not 0. NULL where a period of the season has fewer than two values, or nothing varies beside the trend';

CREATE FUNCTION forecast(t trend_summary, horizon integer, season integer DEFAULT 12, level float8 DEFAULT 0.95, model text DEFAULT 'auto',
	OUT period date, OUT value float8, OUT lower float8, OUT upper float8, OUT model text)
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'cx_forecast' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 12;
COMMENT ON FUNCTION forecast(trend_summary, integer, integer, float8, text) IS 'the next periods (horizon from 1 to 10,000) by exponential smoothing, a state space model with additive errors fitted by maximum likelihood (Hyndman, Koehler, Ord & Snyder 2008): ANN, a level that moves, or AAA, a level, a trend and a season of so many periods (2 to 60; NULL: none), whichever is asked for, or (auto) has the smaller AICc; AAA needs two values in each period of the season, else it is ANN. The limits of what will be measured at this level are normal, from the variance of the errors and how they add up (table 6.2 there); that the model itself is uncertain is not in them. Value and limits stay on the scale of the answers. Missing values leave the states as expected; of more than 2,000 periods the last 2,000 count. Limits are NULL below three values; no rows for the empty series, or where an argument but season is NULL';
