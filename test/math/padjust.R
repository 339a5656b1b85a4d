# The figures of test/math/padjust.c:
#
#	Rscript test/math/padjust.R > test/math/padjust.h

cat("/* Rscript test/math/padjust.R > test/math/padjust.h */\n")
cat(sprintf("/* p.adjust of %s */\n", R.version.string))

cases <- list(
	one = 0.03,
	two = c(0.04, 0.03),
	"two, far apart" = c(0.9, 0.0001),
	ties = c(0.01, 0.01, 0.02, 0.02, 0.02, 0.5),
	alike = rep(0.05, 7),
	ends = c(0, 1, 0.5, 0, 1, 0.02),
	# Benjamini & Hochberg 1995, section 3.2
	thrombolysis = c(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1),
	missing = c(NA, 0.2, 0.001, NA, NA, 0.012, 0.05),
	"all missing" = c(NA, NA),
	tiny = c(1e-300, 3e-200, 1e-17, 1e-16, 0.3))
set.seed(1)
cases$uniform <- round(runif(25), 4)
cases$mixed <- signif(c(runif(15), rbeta(15, 0.1, 8)), 6)

numbers <- function(x) paste(ifelse(is.na(x), "NAN", sprintf("%.15g", x)), collapse = ", ")

for (name in names(cases)) for (method in c("BH", "BY", "holm", "bonferroni", "hommel")) {
	p <- cases[[name]]
	cat(sprintf("{\"%s\", CX_ADJUST_%s, %d,\n\t{%s},\n\t{%s}},\n", name, toupper(method), length(p), numbers(p), numbers(p.adjust(p, method))))
}
