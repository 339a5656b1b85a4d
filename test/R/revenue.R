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

get(commandArgs(trailingOnly = TRUE)[1])()
