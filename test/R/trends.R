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

# ---- control charts: from their definitions ----

counts <- list(c(1, 0, 0, 1, 0, 1, 2, 3, 4, 9, 12), c(0, 1, 0, 0, 2, 1, 0, 4, 3, 6, 9), c(2, 0, 1, 0, 0, 3, 1, 2, 5, 8, 10),
	c(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7), c(4, 2, 3, 5, 2, 6, 4, 3, 2, 1, 2), c(0, 1, 0, 1, 0, 1, 0, 3, 4, 9, 20))
chart <- function(name, x, sigma, center, l = 3) show(name, cbind(x, center, center - l * sigma, center + l * sigma)[length(x), ])
charts <- function(points, base, worth) {
	n <- sapply(points, sum)
	x <- sapply(points, function(c) sum(c * worth)) / n
	all <- Reduce(`+`, points[1:base])
	center <- sum(all * worth) / sum(all)
	v <- sum(all * worth^2) / sum(all) - center^2
	sigma <- sqrt(v / n)
	z <- (x - center) / sigma
	laney <- sigma * mean(abs(diff(z[1:base]))) / (2 / sqrt(pi))
	chart("shewhart", x, sigma, center)
	chart("laney", x, laney, center)
	# the others take laney where points vary more than their answers explain
	m <- base - 1
	v <- (m * (2 - 4 / pi) + 2 * (m - 1) * (4 / pi) * (sqrt(3) / 2 + pi / 12 - 1)) / m^2
	more <- pnorm((mean(abs(diff(z[1:base]))) - 2 / sqrt(pi)) / sqrt(v), lower.tail = FALSE) < 0.05
	# and else limits as skewed as the mean of so many answers: Wilson & Hilferty's cube
	g <- if (more) 1e-9 else sum(all * (worth - center)^3) / sum(all) / (sum(all * worth^2) / sum(all) - center^2)^1.5 / sqrt(n)
	at <- function(z) 2 / g * ((1 + g * z / 6 - g^2 / 36)^3 - 1)
	if (more) chart("auto, laney", x, laney, center)
	else show("auto, skewed", cbind(x, center, center + at(-3) * sigma, center + at(3) * sigma)[length(x), ])
	if (more) { z <- z * sigma / laney; sigma <- laney }
	e <- center; ve <- 0
	up <- down <- 0
	for (i in seq_along(x)) {
		e <- 0.3 * x[i] + 0.7 * e; ve <- 0.09 * sigma[i]^2 + 0.49 * ve
		up <- max(0, up + z[i] - 0.4); down <- max(0, down - z[i] - 0.4)
	}
	chart("xmr", x, mean(abs(diff(x[1:base]))) / (2 / sqrt(pi)), mean(x[1:base]))
	chart("ewma", e, sqrt(ve), center, 2.5)
	show("cusum", c(if (up >= down) up else -down, 0, -4, 4))
}
charts(counts, 5, c(rep(-100, 7), 0, 0, 100, 100))	# NPS
charts(counts, 4, c(rep(-100, 7), 0, 0, 100, 100))
# values with n: laney of the same scores, whatever the variance
x <- c(10, 12, 9, 11, 20); n <- c(50, 80, 40, 100, 60); center <- weighted.mean(x, n); z <- (x - center) * sqrt(n)
chart("counted", x, mean(abs(diff(z))) / (2 / sqrt(pi)) / sqrt(n), center)

# ---- change points: every division, by dynamic programming; the long-run variance by its definition ----

difference_variance <- function(x, lag) {
	d <- sort(diff(x, lag)^2 / 2)
	kept <- min(ceiling(0.9 * length(d)), length(d) - lag)
	if (d[length(d) %/% 2 + 1] == 0) return(list(v = mean(d), none = TRUE))
	p <- kept / length(d)
	list(v = mean(d[1:kept]) / (pchisq(qchisq(p, 1), 3) / p), none = FALSE)
}
long_run_variance <- function(x) {
	one <- difference_variance(x, 1)
	r <- if (one$none) 0 else difference_variance(x, 2)$v / one$v - 1
	r <- min(max(r + 0.5 / sqrt(length(x)), 0), 0.8)
	one$v * (1 + r) / (1 - r)^2
}
# A square costs 'most' at most: the best level is the mean of those points that some level reaches.
best_level <- function(x, most) {
	reach <- sqrt(most)
	levels <- unique(sapply(c(x - reach * (1 - 1e-9), x, x + reach * (1 - 1e-9)), function(l) mean(x[abs(x - l) <= reach])))
	costs <- sapply(levels, function(l) sum(pmin((x - l)^2, most)))
	list(level = levels[which.min(costs)], cost = min(costs), n = sum(abs(x - levels[which.min(costs)]) <= reach))
}
change_points <- function(name, x, penalty = 2 * log(length(x)), level = 0.95) {
	n <- length(x); v <- long_run_variance(x); best <- c(-penalty * v, rep(Inf, n)); last <- integer(n)
	most <- min(6, 0.8 * penalty) * v
	for (to in 1:n) for (from in 0:(to - 1)) {
		cost <- best[from + 1] + penalty * v + best_level(x[(from + 1):to], most)$cost
		if (cost < best[to + 1]) { best[to + 1] <- cost; last[to] <- from }
	}
	ends <- n; while (last[ends[1]] > 0) ends <- c(last[ends[1]], ends)
	starts <- c(0, ends[-length(ends)])
	for (i in seq_along(ends)[-1]) {
		a <- best_level(x[(starts[i - 1] + 1):ends[i - 1]], most); b <- best_level(x[(starts[i] + 1):ends[i]], most)
		difference <- b$level - a$level
		margin <- qnorm((1 + level) / 2) * sqrt(v * (1 / a$n + 1 / b$n))
		show(name, c(starts[i], a$level, b$level, difference, difference - margin, difference + margin))
	}
}
change_points("nile", as.numeric(Nile))
change_points("nile, penalty 1", as.numeric(Nile), 1)
change_points("nile, an outlier", replace(as.numeric(Nile), 60, 1e5))
change_points("ties", c(3, 1, 3, 3, 5, 1, 5, 7, 7, 3), 0.2, 0.8)
# 28 is the year 1898, also here
if (requireNamespace("strucchange", quietly = TRUE)) print(strucchange::breakpoints(Nile ~ 1)$breakpoints)
