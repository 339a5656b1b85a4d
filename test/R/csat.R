# Reference values for test/sql/csat.sql, written without looking at src/: each
# section prints rows to paste into a VALUES list,
#
#     Rscript test/R/csat.R SECTION
#
# x of n answers are in the top boxes; results are in percent.

row <- function(...) cat(sprintf("\t(%s),\n", paste(sapply(list(...), function(x)
	if (is.character(x)) x else if (is.na(x)) "NULL" else sprintf("%.15g", x)), collapse = ", ")))

z <- function(level) qnorm((1 - level) / 2, lower.tail = FALSE)

# R's own where the numbers of answers are whole ...
wilson <- function(x, n, level) 100 * suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE))$conf.int
clopper_pearson <- function(x, n, level) 100 * binom.test(x, n, conf.level = level)$conf.int
# ... and the same written out for any (which must agree with R's own)
wilson_of <- function(p, n, level)
{
	w <- z(level)^2 / n
	100 * pmin(pmax((p + w / 2 + c(-1, 1) * sqrt(w * p * (1 - p) + w^2 / 4)) / (1 + w), 0), 1)
}
clopper_pearson_of <- function(p, n, level)
	100 * c(if (p > 0) qbeta((1 - level) / 2, p * n, n - p * n + 1) else 0, if (p < 1) qbeta((1 - level) / 2, p * n + 1, n - p * n, lower.tail = FALSE) else 1)
wald_of <- function(p, n, level) 100 * c(max(p - z(level) * sqrt(p * (1 - p) / n), 0), min(p + z(level) * sqrt(p * (1 - p) / n), 1))

same <- function(a, b) stopifnot(all(abs(a - b) <= 1e-9 * abs(b) + 1e-12))

cases <- list(c(81, 263), c(0, 20), c(1, 29), c(20, 20), c(1, 1), c(0, 1), c(1, 2), c(3, 7), c(15, 148), c(999, 1000), c(1, 1e6), c(400000, 1e6))

