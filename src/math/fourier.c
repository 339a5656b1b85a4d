/*
 * fourier.c
 *		The discrete Fourier transform (Cooley & Tukey 1965, "An algorithm for the
 *		machine calculation of complex Fourier series").
 */
#include "math/fourier.h"

#include <math.h>

void
cx_fourier_roots(double *cosine, double *sine, int size)
{
	for (int i = 0; i < size / 2; i++)
	{
		double		angle = 6.28318530717958647693 * i / size;

		cosine[i] = cos(angle);
		sine[i] = sin(angle);
	}
}

static void
exchange(double *x, int i, int j)
{
	double		other = x[i];

	x[i] = x[j];
	x[j] = other;
}

/* Exchange each element with the one whose index has the same bits backwards. */
static void
reverse_bits(double *real, double *imaginary, int size)
{
	for (int i = 1, j = 0; i < size; i++)
	{
		int			bit = size >> 1;

		for (; j & bit; bit >>= 1)
			j ^= bit;
		j ^= bit;
		if (i < j)
		{
			exchange(real, i, j);
			exchange(imaginary, i, j);
		}
	}
}

void
cx_fourier(double *real, double *imaginary, int size,
		   const double *cosine, const double *sine)
{
	reverse_bits(real, imaginary, size);
	for (int half = 1; half < size; half *= 2)
	{
		int			stride = size / 2 / half;

		for (int start = 0; start < size; start += 2 * half)
		{
			for (int i = 0; i < half; i++)
			{
				int			a = start + i;
				int			b = a + half;
				double		c = cosine[i * stride];
				double		s = sine[i * stride];
				double		x = real[b] * c - imaginary[b] * s;
				double		y = real[b] * s + imaginary[b] * c;

				real[b] = real[a] - x;
				imaginary[b] = imaginary[a] - y;
				real[a] += x;
				imaginary[a] += y;
			}
		}
	}
}
