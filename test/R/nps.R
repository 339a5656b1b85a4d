# Reference values for test/sql/nps.sql, written without looking at src/: each
# section prints rows to paste into a VALUES list,
#
#     Rscript test/R/nps.R SECTION
#
# p, s and d are numbers of promoters, passives and detractors; results are in
# points.

row <- function(...) cat(sprintf("\t(%s),\n", paste(sapply(list(...), function(x)
	if (is.character(x)) x else if (is.na(x)) "NULL" else sprintf("%.15g", x)), collapse = ", ")))

z <- function(level) qnorm((1 - level) / 2, lower.tail = FALSE)

# The variance of an answer worth 1, 0 or -1: E[x^2] - E[x]^2 without taking
# large numbers from each other, (p + d) s + 4 p d over n^2.
variance <- function(p, s, d) { n <- p + s + d; ((p + d) / n) * (s / n) + 4 * (p / n) * (d / n) }

around <- function(centre, margin, estimate)		# clipped, and never missing the estimate
	100 * c(min(max(centre - margin, -1), estimate), max(min(centre + margin, 1), estimate))

# Finite population: n (N - 1) / (N - n) answers in place of n, shares unchanged
# (Cochran 1977, 2.6), here as a factor k on the three counts.
factor_of <- function(n, N) if (is.null(N)) 1 else if (N == n) Inf else (N - 1) / (N - n)

wald <- function(p, s, d, level, N = NULL)
{
	n <- p + s + d; k <- factor_of(n, N)
	around((p - d) / n, z(level) * sqrt(variance(p, s, d) / (n * k)), (p - d) / n)
}

# Three answers more: 3/4 promoter, 3/4 detractor, 3/2 passive.
adjusted_margin <- function(p, s, d, level, N = NULL)
{
	k <- factor_of(p + s + d, N)
	if (is.infinite(k)) return(0)
	100 * z(level) * sqrt(variance(k * p + .75, k * s + 1.5, k * d + .75) / (k * (p + s + d) + 3))
}

adjusted <- function(p, s, d, level, N = NULL)
{
	n <- p + s + d; k <- factor_of(n, N)
	centre <- if (is.infinite(k)) (p - d) / n else k * (p - d) / (k * n + 3)
	around(centre, adjusted_margin(p, s, d, level, N) / 100, (p - d) / n)
}

# Score interval (May & Johnson 1997, Tango 1998): all values v of the net score
# for which |estimate - v| <= z sqrt(variance / n), with the variance of the
# most likely trinomial distribution that has a net score of v.  That is found
# here by halving on the derivative of the likelihood, the limit likewise.
halve <- function(f, inside, outside)
{
	for (i in 1:200) { m <- (inside + outside) / 2; if (f(m)) inside <- m else outside <- m }
	(inside + outside) / 2
}

score_variance <- function(p, s, d, v)
{
	slope <- function(q) (if (p > 0) p / (q + v) else 0) + (if (d > 0) d / q else 0) -
		(if (s > 0) 2 * s / (1 - 2 * q - v) else 0)
	lo <- max(0, -v); hi <- (1 - v) / 2
	q <- halve(function(q) slope(q) > 0, lo, hi)		# share of detractors
	2 * q + v * (1 - v)
}

score <- function(p, s, d, level, N = NULL)
{
	n <- p + s + d; e <- (p - d) / n; k <- factor_of(n, N)
	if (is.infinite(k)) return(100 * c(e, e))
	accepted <- function(v) (e - v)^2 * n * k <= z(level)^2 * score_variance(p, s, d, v)
	100 * c(halve(accepted, e, -1), halve(accepted, e, 1))
}

cases <- list(c(462, 176, 362), c(18, 11, 2), c(10, 0, 0), c(0, 0, 10), c(0, 10, 0), c(1, 0, 0), c(0, 1, 0), c(0, 0, 1),
	c(1, 1, 1), c(2, 0, 1), c(0, 5, 3), c(7, 3, 0), c(50, 0, 50), c(1, 999, 0), c(99, 0, 1), c(240, 83, 184), c(110, 50, 99),
	c(1000, 0, 0), c(123456, 234567, 345678), c(4e11, 3e11, 3e11), c(1e12, 0, 0), c(1e12 - 1, 0, 1), c(0, 1e12, 1))

