# The figures of test/math/season.c:
#
#	Rscript test/math/season.R > test/math/season.h

library(splines)

cat("/* Rscript test/math/season.R > test/math/season.h */\n")
cat(sprintf("/* %s: stl, friedman.test, kruskal.test, lm with splines::bs; exponential smoothing by matrices and optim */\n", R.version.string))

numbers <- function(x) gsub("NA", "NAN", paste(sprintf("%.17g", x), collapse = ", "))
series <- function(name, x, season) cat(sprintf("static const double %s[] = {%s};\n", name, numbers(x)))

growing <- round(AirPassengers / 4 + 20 * sin(0:143 / 12), 1)
scores <- round(30 + 6 * cos(0:59 * 2 * pi / 12) + 5 * sin(0:59 * 0.7)^3 + (0:59) / 9, 1)
gappy <- scores; gappy[c(5, 17, 30:34, 58)] <- NA
short <- scores[1:27]
quarters <- round(as.numeric(UKgas[1:50]), 1)
noise <- scores[c(1, 7, 2, 31, 5, 44, 3, 17, 11, 54, 27, 8, 36, 23, 60)]

cat("#ifdef SERIES\n")
for (name in c("nottem", "growing", "scores", "gappy", "short", "quarters", "noise")) series(if (name == "short") "short_" else name, get(name))
cat("#endif\n")

# every 7th value of trend and season.  R takes a wrong median within some robust fits, as of nottem with 7, 11 or 13
# years: the weights of stl(nottem, 7, robust = TRUE, outer = 12) do not belong to the remainders of outer = 11.
cat("#ifdef STL\n")
for (case in list(list("nottem", 12, 0, FALSE), list("nottem", 12, 0, TRUE), list("nottem", 12, 7, FALSE), list("nottem", 12, 9, TRUE),
		list("nottem", 12, 35, TRUE), list("growing", 12, 0, FALSE), list("growing", 12, 13, FALSE), list("growing", 12, 21, TRUE),
		list("quarters", 4, 0, FALSE), list("quarters", 4, 7, FALSE))) {
	y <- ts(as.numeric(get(case[[1]])), frequency = case[[2]])
	z <- stl(y, if (case[[3]] == 0) "periodic" else case[[3]], robust = case[[4]])$time.series
	at <- seq(1, length(y), 7)
	strength <- max(0, 1 - var(z[, 3]) / var(z[, 1] + z[, 3]))
	cat(sprintf("{%s, %d, %d, %d, %s, %s,\n\t{%s},\n\t{%s}},\n", case[[1]], length(y), case[[2]], case[[3]], tolower(case[[4]]), numbers(strength),
		numbers(z[at, 2]), numbers(z[at, 1])))
}
cat("#endif\n")

# blocks begin with the first value
cat("#ifdef RANKS\n")
for (case in list(list("nottem", 12), list("growing", 12), list("quarters", 4), list("scores", 12))) for (digits in c(1, -1)) {
	y <- round(as.numeric(get(case[[1]])), digits)
	m <- case[[2]]
	years <- length(y) %/% m
	f <- friedman.test(matrix(y[1:(years * m)], ncol = m, byrow = TRUE))
	k <- kruskal.test(y, factor(seq_along(y) %% m))
	cat(sprintf("{%s, %d, %d, %s, {%s}, {%s}},\n", case[[1]], length(y), m, numbers(10^digits),
		numbers(c(f$statistic, f$parameter, f$p.value)), numbers(c(k$statistic, k$parameter, k$p.value))))
}
cat("#endif\n")

# a season and a spline with a knot every two years
cat("#ifdef FIT\n")
for (case in list(list("nottem", 12), list("growing", 12), list("quarters", 4), list("scores", 12), list("gappy", 12), list("short_", 12))) {
	y <- as.numeric(get(sub("_", "", case[[1]])))
	m <- case[[2]]
	years <- length(y) %/% m
	parts <- max(1, years %/% 2 - 1)
	degree <- min(3, years - 1)
	x <- 0:(length(y) - 1)
	at <- (x / (length(y) - 1)) * parts
	knots <- seq(-degree, parts + degree)
	trend <- splineDesign(knots, at, ord = degree + 1, outer.ok = TRUE)
	if (degree == 1) trend[length(y), ] <- c(rep(0, ncol(trend) - 1), 1)
	place <- factor(x %% m)
	fit <- lm(y ~ 0 + place + trend[, -1])
	contrast <- cbind(diag(m) - 1 / m, matrix(0, m, ncol(trend) - 1))
	effect <- contrast %*% coef(fit)
	stderr <- sqrt(diag(contrast %*% vcov(fit) %*% t(contrast)))
	cat(sprintf("{%s, %d, %d, %d,\n\t{%s},\n\t{%s}},\n", case[[1]], length(y), m, fit$df.residual, numbers(effect), numbers(stderr)))
}
cat("#endif\n")

