#!/usr/bin/python3
"""Turns the rows of reference.R into reference.h, each with a value worked out to 40 digits.

    Rscript test/math/reference.R | python3 test/math/precise.py > test/math/reference.h

Needs Debian's python3-mpmath, and python3-gmpy2 or much patience.

R agrees to 1e-12 nearly everywhere.  A row where it does not says what R gives: for 10^12 answers
pbeta loses up to five digits to the rounding of x (a + b), and qt is a coarser function than pt
close to 1/2, for df < 1 close to 1, and very far out.

The methods are deliberately not those of src/math: everything is done in plain mpmath numbers of so
many digits that cancellation does not matter.
"""
import multiprocessing
import shlex
import sys

import mpmath
from mpmath import erfc, erfinv, exp, log, log1p, loggamma, mp, mpf, pi, quad, sqrt

mp.dps = 60
WORST_R = 1e-12			# how far R may be off before its row says so


def beta_series(x, y, a, b):
	"""I_x(a,b) = x^a y^b / (a B(a,b)) * sum (a+b)_n / (a+1)_n x^n: every term positive (DLMF 8.17.8)."""
	term = total = mpf(1)
	n = 0
	while term > total * mpf(10) ** -(mp.dps - 5):
		term *= x * (a + b + n) / (a + 1 + n)
		total += term
		n += 1
	return exp(log_kernel(x, y, a, b)) / a * total


def log_kernel(x, y, a, b):
	return a * log(x) + b * log(y) + loggamma(a + b) - loggamma(a) - loggamma(b)


def series_is_short(x, a, b):
	"""Do the terms of beta_series fall off within some thousands?"""
	return x <= 0.6 and x * (a + b) < 300


def beta_below_mean(x, y, a, b):
	"""I_x(a,b) for x below the mean: the density over log-odds, integrated downwards piece by piece."""
	if series_is_short(x, a, b):
		return beta_series(x, y, a, b)
	start = log(x / y)
	top = log_kernel(x, y, a, b)

	def density(w):
		# 1/(1+e^-w) and 1/(1+e^w) are x and y, so the kernel at log-odds w is:
		return exp(-a * log1p(exp(-w)) - b * log1p(exp(w)) + a * log1p(exp(-start)) + b * log1p(exp(start)))

	total, w = mpf(0), start
	while True:
		here_x, here_y = 1 / (1 + exp(-w)), 1 / (1 + exp(w))
		slope = a * here_y - b * here_x
		width = min(mpf(2), 3 / (abs(slope) + sqrt((a + b) * here_x * here_y)))
		piece = quad(density, [w - width, w], method='gauss-legendre', maxdegree=7)
		total += piece
		w -= width
		if density(w) < mpf(10) ** -45 * total and slope > 0:
			return total * exp(top)
		if series_is_short(1 / (1 + exp(-w)), a, b):
			return total * exp(top) + beta_series(1 / (1 + exp(-w)), 1 / (1 + exp(w)), a, b)


def beta_tails(x, y, a, b):
	"""Both tails of the beta distribution at x = 1 - y, in as many digits as are asked for."""
	if x <= 0:
		return mpf(0), mpf(1)
	if y <= 0:
		return mpf(1), mpf(0)
	if x * b <= a * y:
		lower = beta_below_mean(x, y, a, b)
		return lower, 1 - lower
	upper = beta_below_mean(y, x, b, a)
	return 1 - upper, upper


def beta_log_odds(target, a, b, guess):
	"""The log-odds w with I_x(a,b) = target at x = 1/(1+e^-w), by Newton's method on the logarithm."""
	w = guess
	for _ in range(200):
		x, y = 1 / (1 + exp(-w)), 1 / (1 + exp(w))
		lower = beta_tails(x, y, a, b)[0]
		step = log(target / lower) * lower / exp(log_kernel(x, y, a, b))
		w += step
		if abs(step) < mpf(10) ** -24 * max(1, abs(w)):
			return w
	raise ArithmeticError('no convergence at %s %s %s' % (target, a, b))


def odds_guess(value, p, a, b):
	"""R's quantile as log-odds, or the exact limit of the far lower tail where that is 0 or 1."""
	if 0 < value < 1:
		return log(value) - log1p(-value)
	return (log(p) + log(a) + loggamma(a) + loggamma(b) - loggamma(a + b)) / a


