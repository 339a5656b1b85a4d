# The figures of test/sql/season.sql:
#
#	Rscript test/R/seasons.R

options(digits = 15)

# seasonality_test(nottem, 12, false)
print(friedman.test(matrix(nottem, ncol = 12, byrow = TRUE)))
print(friedman.test(matrix(nottem, ncol = 12, byrow = TRUE))$statistic)
print(kruskal.test(nottem, factor(cycle(nottem)))$statistic)

# decompose(nottem), every 60th row, and robust; seasonal_strength
for (robust in c(FALSE, TRUE)) {
	z <- stl(nottem, "periodic", robust = robust)$time.series
	print(z[c(1, 60, 120, 180, 240), c(2, 1, 3)])
	print(max(0, 1 - var(z[, 3]) / var(z[, 1] + z[, 3])))
}
print(stl(nottem, 35)$time.series[c(1, 60, 120, 180, 240), c(2, 1, 3)])