sections <- list(
	interval = function() for (c in cases) for (level in c(.5, .95, .9999))
	{
		x <- c[1]; n <- c[2]
		same(wilson_of(x / n, n, level), wilson(x, n, level)); same(clopper_pearson_of(x / n, n, level), clopper_pearson(x, n, level))
		row(x, n, level, wilson(x, n, level)[1], wilson(x, n, level)[2], wald_of(x / n, n, level)[1], wald_of(x / n, n, level)[2], clopper_pearson(x, n, level)[1], clopper_pearson(x, n, level)[2])
	},

	# finite population: n (N - 1) / (N - n) in place of n, at 95 %
	population = function() for (c in list(c(81, 263, 400), c(81, 263, 264), c(0, 20, 50), c(29, 30, 1000), c(1, 1, 2), c(263, 263, 1e9)))
	{
		p <- c[1] / c[2]; n <- c[2] * (c[3] - 1) / (c[3] - c[2])
		row(c[1], c[2], c[3], wilson_of(p, n, .95)[1], wilson_of(p, n, .95)[2], wald_of(p, n, .95)[1], wald_of(p, n, .95)[2], clopper_pearson_of(p, n, .95)[1], clopper_pearson_of(p, n, .95)[2])
	},

	# standard error; margin at 95 % and 99 %, half the Wilson interval
	certainty = function() for (c in c(cases, list(c(5e11, 1e12), c(1e12 - 1, 1e12), c(1e12, 1e12), c(1, 1e12))))
	{
		x <- c[1]; n <- c[2]; no <- n - x
		margin <- function(level) { w <- z(level)^2 / n; 100 * sqrt(w * (x / n) * (no / n) + w^2 / 4) / (1 + w) }
		row(x, n, 100 * x / n, 100 * sqrt((x / n) * (no / n) / n), margin(.95), margin(.99))
	},

	# difference, stderr, statistic, p_value, lower, upper: pooled z test; Newcombe 1998, method 10
	compare = function() for (t in list(c(81, 263, 15, 148), c(15, 148, 81, 263), c(56, 70, 48, 80), c(9, 10, 3, 10), c(10, 10, 0, 20), c(10, 10, 20, 20), c(0, 5, 0, 7), c(1, 1, 0, 1), c(500000, 1e6, 499000, 1e6)))
		for (level in c(.5, .95, .9999))
		{
			a <- t[1] / t[2]; b <- t[3] / t[4]; d <- a - b
			pooled <- (t[1] + t[3]) / (t[2] + t[4]); se <- sqrt(pooled * (1 - pooled) * (1 / t[2] + 1 / t[4]))
			test <- suppressWarnings(prop.test(c(t[1], t[3]), c(t[2], t[4]), correct = FALSE))
			if (se > 0) same(sqrt(test$statistic), abs(d) / se)
			la <- wilson(t[1], t[2], level) / 100; lb <- wilson(t[3], t[4], level) / 100
			row(t[1], t[2], t[3], t[4], level, 100 * d, 100 * se, if (se > 0) d / se else NA, if (se > 0) test$p.value else NA,
				100 * (d - sqrt((a - la[1])^2 + (lb[2] - b)^2)), 100 * (d + sqrt((la[2] - a)^2 + (b - lb[1])^2)))
		},

	# above 50, 75, 90 and 99.9 percent: Jeffreys
	probability = function() for (c in c(cases, list(c(5e11, 1e12), c(1e12 - 1, 1e12))))
	{
		at <- function(target) pbeta(target / 100, c[1] + .5, c[2] - c[1] + .5, lower.tail = FALSE)
		row(c[1], c[2], at(1), at(50), at(75), at(99.9))
	},

	# ten answers on a scale of 1 to 7, top 2 boxes, with weights; 10 of a population of 40
	weighted = function()
	{
		answer <- c(7, 6, 6, 5, 1, 3, 7, 2, 4, 6)
		weight <- c(1, 2.5, 0.1, 0, 3, 0.75, 1.2, 4, 0.3, 1e-3)
		n <- sum(weight)^2 / sum(weight^2); p <- sum(weight[answer >= 6]) / sum(weight); m <- sum(weight * answer) / sum(weight)
		k <- (40 - 1) / (40 - 10)
		put <- function(name, x) row(sprintf("'%s'", name), x)
		put("csat", 100 * p); put("effective_responses", n); put("satisfied_share", p); put("mean_score", m)
		put("stddev_score", sqrt(sum(weight * (answer - m)^2) / sum(weight) * n / (n - 1))); put("stderr", 100 * sqrt(p * (1 - p) / n))
		put("wilson lower", wilson_of(p, n, .95)[1]); put("wilson upper", wilson_of(p, n, .95)[2])
		put("wald lower", wald_of(p, n, .95)[1]); put("wald upper", wald_of(p, n, .95)[2])
		put("clopper_pearson lower", clopper_pearson_of(p, n, .95)[1]); put("clopper_pearson upper", clopper_pearson_of(p, n, .95)[2])
		put("margin", diff(wilson_of(p, n, .95)) / 2)
		put("of 40 lower", wilson_of(p, k * n, .95)[1]); put("of 40 upper", wilson_of(p, k * n, .95)[2])
		put("probability 50", pbeta(.5, p * n + .5, n - p * n + .5, lower.tail = FALSE))
		# against 30 of 50, unweighted
		pooled <- (p * n + 30) / (n + 50); se <- sqrt(pooled * (1 - pooled) * (1 / n + 1 / 50)); d <- p - .6
		la <- wilson_of(p, n, .95) / 100; lb <- wilson(30, 50, .95) / 100
		put("difference", 100 * d); put("difference stderr", 100 * se); put("statistic", d / se); put("p_value", 2 * pnorm(-abs(d / se)))
		put("difference lower", 100 * (d - sqrt((p - la[1])^2 + (lb[2] - .6)^2))); put("difference upper", 100 * (d + sqrt((la[2] - p)^2 + (.6 - lb[1])^2)))
	}
)

sections[[commandArgs(trailingOnly = TRUE)[1]]]()