# y = w'x + e, x' = F x + g e: the errors are linear in the first x, which lm finds
smooth <- function(y, m, a, b, g) {
	if (m == 0) {
		F <- matrix(1); w <- 1; gain <- a; start <- matrix(1)
	} else {
		F <- diag(m + 2) * 0; F[1, 1:2] <- 1; F[2, 2] <- 1
		for (p in 1:m) F[2 + p, 3 + p %% m] <- 1
		w <- c(1, 1, 1, rep(0, m - 1))
		gain <- c(a, b, rep(0, m - 1), g)
		start <- rbind(cbind(diag(2), matrix(0, 2, m - 1)), cbind(matrix(0, m - 1, 2), diag(m - 1)), c(0, 0, rep(-1, m - 1)))
	}
	D <- F - outer(gain, w)
	run <- function(x, y) { e <- y; for (i in seq_along(y)) {
		if (is.na(y[i])) { x <- F %*% x } else { e[i] <- y[i] - sum(w * x); x <- F %*% x + gain * e[i] } }; list(e = e, x = x) }
	zero <- run(rep(0, nrow(F)), y)$e
	X <- apply(start, 2, function(s) run(s, ifelse(is.na(y), NA, 0))$e)
	fit <- lm.fit(-X[!is.na(y), , drop = FALSE], zero[!is.na(y)])
	x <- start %*% ifelse(is.na(fit$coefficients), 0, fit$coefficients)
	last <- run(x, y)
	squares <- sum(last$e^2, na.rm = TRUE)
	n <- sum(!is.na(y)); k <- (if (m == 0) 1 else 3) + ncol(start) + 1
	ahead <- 1:15; mean <- ahead; variance <- ahead; x <- last$x; P <- F * 0
	for (h in ahead) {
		mean[h] <- sum(w * x); x <- F %*% x
		variance[h] <- w %*% P %*% w + 1; P <- F %*% P %*% t(F) + outer(gain, gain)
	}
	list(squares = squares, aicc = n * log(squares) + 2 * k + 2 * k * (k + 1) / (n - k - 1), variance = squares / (n - k + 1), mean = mean, weight = variance)
}
cat("#ifdef ETS\n")
for (case in list(list("nottem", 0), list("nottem", 12), list("growing", 0), list("growing", 12), list("quarters", 4), list("scores", 0), list("scores", 12),
		list("gappy", 0), list("gappy", 12), list("noise", 0))) {
	y <- as.numeric(get(case[[1]])); m <- case[[2]]
	at <- function(p) if (m == 0) smooth(y, 0, p, 0, 0) else smooth(y, m, p[1], p[1] * p[2], (1 - p[1]) * p[3])
	best <- list(value = Inf)
	starts <- if (m == 0) list(0, 0.3, 0.7, 1) else list(c(.1, .05, .1), c(.5, .1, .2), c(.8, .05, .5), c(.3, .3, .8), c(.02, .5, 0), c(.9, 0, 0))
	for (s in starts) {
		o <- optim(s, function(p) at(p)$squares, method = "L-BFGS-B", lower = 0, upper = 1, control = list(factr = 10, maxit = 500))
		if (o$value < best$value) best <- o
	}
	s <- at(best$par)
	cat(sprintf("{%s, %d, %d, %s,\n\t{%s},\n\t%s, %s,\n\t{%s},\n\t{%s}},\n", case[[1]], length(y), m, numbers(s$squares),
		numbers(if (m == 0) c(best$par, 0, 0) else c(best$par[1], best$par[1] * best$par[2], (1 - best$par[1]) * best$par[3])),
		numbers(s$aicc), numbers(s$variance), numbers(s$mean), numbers(s$weight)))
}
cat("#endif\n")
