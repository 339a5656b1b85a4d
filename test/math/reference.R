# Reference values for the distributions in src/math: after a line that names this version of R, a line is
#
#     FUNCTION region arguments... R's value
#
# and test/math/precise.py, which checks every value, makes reference.h of them:
#
#     Rscript test/math/reference.R | python3 test/math/precise.py > test/math/reference.h

rows <- list()

row <- function(name, region, arguments, value)
{
	if (!is.finite(value) || abs(value) <= 1e-300 || value == 1)
		return()
	group <- sprintf("%s \"%s\"", name, region)
	rows[[group]] <<- c(rows[[group]], paste(group, paste(sprintf("%.17g", c(arguments, value)), collapse = " ")))
}

# A tail that is nearly 1 says nothing that the other does not say better.
tail_rows <- function(name, region, arguments, p)
{
	lower <- do.call(p, as.list(arguments))
	upper <- do.call(p, c(as.list(arguments), lower.tail = FALSE))
	if (lower < 0.99)
		row(paste0(name, "_CDF"), region, arguments, lower)
	if (upper < 0.99)
		row(paste0(name, "_UPPER"), region, arguments, upper)
}

quantile_rows <- function(name, region, probabilities, shapes, q)
{
	for (p in probabilities)
		row(paste0(name, "_QUANTILE"), region, c(p, shapes), suppressWarnings(do.call(q, as.list(c(p, shapes)))))
}

probabilities <- c(1e-300, 1e-20, 1e-6, 0.025, 0.4999999, 0.7, 0.975, 1 - 1e-6, 1 - 1e-12)

# The normal distribution

for (z in c(-37, -30, -15, -8.5, 7, 12, 25, 36))
	tail_rows("NORMAL", "tails", z, pnorm)
for (z in c(-5, -3, -1.96, -1, -0.3, -1e-9, 0, 1e-3, 0.7, 1.645, 2.5, 4))
	tail_rows("NORMAL", "centre", z, pnorm)
quantile_rows("NORMAL", "tails", c(1e-300, 1e-100, 1e-20, 1e-12, 1.39e-11, 1.38e-11, 1e-6, 1 - 1e-12), c(), qnorm)
quantile_rows("NORMAL", "centre", c(1e-3, 0.025, 0.07499, 0.075, 0.3, 0.4999999, 0.5 + 1e-12, 0.7, 0.925, 0.99), c(), qnorm)

# The beta distribution, at fixed points where a shape is small, else so many standard deviations from the mean

beta_rows <- function(region, a, b, points)
{
	for (x in points[points > 0 & points < 1])
		tail_rows("BETA", region, c(x, a, b), pbeta)
	quantile_rows("BETA", region, probabilities, c(a, b), qbeta)
}

around_mean <- function(a, b)
{
	mean <- a / (a + b)
	mean + c(-35, -12, -4, -1.5, -0.2, 0, 1, 6, 30) * sqrt(mean * (1 - mean) / (a + b + 1))
}

for (s in list(c(1e-3, 1e-3), c(1e-3, 1), c(2, 1e-3), c(0.02, 0.3), c(0.5, 0.5), c(0.5, 2)))
	beta_rows("small", s[1], s[2], c(1e-300, 1e-30, 1e-3, 0.05, 0.3, 0.8, 1 - 1e-10))
for (s in list(c(3.5, 7.5), c(0.5, 20.5), c(100.5, 0.5), c(40.5, 62.5), c(950, 12), c(5000.5, 4000.5)))
	beta_rows("moderate", s[1], s[2], c(1e-30, 1e-3, 1 - 1e-8, around_mean(s[1], s[2])))
for (s in list(c(1e-3, 1e12), c(0.1, 1e5), c(0.5, 1e12), c(4.5, 1e13), c(3000, 1e12)))
	beta_rows("one large", s[1], s[2], c(1e-25, c(0.01, 0.2, 1, 3, 30, 600) / s[2], around_mean(s[1], s[2])))
for (s in list(c(1e12, 0.5), c(1e9, 80.5)))
	beta_rows("one large", s[1], s[2], c(1 - c(0.01, 0.2, 3, 40) / s[1], around_mean(s[1], s[2])))
for (s in list(c(1e5, 1e5), c(2e4, 3e7), c(9e6 + 0.5, 1e6 + 0.5), c(3e8, 1e12), c(6e11, 4e11), c(1e13, 1e13)))
	beta_rows("both large", s[1], s[2], around_mean(s[1], s[2]))

# Student's t distribution

for (df in c(0.1, 0.5, 1, 2, 2.5, 4, 30, 200.5, 1e4, 1e6, 1e9, 1e12, 1e13))
{
	region <- if (df < 3) "heavy tails" else if (df < 1e4) "moderate" else "nearly normal"
	for (t in c(-1e100, -1e25, -500, -36, -9, -2, -1.01, -0.99, -1e-8, 0.05, 0.8, 1.7, 6, 25, 1e5))
		tail_rows("STUDENT", region, c(t, df), pt)
	quantile_rows("STUDENT", region, c(probabilities, 0.25, 0.5 + 1e-10), df, qt)
}

# The upper tail of the chi-squared distribution, far below the mean, around it, and so far above that it vanishes

for (df in c(1e-3, 0.1, 0.5, 1, 1.5, 2, 3, 4.7, 7, 12, 30, 101, 640.5, 1e4, 3e5, 1e8, 1e12))
{
	region <- if (df < 1) "heavy at 0" else if (df < 100) "moderate" else "many degrees"
	spread <- c(-0.1, 0, 0.1, 1, 2, 4, 8, 16, 34)
	for (x in c(df + spread * sqrt(2 * df), if (df < 1000) c(1e-6, 0.01, 0.3, 2, 9, 55, 300, 1250)))
	{
		upper <- pchisq(x, df, lower.tail = FALSE)
		if (x > 0 && upper < 0.99)
			row("CHISQ_UPPER", region, c(x, df), upper)
	}
}

writeLines(c(R.version.string, unlist(rows)))
