# Reference values for test/sql/revenue.sql, account_value.sql, churn.sql and
# score_value.sql, written without looking at src/:
#
#     Rscript test/R/revenue.R SECTION
#
# prints rows to paste into a VALUES list.

row <- function(...) cat(sprintf("\t(%s),\n", paste(sapply(list(...), function(x)
	if (is.character(x)) x else if (is.na(x)) "NULL" else sprintf("%.15g", x)), collapse = ", ")))

# The customers of test/sql/revenue.sql: the same integers there.
customers <- function(n)
{
	i <- 1:n
	previous <- (i * 7919) %% 1009 + 1
	data.frame(previous = previous,
		current = ifelse(i %% 7 == 0, 0, ifelse(i %% 3 == 0, previous + (i * 31) %% 97, pmax(previous - (i * 17) %% 53, 0))))
}

# Delta method for a ratio of means, from the covariance matrix of the pair:
# Var(y/x) = g' S g / n with g = (1/mean x, -mean y / mean x^2).
ratio_interval <- function(x, y, level)
{
	n <- length(x)
	g <- c(1 / mean(x), -mean(y) / mean(x)^2)
	margin <- qnorm((1 + level) / 2) * sqrt(drop(t(g) %*% cov(cbind(y, x)) %*% g) / n)
	mean(y) / mean(x) + c(-margin, margin)
}

interval <- function()
{
	for (n in c(2, 10, 1000)) for (level in c(0.5, 0.95, 0.9999))
	{
		d <- customers(n)
		kept <- pmin(d$current, d$previous)
		nrr <- ratio_interval(d$previous, d$current, level)
		grr <- ratio_interval(d$previous, kept, level)
		row(n, level, sum(d$current) / sum(d$previous), max(nrr[1], 0), nrr[2],
			sum(kept) / sum(d$previous), max(grr[1], 0), min(grr[2], 1))
	}
}

# Histories of test/sql/churn.sql: customers and churned customers of the answers 0 to 10 and of the silent.
histories <- list(
	typical = list(n = c(20, 12, 15, 18, 25, 60, 70, 150, 240, 180, 210, 900), x = c(9, 5, 6, 5, 7, 14, 15, 20, 19, 11, 8, 140)),
	separated = list(n = c(3, 0, 4, 2, 0, 5, 6, 7, 30, 20, 40, 10), x = c(3, 0, 4, 2, 0, 5, 6, 0, 0, 0, 0, 10)),
	alike = list(n = c(100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 50), x = c(10, 11, 10, 9, 10, 10, 10, 10, 10, 10, 10, 20)),
	nobody = list(n = c(5, 0, 0, 0, 0, 0, 0, 0, 8, 0, 9, 4), x = rep(0, 12)),
	one_answer = list(n = c(0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 3), x = c(0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 3)),
	singles = list(n = c(1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0), x = c(1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)),
	silent = list(n = c(rep(0, 11), 40), x = c(rep(0, 11), 6)))

# The variance of a group's rate is p (1 - p) (1 / n + g (1 - 1 / n)) under a beta-binomial; what that makes of the
# weighted sum of squares around the common rate is linear in g: two points give it, and the sum that was seen g.
strength <- function(n, x)
{
	x <- x[n > 0]; n <- n[n > 0]; p <- sum(x) / sum(n)
	if (length(n) < 2) return(1)
	if (p == 0 || p == 1) return(Inf)
	due <- function(g) { v <- p * (1 - p) * (1 / n + g * (1 - 1 / n)); sum(n * v) - sum(n^2 * v) / sum(n) }
	g <- (sum(n * (x / n - p)^2) - due(0)) / (due(1) - due(0))
	if (g <= 0) Inf else max(1 / g - 1, 1)
}

churn <- function(level = 0.9)
{
	for (name in names(histories))
	{
		n <- histories[[name]]$n; x <- histories[[name]]$x
		pool <- if (sum(n[1:11]) > 0) 1:11 else 12
		r <- (sum(x[pool]) + 0.5) / (sum(n[pool]) + 1)
		M <- c(rep(strength(n[1:11], x[1:11]), 11), 1)
		p <- ifelse(is.infinite(M), r, (x + M * r) / (n + M))
		weight <- n + pmin(M, sum(n[pool]))
		for (i in 1:12)
		{
			q <- qbeta(c((1 - level) / 2, (1 + level) / 2), p[i] * weight[i], (1 - p[i]) * weight[i])
			row(paste0("'", name, "'"), if (i == 12) NA else i - 1, n[i], x[i], p[i], min(q[1], p[i]), max(q[2], p[i]))
		}
	}
}

# The customers of test/sql/score_value.sql: the same integers there.
worth <- list(
	noisy = function(i) list(x = (i * 7) %% 11, y = ((i * 7) %% 11) * 12.5 + (i * 7919) %% 1009 / 4),
	falling = function(i) list(x = (i * 5) %% 11, y = -3 * ((i * 5) %% 11) + (i * 31) %% 17),
	nothing = function(i) list(x = (i * 3) %% 11, y = (i * 7919) %% 1009),
	two_answers = function(i) list(x = ifelse(i %% 3 == 0, 9, 4), y = (i * 31) %% 17),
	three = function(i) { i <- i[1:3]; list(x = 2 * i, y = c(1, 5, 4)) })

value <- function(level = 0.9)
{
	for (name in names(worth))
	{
		d <- as.data.frame(worth[[name]](1:400))
		fit <- lm(y ~ x, d)
		limits <- confint(fit, "x", level)
		at <- d$y[d$x == 4]
		row(paste0("'", name, "'"), coef(fit)[["x"]], limits[1], limits[2], summary(fit)$r.squared,
			mean(at), if (length(at) > 1) sd(at) / sqrt(length(at)) else NA)
	}
}

get(commandArgs(trailingOnly = TRUE)[1])()
