/*
 * student.h
 *		Student's t distribution, with any real degrees of freedom.
 *
 * The degrees of freedom df are at least 1e-99; infinity is the normal
 * distribution.  Anything else, NaN, and a probability outside 0 to 1 give NaN.
 */
#ifndef CX_MATH_STUDENT_H
#define CX_MATH_STUDENT_H

/* P(T <= t) */
extern double cx_student_cdf(double t, double df);

/* P(T > t), exact also where it is small */
extern double cx_student_upper(double t, double df);

/*
 * The t with P(T <= t) = p; minus infinity for p = 0, infinity for p = 1, and
 * infinite also where it is larger than the largest double.
 */
extern double cx_student_quantile(double p, double df);

#endif							/* CX_MATH_STUDENT_H */
