/*
 * spline.h
 *		A smooth curve through equally spaced points.
 */
#ifndef CX_MATH_SPLINE_H
#define CX_MATH_SPLINE_H

/* the most points a curve may have */
#define CX_SPLINE_MAX 64

/*
 * The natural cubic spline through 'count' points, read at 'parts' equal parts
 * of every interval: fills (count - 1) * parts + 1 values, the last of them the
 * last point.
 */
extern void cx_spline_refine(const double *point, int count, int parts, double *refined);

#endif							/* CX_MATH_SPLINE_H */
