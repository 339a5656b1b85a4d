/*
 * fourier.h
 *		The discrete Fourier transform.
 */
#ifndef CX_MATH_FOURIER_H
#define CX_MATH_FOURIER_H

/*
 * The cosine and sine of 2 pi i / size for i below size / 2, which transforms of
 * this size share.
 */
extern void cx_fourier_roots(double *cosine, double *sine, int size);

/*
 * Replace x[j] by the sum over i of x[i] exp(2 pi sqrt(-1) i j / size), for
 * complex x = real + sqrt(-1) * imaginary; 'size' is a power of two.
 */
extern void cx_fourier(double *real, double *imaginary, int size,
					   const double *cosine, const double *sine);

#endif							/* CX_MATH_FOURIER_H */
