# The data and the figures of test/sql/survival.sql, by R's survival (Debian: r-cran-survival):
#
#	Rscript test/R/survival.R

library(survival)
options(digits = 15, width = 1000)
cat("--", R.version.string, "with survival", as.character(packageVersion("survival")), "\n")

show <- function(x) ifelse(is.na(x) | is.nan(x), "NULL", if (is.character(x)) sprintf("'%s'", x) else format(x, digits = 15, trim = TRUE))
rows <- function(...) {
	columns <- lapply(list(...), function(x) sapply(x, show))
	cat(paste0("\t(", do.call(paste, c(columns, sep = ", ")), ")", collapse = ",\n"), ";\n", sep = "")
}
array <- function(x) cat("'{", paste(x, collapse = ","), "}'\n", sep = "")

# aml: remission after chemotherapy, weeks; maintained or not (Embury et al. 1977; Miller 1981)
# lung: advanced lung cancer, days; status 2 is dead (Loprinzi et al. 1994)
# heart: waiting for, or living with, a transplanted heart at Stanford, days (Crowley & Hu 1977)
groups <- list(
	list("aml", "Maintained", with(aml[aml$x == "Maintained", ], Surv(time, status))),
	list("aml", "Nonmaintained", with(aml[aml$x != "Maintained", ], Surv(time, status))),
	list("lung", "1", with(lung[lung$sex == 1, ], Surv(time, status == 2))),
	list("lung", "2", with(lung[lung$sex == 2, ], Surv(time, status == 2))),
	list("heart", "0", with(heart[heart$transplant == 0, ], Surv(start, stop, event))),
	list("heart", "1", with(heart[heart$transplant == 1, ], Surv(start, stop, event))),
	list("all", "aml", with(aml, Surv(time, status))),
	list("all", "lung", with(lung, Surv(time, status == 2))),
	list("all", "heart", with(heart, Surv(start, stop, event))))

cat("-- data: times, flags, groups; entries\n")
array(aml$time); array(aml$status); array(substr(aml$x, 1, 1))
array(lung$time); array(lung$status - 1); array(lung$sex); array(as.integer(lung$age > 63))
array(heart$start); array(heart$stop); array(heart$event); array(heart$transplant)

cat("-- curves: summary(survfit()), at every time\n")
curve <- NULL
for (g in groups) {
	s <- summary(survfit(g[[3]] ~ 1), censored = TRUE)
	curve <- rbind(curve, data.frame(set = g[[1]], part = g[[2]], time = s$time, n = s$n.risk, d = s$n.event, c = s$n.censor,
		surv = s$surv, err = s$std.err, low = s$lower, upp = s$upper))
}
keep <- curve$set == "aml" | ave(seq_along(curve$time), curve$set, curve$part, FUN = function(i) (seq_along(i) %% 17 == 1) | seq_along(i) == length(i)) == 1
with(curve[keep, ], rows(set, part, time, n, d, c, surv, err, low, upp))

cat("-- medians with limits, at 95 and at 80 percent, quartiles, restricted means at 40, at 300 and to the longest time\n")
mean_to <- function(s, horizon) {
	m <- survival:::survmean(survfit(s ~ 1), rmean = horizon)$matrix
	m[c("rmean", "se(rmean)")]
}
reports <- NULL
for (g in groups) {
	f <- survfit(g[[3]] ~ 1)
	m <- survival:::survmean(f, rmean = "individual")$matrix
	e <- survival:::survmean(survfit(g[[3]] ~ 1, conf.int = 0.8), rmean = "none")$matrix
	q <- quantile(f, c(0.25, 0.75))
	to40 <- mean_to(g[[3]], 40)
	# the curve is known that far, or at 0
	to300 <- if (max(f$time) >= 300 || min(f$surv) == 0) mean_to(g[[3]], 300) else c(NA, NA)
	reports <- rbind(reports, data.frame(set = g[[1]], part = g[[2]], n = nrow(g[[3]]), events = sum(f$n.event), longest = max(f$time),
		median = m["median"], lower = m["0.95LCL"], upper = m["0.95UCL"], lower80 = e["0.8LCL"], upper80 = e["0.8UCL"],
		q25 = q$quantile[1], q25_lower = q$lower[1], q25_upper = q$upper[1], q75 = q$quantile[2], q75_lower = q$lower[2], q75_upper = q$upper[2],
		to40 = to40[1], to40_err = to40[2], to300 = to300[1], to300_err = to300[2], mean = m["rmean"], mean_err = m["se(rmean)"]))
}
do.call(rows, unname(as.list(reports)))

cat("-- log-rank: survdiff(), and for late entry the score test of coxph(ties = \"exact\")\n")
test <- function(name, d, df) rows(name, d, df, pchisq(d, df, lower.tail = FALSE))
test("aml", survdiff(Surv(time, status) ~ x, aml)$chisq, 1)
test("lung", survdiff(Surv(time, status) ~ sex, lung)$chisq, 1)
test("lung, four groups", survdiff(Surv(time, status) ~ sex + (age > 63), lung)$chisq, 3)
test("heart", coxph(Surv(start, stop, event) ~ transplant, heart, ties = "exact")$score, 1)
test("heart, three groups", coxph(Surv(start, stop, event) ~ factor(1:172 %% 3), heart, ties = "exact")$score, 2)

cat("-- restricted means compared: the difference, z with the sum of the variances\n")
compare <- function(one, other, horizon) {
	name <- one[[1]]; parts <- c(one[[2]], other[[2]])
	a <- mean_to(one[[3]], horizon); b <- mean_to(other[[3]], horizon)
	d <- a[1] - b[1]; e <- sqrt(a[2]^2 + b[2]^2)
	rows(name, parts[1], parts[2], horizon, d, e, d / e, 2 * pnorm(-abs(d / e)), d - qnorm(0.95) * e, d + qnorm(0.95) * e)
}
compare(groups[[1]], groups[[2]], 40)
compare(groups[[3]], groups[[4]], 300)
compare(groups[[5]], groups[[6]], 300)