sections <- list(
	interval = function() for (c in cases) for (level in c(.5, .95, .9999))
		row(c[1], c[2], c[3], level, wald(c[1], c[2], c[3], level)[1], wald(c[1], c[2], c[3], level)[2],
			adjusted(c[1], c[2], c[3], level)[1], adjusted(c[1], c[2], c[3], level)[2],
			score(c[1], c[2], c[3], level)[1], score(c[1], c[2], c[3], level)[2]),

	population = function() for (c in list(c(200, 100, 60, 400), c(200, 100, 60, 361), c(200, 100, 60, 360), c(200, 100, 60, 1e9),
			c(9, 1, 0, 20), c(1, 0, 0, 2), c(1, 0, 0, 1), c(0, 0, 5, 6)))
		row(c[1], c[2], c[3], c[4], wald(c[1], c[2], c[3], .95, c[4])[1], wald(c[1], c[2], c[3], .95, c[4])[2],
			adjusted(c[1], c[2], c[3], .95, c[4])[1], adjusted(c[1], c[2], c[3], .95, c[4])[2],
			score(c[1], c[2], c[3], .95, c[4])[1], score(c[1], c[2], c[3], .95, c[4])[2],
			adjusted_margin(c[1], c[2], c[3], .95, c[4])),

	# nps, stderr, margin at 95 % and 99 %
	certainty = function() for (c in cases)
		row(c[1], c[2], c[3], 100 * (c[1] - c[3]) / sum(c), 100 * sqrt(variance(c[1], c[2], c[3]) / sum(c)),
			adjusted_margin(c[1], c[2], c[3], .95), adjusted_margin(c[1], c[2], c[3], .99)),

	# stderr, statistic, p_value, lower, upper
	compare = function() for (two in list(list(c(240, 83, 184), c(110, 50, 99)), list(c(110, 50, 99), c(240, 83, 184)),
			list(c(462, 176, 362), c(18, 11, 2)), list(c(10, 0, 0), c(0, 0, 10)), list(c(1, 0, 0), c(0, 1, 0)), list(c(1, 1, 1), c(50, 0, 50)),
			list(c(0, 10, 0), c(0, 7, 0)), list(c(4e11, 3e11, 3e11), c(3e11, 3e11, 4e11)), list(c(999, 1, 0), c(1000, 0, 0))))
		for (added in c(0, 3)) for (level in c(.95, .9999))
		{
			a <- two[[1]]; b <- two[[2]]; add <- added * c(.25, .5, .25)
			se <- sqrt(variance(a[1] + add[1], a[2] + add[2], a[3] + add[3]) / (sum(a) + added) +
				variance(b[1] + add[1], b[2] + add[2], b[3] + add[3]) / (sum(b) + added))
			centre <- (a[1] - a[3]) / (sum(a) + added) - (b[1] - b[3]) / (sum(b) + added)
			plain <- (a[1] - a[3]) / sum(a) - (b[1] - b[3]) / sum(b)
			statistic <- if (se > 0) centre / se else NA
			row(sprintf("'{%.0f,%.0f,%.0f}', '{%.0f,%.0f,%.0f}'", a[1], a[2], a[3], b[1], b[2], b[3]),
				if (added > 0) "'adjusted_wald'" else "'wald'", level, 100 * plain, 100 * se, statistic, 2 * pnorm(-abs(statistic)),
				100 * min(max(centre - z(level) * se, -2), plain), 100 * max(min(centre + z(level) * se, 2), plain))
		},

	# nine cells from detractor-detractor to promoter-promoter; difference, stderr, statistic, p_value, lower, upper
	paired = function() for (cells in list(c(30, 12, 8, 6, 40, 21, 3, 9, 60), c(1, 0, 0, 0, 0, 0, 0, 0, 0), c(0, 0, 1, 0, 0, 0, 0, 0, 0), c(0, 0, 5, 0, 0, 0, 1, 0, 0),
			c(0, 0, 0, 0, 0, 0, 4, 0, 3), c(10, 20, 30, 40, 50, 60, 70, 80, 90), c(0, 3, 0, 0, 0, 3, 0, 0, 0)))
		for (level in c(.95, .9999))
		{
			change <- rep(c(0, 1, 2, -1, 0, 1, -2, -1, 0), cells)	# each customer's own
			se <- sqrt(mean((change - mean(change))^2) / length(change))
			statistic <- if (se > 0) mean(change) / se else NA
			row(sprintf("'{%s}'", paste(cells, collapse = ",")), level, 100 * mean(change), 100 * se, statistic, 2 * pnorm(-abs(statistic)),
				100 * max(mean(change) - z(level) * se, -2), 100 * min(mean(change) + z(level) * se, 2))
		},

	# Phi((estimate - target) / stderr) on adjusted-Wald terms
	probability = function() for (c in cases)
	{
		n <- sum(c) + 3
		at <- function(target) pnorm(((c[1] - c[3]) / n - target / 100) / sqrt(variance(c[1] + .75, c[2] + 1.5, c[3] + .75) / n))
		row(c[1], c[2], c[3], at(-20), at(0), at(12.5), at(50))
	},

	# (100 z)^2 V / margin^2 - 3 for an infinite population, then Cochran 1977, 4.4: n N / (n + N - 1)
	sample_size = function() for (margin in c(.1, 2.5, 5, 30, 200)) for (level in c(.5, .95, .9999)) for (V in c(1, .5))
	{
		n <- max((100 * z(level))^2 * V / margin^2 - 3, 1)
		of <- function(N) n * N / (n + N - 1)
		all <- c(n, of(1), of(400), of(1e6))
		stopifnot(all == round(all) | abs(all - round(all)) > 1e-6)	# rounding up must not hang on the last digit
		row(margin, level, V, ceiling(all[1]), ceiling(all[2]), ceiling(all[3]), ceiling(all[4]))
	},

	# twelve answers with weights, 12 of a population of 50
	weighted = function()
	{
		answer <- c(10, 9, 9, 8, 7, 7, 6, 5, 10, 3, 0, 9)
		weight <- c(1, 2.5, 0.1, 0, 3, 0.75, 1.2, 4, 0.3, 1e-3, 2, 0.6)
		total <- sum(weight); n <- total^2 / sum(weight^2)
		p <- n * sum(weight[answer >= 9]) / total; d <- n * sum(weight[answer <= 6]) / total; s <- n - p - d
		m <- sum(weight * answer) / total
		o <- order(answer)
		k <- (50 - 1) / (50 - 12)
		put <- function(name, x) row(sprintf("'%s'", name), x)
		put("nps", 100 * (p - d) / n); put("effective_responses", n)
		put("promoter_share", p / n); put("passive_share", s / n); put("detractor_share", d / n)
		put("mean_score", m); put("stddev_score", sqrt(sum(weight * (answer - m)^2) / total * n / (n - 1)))
		put("median_score", answer[o][cumsum(weight[o]) >= total / 2][1])
		put("nps_stderr", 100 * sqrt(variance(p, s, d) / n))
		put("wald lower", wald(p, s, d, .95)[1]); put("wald upper", wald(p, s, d, .95)[2])
		put("adjusted lower", adjusted(p, s, d, .95)[1]); put("adjusted upper", adjusted(p, s, d, .95)[2])
		put("score lower", score(p, s, d, .95)[1]); put("score upper", score(p, s, d, .95)[2])
		put("nps_margin", adjusted_margin(p, s, d, .95))
		put("of 50 lower", adjusted(k * p, k * s, k * d, .95)[1]); put("of 50 upper", adjusted(k * p, k * s, k * d, .95)[2])
		put("probability 0", pnorm(((p - d) / (n + 3)) / sqrt(variance(p + .75, s + 1.5, d + .75) / (n + 3))))
	}
)

sections[[commandArgs(trailingOnly = TRUE)[1]]]()
