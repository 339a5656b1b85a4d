/*-------------------------------------------------------------------------
 *
 * mean.c
 *	  Uncertainty of a mean (Student 1908, Biometrika 6; Welch 1947,
 *	  Biometrika 34).
 *
 * A finite population narrows the standard error; the degrees of freedom stay
 * those of the answers there are.  Student's t needs at least one degree of
 * freedom: with fewer than two effective answers, weights can leave any fraction
 * between, its limits run off to nowhere, and the functions here return NaN.
 *
 *-------------------------------------------------------------------------
 */
#include "math/mean.h"

#include "math/student.h"

double
cx_mean_stderr(const CxMean *m)
{
	return m->stddev / sqrt(m->finite_n);
}

static bool
has_freedom(const CxMean *m)
{
	return m->n >= 2;
}

/* Half the width of Student's t interval. */
double
cx_mean_margin(const CxMean *m, double level)
{
	if (!has_freedom(m))
		return NAN;
	return -cx_student_quantile((1 - level) / 2, m->n - 1) * cx_mean_stderr(m);
}

/* How likely the true mean is above the target; NaN where nothing varies. */
double
cx_mean_probability(const CxMean *m, double target)
{
	double		stderr_ = cx_mean_stderr(m);

	if (!(stderr_ > 0) || !has_freedom(m))
		return NAN;
	return cx_student_cdf((m->mean - target) / stderr_, m->n - 1);
}

/* Welch's test of two independent means, which need not vary alike. */
CxTest
cx_mean_compare(const CxMean *a, const CxMean *b, double level)
{
	double		va = a->stddev * a->stddev / a->n;
	double		vb = b->stddev * b->stddev / b->n;
	double		stderr_ = sqrt(va + vb);
	double		difference = a->mean - b->mean;
	double		share = va / (va + vb);
	double		df = 1 / (share * share / (a->n - 1) +
						  (1 - share) * (1 - share) / (b->n - 1));
	double		t = difference / stderr_;
	double		margin = -cx_student_quantile((1 - level) / 2, df) * stderr_;

	/* either nothing varies, or a group has too few answers */
	if (!(stderr_ > 0) || !has_freedom(a) || !has_freedom(b))
		return (CxTest) {difference, stderr_, NAN, NAN, NAN, NAN, NAN};
	return (CxTest) {difference, stderr_, t, df,
			2 * cx_student_upper(fabs(t), df),
			difference - margin, difference + margin};
}
