# Reference values for test/sql/ces.sql, written without looking at src/: each
# section prints rows to paste into a VALUES list,
#
#     Rscript test/R/ces.R SECTION
#
# Counts are of the answers 1, 2, ...; results are in units of the scale.

row <- function(...) cat(sprintf("\t(%s),\n", paste(sapply(list(...), function(x)
	if (is.character(x)) x else if (is.na(x)) "NULL" else sprintf("%.15g", x)), collapse = ", ")))
array <- function(counts) sprintf("'{%s}'", paste(sprintf("%.0f", counts), collapse = ","))

answers <- function(counts) rep(seq_along(counts), counts)
varies <- function(x) length(x) > 1 && var(x) > 0

cases <- list(c(1, 0, 2, 3, 7, 12, 9), c(0, 0, 0, 0, 0, 0, 5), c(0, 0, 0, 1, 0, 0, 0), c(1, 0, 0, 0, 0, 0, 1), c(0, 0, 0, 0, 0, 9, 1), c(100, 200, 300, 400, 500, 600, 700),
	c(4, 3, 8, 10, 2), c(5, 0, 0, 0, 0), c(3, 1), c(0, 2), c(2, 5, 1), c(1, 2, 3, 4), c(10, 0, 4, 4, 0, 11), c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5), c(0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 40))

sections <- list(
	# shares of answers above and below the midpoint of the scale; then mean, deviation, median, standard error
	certainty = function() for (counts in cases)
	{
		x <- answers(counts); middle <- (1 + length(counts)) / 2
		row(array(counts), mean(x > middle), mean(x < middle), 100 * (mean(x > middle) - mean(x < middle)), mean(x), sd(x), median(x), sd(x) / sqrt(length(x)))
	},

	# t.test's limits, cut at the ends of the scale, and half the width before
	interval = function() for (counts in cases) for (level in c(.5, .95, .9999))
	{
		x <- answers(counts)
		limits <- if (varies(x)) t.test(x, conf.level = level)$conf.int else if (length(x) > 1) c(mean(x), mean(x)) else c(NA, NA)
		row(array(counts), level, max(limits[1], 1), min(limits[2], length(counts)), (limits[2] - limits[1]) / 2)
	},

	# a population of N narrows the standard error by sqrt((N - n) / (N - 1)) (Cochran 1977, 2.6); n - 1 degrees of freedom
	population = function() for (c in list(list(c(4, 3, 8, 10, 2), 30), list(c(4, 3, 8, 10, 2), 27), list(c(4, 3, 8, 10, 2), 28), list(c(1, 0, 2, 3, 7, 12, 9), 1e9), list(c(1, 1), 3)))
	{
		x <- answers(c[[1]]); N <- c[[2]]
		margin <- qt(.975, length(x) - 1) * sd(x) / sqrt(length(x)) * sqrt((N - length(x)) / (N - 1))
		row(array(c[[1]]), N, max(mean(x) - margin, 1), min(mean(x) + margin, length(c[[1]])), margin)
	},

	# Welch: t.test(x, y)
	compare = function() for (two in list(list(c(1, 0, 2, 3, 7, 12, 9), c(100, 200, 300, 400, 500, 600, 700)), list(c(100, 200, 300, 400, 500, 600, 700), c(1, 0, 2, 3, 7, 12, 9)), list(c(0, 0, 0, 0, 0, 9, 1), c(1, 0, 0, 0, 0, 0, 1)),
			list(c(4, 3, 8, 10, 2), c(5, 0, 0, 0, 0)), list(c(5, 0, 0, 0, 0), c(0, 0, 0, 1, 1)), list(c(3, 1), c(1, 3)), list(c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5), c(0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 40))))
		for (level in c(.5, .95, .9999))
		{
			t <- t.test(answers(two[[1]]), answers(two[[2]]), conf.level = level)
			row(array(two[[1]]), array(two[[2]]), level, mean(answers(two[[1]])) - mean(answers(two[[2]])), t$stderr, t$statistic, t$parameter, t$p.value, t$conf.int[1], t$conf.int[2])
		},

	# the mean is above 1.5, 2, the middle of the scale: P(t > ...), by t.test's one-sided p-value
	probability = function() for (counts in cases)
	{
		x <- answers(counts)
		at <- function(target) if (varies(x)) t.test(x, mu = target, alternative = "less")$p.value else NA
		row(array(counts), at(1.5), at(2), at((1 + length(counts)) / 2))
	},

	# twelve answers on a scale of 1 to 5 with weights; 12 of a population of 20
	weighted = function()
	{
		answer <- c(5, 4, 4, 3, 1, 2, 5, 2, 4, 1, 3, 5)
		weight <- c(1, 2.5, 0.1, 0, 3, 0.75, 1.2, 4, 0.3, 1e-3, 2, 0.6)
		total <- sum(weight); n <- total^2 / sum(weight^2); m <- sum(weight * answer) / total
		s <- sqrt(sum(weight * (answer - m)^2) / total * n / (n - 1)); se <- s / sqrt(n)
		margin <- qt(.975, n - 1) * se; narrow <- margin * sqrt((20 - 12) / (20 - 1))
		put <- function(name, x) row(sprintf("'%s'", name), x)
		put("ces", m); put("effective_responses", n); put("stddev_score", s); put("stderr", se)
		put("easy_share", sum(weight[answer > 3]) / total); put("difficult_share", sum(weight[answer < 3]) / total); put("net_easy", 100 * (sum(weight[answer > 3]) - sum(weight[answer < 3])) / total)
		put("lower", max(m - margin, 1)); put("upper", min(m + margin, 5)); put("margin", margin)
		put("of 20 lower", m - narrow); put("of 20 upper", m + narrow)
		put("probability 3", pt((m - 3) / se, n - 1))
		# against the unweighted 2, 3, 4, 4, 5
		y <- c(2, 3, 4, 4, 5); v <- c(se^2, var(y) / length(y)); df <- sum(v)^2 / sum(v^2 / c(n - 1, length(y) - 1))
		d <- m - mean(y); e <- sqrt(sum(v))
		put("difference", d); put("difference stderr", e); put("statistic", d / e); put("df", df); put("p_value", 2 * pt(-abs(d / e), df))
		put("difference lower", d - qt(.975, df) * e); put("difference upper", d + qt(.975, df) * e)
	}
)

sections[[commandArgs(trailingOnly = TRUE)[1]]]()