def normal_quantile(p, _):
	if p < mpf('0.01'):
		z = -sqrt(-2 * log(p))
		for _ in range(100):
			lower = erfc(-z / sqrt(mpf(2))) / 2
			step = log(p / lower) * lower / (exp(-z * z / 2) / sqrt(2 * pi))
			z += step
			if abs(step) < mpf(10) ** -35:
				return z
	if p > mpf('0.99'):
		return -normal_quantile(1 - p, None)
	return sqrt(mpf(2)) * erfinv(2 * p - 1)


def beta_quantile(p, a, b, r):
	if p <= mpf('0.5'):
		return 1 / (1 + exp(-beta_log_odds(p, a, b, odds_guess(r, p, a, b))))
	w = beta_log_odds(1 - p, b, a, odds_guess(1 - r, 1 - p, b, a))
	return 1 / (1 + exp(w))


def student_upper(t, df):
	x, y = df / (df + t * t), t * t / (df + t * t)
	tail = beta_tails(x, y, df / 2, mpf(1) / 2)[0] / 2
	return tail if t >= 0 else 1 - tail


def student_quantile(p, df, r):
	if p == mpf('0.5'):
		return mpf(0)
	tail = min(p, 1 - p)
	t = abs(r)
	# P(|T| < t) = I_y(1/2, df/2) with y/(1-y) = t^2/df: the smaller of it and its complement is solved for.
	if tail < mpf('0.25'):
		t = sqrt(df) * exp(-beta_log_odds(2 * tail, df / 2, mpf(1) / 2, log(df) - 2 * log(t)) / 2)
	else:
		t = sqrt(df) * exp(beta_log_odds(1 - 2 * tail, mpf(1) / 2, df / 2, 2 * log(t) - log(df)) / 2)
	return t if p > mpf('0.5') else -t


def chisq_upper(x, df):
	"""The upper incomplete gamma function: mpmath's, or for a large shape the integral, piece by piece upwards."""
	a, start = df / 2, x / 2
	if df < 1000:
		with mpmath.workdps(400):
			return mpmath.gammainc(a, start, regularized=True)
	width = 3 / (1 / sqrt(a) + abs(1 - a / start))
	total, piece, end = mpf(0), mpf(1), start
	while end < a or piece > mpf(10) ** -45 * total:
		piece = quad(lambda t: exp(a * log(t / start) - t + start) / t, [end, end + width], method='gauss-legendre', maxdegree=7)
		total += piece
		end += width
	return total * exp(a * log(start) - start - loggamma(a))


FUNCTIONS = {
	'NORMAL_CDF': lambda z, r: erfc(-z / sqrt(mpf(2))) / 2,
	'NORMAL_UPPER': lambda z, r: erfc(z / sqrt(mpf(2))) / 2,
	'NORMAL_QUANTILE': normal_quantile,
	'BETA_CDF': lambda x, a, b, r: beta_tails(x, 1 - x, a, b)[0],
	'BETA_UPPER': lambda x, a, b, r: beta_tails(x, 1 - x, a, b)[1],
	'BETA_QUANTILE': beta_quantile,
	'STUDENT_CDF': lambda t, df, r: student_upper(-t, df),
	'STUDENT_UPPER': lambda t, df, r: student_upper(t, df),
	'STUDENT_QUANTILE': student_quantile,
	'CHISQ_UPPER': lambda x, df, r: chisq_upper(x, df),
}


def finished(line):
	"""The row of reference.h for a row of reference.R."""
	name, region, *words = shlex.split(line)
	*arguments, r = [mpf(float(word)) for word in words]
	value = FUNCTIONS[name](*arguments, r)
	off = abs(r / value - 1)
	remark = '\t/* R gives %s, off by %.1e */' % (words[-1], float(off)) if off > WORST_R else ''
	shown = ['%.17g' % float(argument) for argument in arguments] + ['0'] * (3 - len(arguments))
	return '{%s, "%s", {%s}, %.17g},%s' % (name, region, ', '.join(shown), float(value), remark)


def main():
	print('/* Rscript test/math/reference.R | python3 test/math/precise.py > test/math/reference.h */')
	print('/* mpmath %s, checked against %s */' % (mpmath.__version__, sys.stdin.readline().strip()))
	with multiprocessing.Pool() as pool:
		for row in pool.imap(finished, sys.stdin):
			print(row, flush=True)


if __name__ == '__main__':
	main()
