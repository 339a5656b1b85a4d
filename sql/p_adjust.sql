-- p-values adjusted for the number of tests

CREATE FUNCTION p_adjust(p float8[], method text DEFAULT 'BH') RETURNS float8[]
	AS 'MODULE_PATHNAME', 'cx_p_adjust_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION p_adjust(float8[], text) IS
'the p-values of m tests, each adjusted for there being m of them, as R''s p.adjust: the smallest level at which the procedure rejects the test. Methods, with p(1) <= ... <= p(m): BH, least m / j p(j) of j >= i, holds the share of false ones among the rejections where tests are independent or positively dependent (Benjamini & Hochberg 1995); BY, the same times 1 + 1/2 + ... + 1/m, for any dependence (Benjamini & Yekutieli 2001); the others hold the probability of any false rejection: bonferroni, m p; holm, greatest (m - j + 1) p(j) of j <= i (Holm 1979); hommel, by closing Simes'' test (Hommel 1988), under the assumption of BH. Never more than 1; NULLs stay in place and do not count; one p-value stays itself. A p-value outside 0 to 1 is an error.';

CREATE FUNCTION p_adjust(p float8, method text DEFAULT 'BH') RETURNS float8
	AS 'MODULE_PATHNAME', 'cx_p_adjust_window' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION p_adjust(float8, text) IS
'window function: the p-value of the row adjusted for all tests of its partition, whatever the frame: p_adjust(p) OVER (). Methods, and what they hold, as for p_adjust(float8[]): BH, BY, holm, bonferroni, hommel; one method a partition. NULL stays NULL and does not count; NULL where the method is. A p-value outside 0 to 1 is an error.';
