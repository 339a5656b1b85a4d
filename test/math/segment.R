# The figures of test/math/segment.c:
#
#	Rscript test/math/segment.R > test/math/segment.h

cat("/* Rscript test/math/segment.R > test/math/segment.h */\n")
cat(sprintf("/* integrate() of %s, within 1e-11 */\n", R.version.string))

numbers <- function(x) paste(sprintf("%.15g", x), collapse = ", ")

# Averages over t by adaptive quadrature in log(t), in pieces around where the likelihood is.
shrink <- function(y, n, variance) {
	v <- variance / n
	typical <- 1 / mean(1 / v)
	far <- log(max(v) + diff(range(y))^2) / 2 + 25
	at <- function(t) {
		w <- 1 / (t^2 + v)
		m <- sum(w * y) / sum(w)
		b <- t^2 / (t^2 + v)
		list(log = (sum(log(w)) - log(sum(w)) - sum(w * (y - m)^2)) / 2 + log(t) - 2 * log(typical + t^2), mean = m + b * (y - m), variance = b * v + (1 - b)^2 / sum(w))
	}
	top <- max(sapply(exp(seq(log(min(v)) / 2 - 12, far, length.out = 3000)), function(t) at(t)$log))
	average <- function(of) {
		f <- function(x) sapply(x, function(x) of(at(exp(x))) * exp(at(exp(x))$log - top + x))
		cuts <- seq(log(min(v)) / 2 - 35, far, length.out = 160)
		sum(sapply(2:length(cuts), function(i) integrate(f, cuts[i - 1], cuts[i], rel.tol = 1e-12, abs.tol = 1e-30, stop.on.error = FALSE)$value))
	}
	total <- average(function(a) 1)
	mean <- sapply(seq_along(y), function(i) average(function(a) a$mean[i])) / total
	list(mean = mean, stddev = sqrt(sapply(seq_along(y), function(i) average(function(a) a$variance[i] + (a$mean[i] - mean[i])^2)) / total))
}

cases <- list(
	one = list(y = 0.4, n = 9),
	two = list(y = c(0.2, 0.35), n = c(400, 500)),
	"two, far apart" = list(y = c(-0.9, 0.9), n = c(4000, 5000)),
	league = list(y = c(0.889, 0.42, 0.35, 0.31, 0.05), n = c(9, 2400, 800, 1500, 640)),
	alike = list(y = rep(0.25, 6), n = c(1, 10, 100, 1000, 10000, 100000)),
	ends = list(y = c(1, -1, 1, 1), n = c(1, 1, 2, 3)),
	large = list(y = c(0.1, 0.1001, 0.2, 0.3), n = c(1e9, 2e9, 3, 1e12)),
	weighted = list(y = c(0.5, 0.1, -0.2), n = c(1.7, 22.25, 310.5)))
cases$many <- list(y = round(0.3 + 0.2 * sin(1:40 * 1.7), 3), n = 5 + (1:40 * 37) %% 300)

cat("#ifdef SHRINK\n")
for (name in names(cases)) for (variance in c(0.62, 0.19)) {
	x <- cases[[name]]
	s <- shrink(x$y, x$n, variance)
	cat(sprintf("{\"%s\", %d, %s,\n\t{%s},\n\t{%s},\n\t{%s},\n\t{%s}},\n", name, length(x$y), numbers(variance),
		numbers(x$y), numbers(x$n), numbers(s$mean), numbers(s$stddev)))
}
cat("#endif\n")

# Kitagawa 1955: users and admins, counts of promoters, passives and detractors
cat("#ifdef KITAGAWA\n")
parts <- function(before, after) {
	level <- function(x) (x[, 1] - x[, 3]) / rowSums(x)
	share <- function(x) rowSums(x) / sum(x)
	net <- function(x) sum(x[, 1] - x[, 3]) / sum(x)
	stopifnot(all.equal(net(after) - net(before), sum((share(before) + share(after)) / 2 * (level(after) - level(before))) +
		sum((share(after) - share(before)) * (level(before) + level(after)) / 2)))
	cbind(share(before), level(before), share(after), level(after), (net(before) + net(after)) / 2,
		(share(before) + share(after)) / 2 * (level(after) - level(before)),
		(share(after) - share(before)) * ((level(before) + level(after)) / 2 - (net(before) + net(after)) / 2))
}
k <- parts(rbind(c(92, 44, 114), c(164, 9, 77)), rbind(c(411, 540, 441), c(362, 26, 140)))
for (i in 1:2) cat(sprintf("{%s},\n", numbers(k[i, ])))
cat("#endif\n")
