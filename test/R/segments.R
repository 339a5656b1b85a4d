# The figures of test/sql/segments.sql, from the formulas of doc/segments.md:
#
#	Rscript test/R/segments.R

options(digits = 15)

show <- function(x) sub("^'(NA|NaN)'$", "NULL", ifelse(is.na(x), "NULL", if (is.character(x)) sprintf("'%s'", x) else format(x, digits = 15, trim = TRUE, scientific = NA)))
rows <- function(title, ...) {
	cat("--", title, "\n")
	columns <- lapply(list(...), function(x) sapply(x, show))
	cat(paste0("\t('", title, "', ", do.call(paste, c(columns, sep = ", ")), ")", collapse = ",\n"), "\n")
}

# promoters, passives and detractors of eleven counts
bands <- function(counts) cbind(rowSums(counts[, 10:11, drop = FALSE]), rowSums(counts[, 8:9, drop = FALSE]), rowSums(counts[, 1:7, drop = FALSE]))
nps <- function(b) 100 * (b[, 1] - b[, 3]) / rowSums(b)
variance <- function(b) { p <- b / rowSums(b); p[, 1] + p[, 3] - (p[, 1] - p[, 3])^2 }
# adjusted Wald (Rocks 2016): three answers more
wald <- function(a, b) {
	a <- sweep(a, 2, c(0.75, 1.5, 0.75), "+"); b <- sweep(b, 2, c(0.75, 1.5, 0.75), "+")
	stderr <- sqrt(variance(a) / rowSums(a) + variance(b) / rowSums(b)) * 100
	list(stderr = stderr, p = 2 * pnorm(-abs((nps(a) - nps(b)) / stderr)))
}

saas <- list(segment = c("admin", "user"),
	before = bands(rbind(c(8, 9, 17, 14, 10, 8, 11, 4, 5, 68, 96), c(30, 17, 11, 13, 21, 10, 12, 23, 21, 40, 52))),
	after = bands(rbind(c(22, 18, 16, 18, 29, 25, 12, 15, 11, 182, 180), c(60, 61, 71, 59, 60, 77, 53, 254, 286, 233, 178))))
# one stays, one enters, one leaves, one stands still; promoters, passives, detractors
moves <- list(segment = c("enters", "leaves", "stays", "still"),
	before = rbind(c(0, 0, 0), c(20, 10, 10), c(30, 40, 30), c(1, 1, 1)),
	after = rbind(c(5, 5, 10), c(0, 0, 0), c(50, 30, 10), c(1, 1, 1)))

for (name in c("saas", "moves")) {
	x <- get(name)
	n0 <- rowSums(x$before); n1 <- rowSums(x$after)
	s0 <- n0 / sum(n0); s1 <- n1 / sum(n1)
	l0 <- nps(x$before); l1 <- nps(x$after)
	overall <- (sum(s0 * l0, na.rm = TRUE) + sum(s1 * l1, na.rm = TRUE)) / 2
	rate <- ifelse(is.na(l0) | is.na(l1), 0, (s0 + s1) / 2 * (l1 - l0))
	level <- ifelse(is.na(l0), l1, ifelse(is.na(l1), l0, (l0 + l1) / 2))
	mix <- (s1 - s0) * (level - overall)
	stopifnot(all.equal(sum(rate + mix), sum(s1 * l1, na.rm = TRUE) - sum(s0 * l0, na.rm = TRUE)))
	test <- wald(x$before, x$after)
	test$stderr[is.na(l0) | is.na(l1)] <- NA
	test$p[is.na(l0) | is.na(l1)] <- NA
	rows(name, x$segment, l0, l1, s0, s1, rate, mix, rate + mix, test$stderr, test$p, p.adjust(test$p, "BH"))
}

# Levels shrunk by averaging over the standard deviation between segments, by integrate().
shrink <- function(y, v) {
	typical <- 1 / mean(1 / v)
	at <- function(t) {
		w <- 1 / (t^2 + v); m <- sum(w * y) / sum(w); b <- t^2 / (t^2 + v)
		list(density = exp((sum(log(w)) - log(sum(w)) - sum(w * (y - m)^2)) / 2 + log(t) - 2 * log(typical + t^2) - top),
			mean = m + b * (y - m), variance = b * v + (1 - b)^2 / sum(w))
	}
	top <- 0
	far <- log(max(v) + diff(range(y))^2) / 2 + 25
	cuts <- seq(log(min(v)) / 2 - 35, far, length.out = 160)
	top <- max(sapply(cuts, function(x) log(at(exp(x))$density)))
	average <- function(of) sum(sapply(2:length(cuts), function(i) integrate(function(x) sapply(x, function(x) { a <- at(exp(x)); of(a) * a$density * exp(x) }),
		cuts[i - 1], cuts[i], rel.tol = 1e-12, abs.tol = 1e-30, stop.on.error = FALSE)$value))
	total <- average(function(a) 1)
	mean <- sapply(seq_along(y), function(i) average(function(a) a$mean[i])) / total
	list(mean = mean, stddev = sqrt(sapply(seq_along(y), function(i) average(function(a) a$variance[i] + (a$mean[i] - mean[i])^2)) / total))
}

league <- function(title, segment, n, y, v, rest, p, least) {
	s <- shrink(y / 100, v)
	adjusted <- p.adjust(p, "BH")
	reach <- qnorm(0.975) * 100 * s$stddev
	rows(title, segment, n, y, 100 * s$mean, pmax(100 * s$mean - reach, least), pmin(100 * s$mean + reach, 100), y - rest, adjusted,
		ifelse(adjusted > 0.05, "unproven", ifelse(y > rest, "better", "worse")))
}

b <- rbind(c(7, 1, 1), c(1300, 720, 280), c(420, 250, 180), c(700, 550, 290), c(240, 190, 210))
n <- rowSums(b)
others <- t(sapply(1:5, function(i) colSums(b[-i, ])))
league("nps", c("boutique", "enterprise", "mid-market", "public", "small"), n, nps(b), (sum(n * variance(b)) + 3 * 0.5) / (sum(n - 1) + 3) / n, nps(others), wald(b, others)$p, -100)

x <- c(7, 510, 260, 90); n <- c(7, 600, 400, 100)
r <- sum(x) - x; m <- sum(n) - n
pooled <- sum(x) / sum(n)
p <- 2 * pnorm(-abs((x / n - r / m) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))))
league("csat", c("boutique", "email", "phone", "web"), n, 100 * x / n, (sum(n * x / n * (1 - x / n)) + 4 * 0.25) / (sum(n - 1) + 4) / n, 100 * r / m, p, 0)
