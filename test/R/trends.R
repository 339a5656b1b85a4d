# Figures of test/sql/trend.sql, from R's own data and functions.

options(digits = 15)

# ---- Mann and Kendall's test, Sen's slope: from their definitions, all pairs at once ----

mann_kendall <- function(x, t = seq_along(x), season = NULL, level = 0.95) {
	g <- if (is.null(season)) rep(0, length(x)) else t %% season
	s <- v <- d <- 0
	slopes <- c()
	for (k in unique(g)) {
		y <- x[g == k]; u <- t[g == k]; n <- length(y)
		if (n < 2) next
		p <- combn(n, 2)
		s <- s + sum(sign(y[p[2, ]] - y[p[1, ]]))
		ties <- table(y)
		v <- v + (n * (n - 1) * (2 * n + 5) - sum(ties * (ties - 1) * (2 * ties + 5))) / 18
		d <- d + sqrt(choose(n, 2) * (choose(n, 2) - sum(ties * (ties - 1) / 2)))
		slopes <- c(slopes, (y[p[2, ]] - y[p[1, ]]) / (u[p[2, ]] - u[p[1, ]]))
	}
	z <- if (s == 0) 0 else sign(s) * (abs(s) - 1) / sqrt(v)
	m <- length(slopes); c <- qnorm((1 + level) / 2) * sqrt(v); slopes <- sort(slopes)
	list(S = s, var = v, tau = s / d, z = z, p = 2 * pnorm(-abs(z)), slope = median(slopes),
		lower = slopes[round((m - c) / 2)], upper = slopes[round((m + c) / 2 + 1)])
}
show <- function(name, x) cat(sprintf("	('%s', %s),\n", name, paste(sprintf("%.15g", unlist(x)), collapse = ", ")))
show("nile", mann_kendall(as.numeric(Nile)))
show("nottem", mann_kendall(as.numeric(nottem), season = 12))
show("nottem, no season", mann_kendall(as.numeric(nottem)))
gone <- seq_along(nottem) %% 7 != 3
show("nottem with gaps", mann_kendall(as.numeric(nottem)[gone], (seq_along(nottem) - 1)[gone], 12, 0.8))
show("ties", mann_kendall(c(3, 1, 3, 3, 5, 1, 5, 7, 7, 3)))
stopifnot(all.equal(cor(1:10, c(3, 1, 3, 3, 5, 1, 5, 7, 7, 3), method = "kendall"), mann_kendall(c(3, 1, 3, 3, 5, 1, 5, 7, 7, 3))$tau))
