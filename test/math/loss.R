# The figures of test/pgtap/risk.sql for accounts that share one Gaussian factor:
#
#	Rscript test/math/loss.R
#
# Given the factor z accounts are independent, so that the characteristic function
# of the loss is a product; it is integrated over z by the trapezoid rule, finely
# enough for 10,000 accounts, and inverted by one Fourier transform on the grid of
# whole amounts. Nothing is drawn at random; what the extension does is another way.

# amounts, probabilities, and how many accounts have them
portfolios <- list(
	five = data.frame(v = c(1, 2, 3, 5, 10), p = c(0.02, 0.05, 0.3, 0.1, 0.2), n = 1),
	twenty = cbind(expand.grid(v = c(1, 2, 5, 10), p = c(0.02, 0.05, 0.1, 0.2, 0.3)), n = 1),
	thousand = cbind(expand.grid(v = c(1, 2, 5, 10), p = c(0.02, 0.05, 0.1, 0.2, 0.3)), n = 50),
	"ten thousand" = cbind(expand.grid(v = c(1, 2, 5, 10), p = c(0.02, 0.05, 0.1, 0.2, 0.3)), n = 500),
	"few losses of 1,000" = data.frame(v = c(1, 2, 5, 10), p = 0.002, n = 250),
	"few losses of 10,000" = data.frame(v = c(1, 2, 5, 10), p = 0.0003, n = 2500),
	"one outweighs 999" = data.frame(v = c(1000, 1), p = c(0.08, 0.1), n = c(1, 999)),
	"one and 9,999" = data.frame(v = c(5000, 1), p = c(0.08, 0.1), n = c(1, 9999)),
	"two outweigh 4,000" = data.frame(v = c(7000, 3000, 1, 3), p = c(0.04, 0.2, 0.02, 0.1), n = c(1, 1, 3000, 1000)),
	# nearly as many prices as accounts, and each a probability of its own
	"all different" = data.frame(v = floor(4000 / (1:1000 + 50)) + 1, p = 0.002 + 0.3 * ((1:1000 * 389) %% 1000 / 1000)^2, n = 1),
	"all different, few losses" = data.frame(v = floor(4000 / (1:1000 + 50)) + 1, p = 0.0001 + 0.004 * ((1:1000 * 389) %% 1000 / 1000)^2, n = 1),
	prices = data.frame(v = c(9, 29, 49, 99, 199, 499), p = c(0.2, 0.15, 0.1, 0.08, 0.05, 0.03), n = c(400, 300, 150, 100, 40, 10)),
	# amounts in cents, that are no whole numbers of steps of any grid but theirs
	"cents, one is small" = data.frame(v = c(101, 1000 + 2503 * 1:18), p = c(0.55, rep(0.02, 18)), n = 1),
	"cents, even chances" = data.frame(v = 997 + 1511 * 1:20, p = c(0.3, 0.4, 0.5, 0.6, 0.7), n = 1),
	"cents, mostly lost" = data.frame(v = 997 + 1511 * 1:20, p = c(0.5, 0.95, 0.98, 0.99), n = 1))

distribution <- function(a, rho, spacing) {
	size <- 2^ceiling(log2(sum(a$n * a$v) + 1))
	omega <- 2 * pi * (0:(size / 2)) / size
	unit <- lapply(a$v, function(v) exp(-1i * omega * v))
	z <- if (rho == 0) 0 else seq(-7, 7, spacing)
	weight <- dnorm(z) / sum(dnorm(z))
	transform <- complex(length(omega))
	for (k in seq_along(z)) {
		p <- pnorm((qnorm(a$p) + sqrt(rho) * z[k]) / sqrt(1 - rho))
		product <- rep(1 + 0i, length(omega))
		for (i in seq_along(p))
			product <- product * (1 - p[i] + p[i] * unit[[i]])^a$n[i]
		transform <- transform + weight[k] * product
	}
	whole <- c(transform, Conj(rev(transform[2:(size / 2)])))
	pmax(Re(fft(whole, inverse = TRUE)) / size, 0)
}

for (name in names(portfolios)) {
	a <- portfolios[[name]]
	for (rho in c(0, 0.05, 0.2, 0.5)) {
		f <- distribution(a, rho, if (sum(a$n) < 1000) 0.05 else if (nrow(a) == 1000) 0.03 else 0.01)
		x <- seq_along(f) - 1
		cumulative <- cumsum(f)
		quantile <- sapply(c(0.5, 0.9, 0.95, 0.99, 0.999), function(q) x[cumulative >= q - 1e-12][1])
		stddev <- sqrt(sum(f * x^2) - sum(f * x)^2)
		x95 <- quantile[3]
		shortfall <- x95 + sum(f * pmax(x - x95, 0)) / 0.05
		cat(sprintf("('%s', %g, %.6f, %s, %.6f),\n", name, rho, stddev,
			paste(quantile, collapse = ", "), shortfall))
		flush(stdout())
	}
}

# Many accounts with an amount and a probability of their own each, as no two are
# alike: given the factor their loss is normal but for its skewness (Cornish &
# Fisher 1937), which of 10,000 accounts is exact to more digits than are shown.
# Amounts are as good as lognormal(5, 1.2), by Tukey's lambda; probabilities as
# Kumaraswamy(0.5, 5), which is much like Beta(0.5, 10), uniform over their logarithm,
# or uniform.  All have quantiles that SQL can compute, too.  The two are spread
# evenly over each other by multiples of 3,877.

i <- 1:10000
u <- (i - 0.5) / 10000
amounts <- round(exp(5 + 1.2 * 4.91 * (u^0.14 - (1 - u)^0.14)), 2)
u <- ((i * 3877) %% 10000 + 0.5) / 10000
continuous <- list(beta = (1 - (1 - u)^0.2)^2, logarithm = 10^(-0.1 - 3.9 * u), uniform = u)

for (name in names(continuous)) {
	v <- amounts
	x <- qnorm(continuous[[name]])
	for (rho in c(0.2, 0.5)) {
		z <- seq(-7, 7, length.out = 401)
		weight <- dnorm(z) / sum(dnorm(z))
		given <- sapply(z, function(z) {
			p <- pnorm((x + sqrt(rho) * z) / sqrt(1 - rho))
			c(sum(v * p), sum(v^2 * p * (1 - p)), sum(v^3 * p * (1 - p) * (1 - 2 * p)))
		})
		mean <- given[1, ]
		deviation <- sqrt(given[2, ])
		skewness <- given[3, ] / deviation^3
		cdf <- function(l) {
			y <- (l - mean) / deviation
			sum(weight * pmin(1, pmax(0, pnorm(y) - skewness / 6 * (y^2 - 1) * dnorm(y))))
		}
		quantile <- sapply(c(0.5, 0.9, 0.95, 0.99, 0.999), function(q)
			uniroot(function(l) cdf(l) - q, c(0, sum(v)), tol = 1e-6)$root)
		stddev <- sqrt(sum(weight * (mean^2 + deviation^2)) - sum(weight * mean)^2)
		cat(sprintf("('%s', %g, %.0f, %s),\n", name, rho, stddev, paste(round(quantile), collapse = ", ")))
	}
}
