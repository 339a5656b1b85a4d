/*
 * ets.c
 *		Exponential smoothing as a state space model with additive errors
 *		(Hyndman, Koehler, Ord & Snyder 2008, Forecasting with Exponential
 *		Smoothing: ANN and AAA of table 2.2).
 *
 *		y = level + trend + seasonal + e
 *		level' = level + trend + alpha e
 *		trend' = trend + beta e
 *		seasonal' = seasonal + gamma e
 *
 * The values to estimate are alpha, beta and gamma, and the states before the
 * first value.  The errors are linear in those, so that whatever the first three
 * are, the best states are found by least squares: the model is run over the
 * values from states of 0, and once from each state of 1 over values of 0, all
 * in one pass.  What is left is a search in one or three dimensions, in
 *
 *		0 <= alpha <= 1, 0 <= beta <= alpha, 0 <= gamma <= 1 - alpha
 *
 * from the best point of a grid, by the pattern search of Hooke & Jeeves (1961,
 * Journal of the ACM 8), which is the same everywhere and ends.
 *
 * The likelihood of normal errors is maximal where the sum of squares is least:
 * AIC = n log(squares) + 2 k, AICc = AIC + 2 k (k + 1) / (n - k - 1), k being the
 * numbers estimated: the smoothing parameters, the states, of which those of the
 * season add up to 0, and the variance.
 *
 * A value that is missing leaves the states as they are expected to be.
 */
#include "math/ets.h"

#include <math.h>
#include <string.h>

/* level, trend, and all but one of a season */
#define MOST_STATES (CX_ETS_SEASON + 1)

/* A pivot so much smaller than its diagonal is what rounding left of 0. */
#define SINGULAR 1e-12

/* The search: points of the grid in each dimension, first and last step, most steps */
#define GRID 5
#define FIRST_STEP 0.125
#define LAST_STEP 1e-7
#define MOST_LOOKS 1500

/* One run of the model: its states. */
typedef struct Run
{
	double		level;
	double		trend;
	double		seasonal[CX_ETS_SEASON];
} Run;

/* All runs, and what least squares need of their errors. */
typedef struct Runs
{
	int			states;			/* that are estimated */
	Run			of_values;		/* from states of 0 */
	Run			of[MOST_STATES];
	double		square[MOST_STATES][MOST_STATES];
	double		right[MOST_STATES];
} Runs;

/* A series and the model that is fitted to it. */
typedef struct Fit
{
	const double *y;
	int			n;
	double		centre;			/* values are taken from here, for precision */
	int			season;			/* 0: none */
	int			dimensions;
	void		(*pause) (void);
	Runs		runs;
} Fit;

/* ---- the model ---- */

/* The error of a run at a value. */
static inline double
error_of(const CxEts *ets, const Run *run, double value, int place)
{
	return value - run->level - run->trend - (ets->season > 0 ? run->seasonal[place] : 0);
}

static inline void
step(const CxEts *ets, Run *run, double error, int place)
{
	run->level += run->trend + ets->alpha * error;
	if (ets->season > 0)
	{
		run->trend += ets->beta * error;
		run->seasonal[place] += ets->gamma * error;
	}
}

static int
next_place(const CxEts *ets, int place)
{
	return place + 1 < ets->season ? place + 1 : 0;
}

/* Each run from its state of 1: level, trend, and each place against the last. */
static void
start_runs(Fit *fit)
{
	Runs	   *runs = &fit->runs;

	memset(runs, 0, sizeof(Runs));
	runs->states = fit->season > 0 ? fit->season + 1 : 1;
	runs->of[0].level = 1;
	if (fit->season > 0)
	{
		runs->of[1].trend = 1;
		for (int p = 0; p < fit->season - 1; p++)
		{
			runs->of[2 + p].seasonal[p] = 1;
			runs->of[2 + p].seasonal[fit->season - 1] = -1;
		}
	}
}

/* All runs over the values at once; what their errors sum up to. */
static void
run_all(Fit *fit, const CxEts *ets)
{
	Runs	   *runs = &fit->runs;
	double		errors[MOST_STATES];
	int			place = 0;

	start_runs(fit);
	for (int i = 0; i < fit->n; i++, place = next_place(ets, place))
	{
		bool		missing = isnan(fit->y[i]);
		double		error = missing ? 0 :
			error_of(ets, &runs->of_values, fit->y[i] - fit->centre, place);

		step(ets, &runs->of_values, error, place);
		for (int s = 0; s < runs->states; s++)
		{
			errors[s] = missing ? 0 : error_of(ets, &runs->of[s], 0, place);
			step(ets, &runs->of[s], errors[s], place);
		}
		if (missing)
			continue;
		for (int s = 0; s < runs->states; s++)
		{
			runs->right[s] -= errors[s] * error;
			for (int t = 0; t <= s; t++)
				runs->square[s][t] += errors[s] * errors[t];
		}
	}
}

/* Solve for the states by Cholesky's method; a state that nothing tells of is 0. */
static void
solve(Runs *runs)
{
	for (int j = 0; j < runs->states; j++)
	{
		double		whole = runs->square[j][j];
		double		pivot = whole;

		for (int k = 0; k < j; k++)
			pivot -= runs->square[j][k] * runs->square[j][k];
		pivot = pivot > SINGULAR * whole ? sqrt(pivot) : 0;
		runs->square[j][j] = pivot;
		for (int i = j + 1; i < runs->states; i++)
		{
			for (int k = 0; k < j; k++)
				runs->square[i][j] -= runs->square[i][k] * runs->square[j][k];
			runs->square[i][j] = pivot > 0 ? runs->square[i][j] / pivot : 0;
		}
	}
	for (int i = 0; i < runs->states; i++)
	{
		for (int k = 0; k < i; k++)
			runs->right[i] -= runs->square[i][k] * runs->right[k];
		runs->right[i] = runs->square[i][i] > 0 ? runs->right[i] / runs->square[i][i] : 0;
	}
	for (int i = runs->states - 1; i >= 0; i--)
	{
		for (int k = i + 1; k < runs->states; k++)
			runs->right[i] -= runs->square[k][i] * runs->right[k];
		runs->right[i] = runs->square[i][i] > 0 ? runs->right[i] / runs->square[i][i] : 0;
	}
}

/* The best states before the first value. */
static Run
start_of(const Fit *fit)
{
	const double *state = fit->runs.right;
	Run			run = {.level = state[0]};

	if (fit->season > 0)
	{
		run.trend = state[1];
		for (int p = 0; p < fit->season - 1; p++)
		{
			run.seasonal[p] = state[2 + p];
			run.seasonal[fit->season - 1] -= state[2 + p];
		}
	}
	return run;
}

/* The model with these parameters: its sum of squares, and its states at the end. */
static void
evaluate(Fit *fit, CxEts *ets)
{
	Run			run;
	int			place = 0;

	fit->pause();
	run_all(fit, ets);
	solve(&fit->runs);
	run = start_of(fit);
	ets->squares = 0;
	for (int i = 0; i < fit->n; i++, place = next_place(ets, place))
	{
		double		error = isnan(fit->y[i]) ? 0 :
			error_of(ets, &run, fit->y[i] - fit->centre, place);

		step(ets, &run, error, place);
		ets->squares += error * error;
	}
	ets->level = run.level + fit->centre;
	ets->trend = run.trend;
	for (int p = 0; p < ets->season; p++, place = next_place(ets, place))
		ets->seasonal[p] = run.seasonal[place];
}

/* ---- the search ---- */

/* The model at a point of the cube that is searched. */
static CxEts
look_at(Fit *fit, const double *point)
{
	CxEts		ets = {.season = fit->season, .alpha = point[0]};

	if (fit->season > 0)
	{
		ets.beta = point[0] * point[1];
		ets.gamma = (1 - point[0]) * point[2];
	}
	evaluate(fit, &ets);
	return ets;
}

static CxEts
search_grid(Fit *fit, double *best)
{
	CxEts		least = {.squares = INFINITY};
	int			points = fit->dimensions == 1 ? GRID * GRID : GRID * GRID * GRID;

	for (int i = 0; i < points; i++)
	{
		double		point[3] = {(i % GRID + 0.5) / GRID, (i / GRID % GRID) / (2.0 * GRID), (i / GRID / GRID) / (double) GRID};
		CxEts		ets;

		if (fit->dimensions == 1)
			point[0] = i / (points - 1.0);
		ets = look_at(fit, point);
		if (ets.squares < least.squares)
		{
			least = ets;
			memcpy(best, point, sizeof(point));
		}
	}
	return least;
}

/* Go a step either way in each dimension, wherever that is better. */
static bool
explore(Fit *fit, double *point, CxEts *ets, double size)
{
	bool		better = false;

	for (int d = 0; d < fit->dimensions; d++)
	{
		double		from = point[d];	/* NOLINT: of three at most */

		for (int way = 1; way >= -1; way -= 2)
		{
			CxEts		other;

			point[d] = fmin(fmax(from + way * size, 0), 1);
			if (point[d] == from)
				continue;
			other = look_at(fit, point);
			if (other.squares < ets->squares)
			{
				*ets = other;
				better = true;
				break;
			}
			point[d] = from;
		}
	}
	return better;
}

/* Go on in the direction that was better, and explore from there. */
static void
stride(Fit *fit, double *point, const double *before, CxEts *ets, double size)
{
	double		there[3];
	CxEts		other;

	for (int d = 0; d < 3; d++)
		there[d] = fmin(fmax(2 * point[d] - before[d], 0), 1);
	other = look_at(fit, there);
	explore(fit, there, &other, size);
	if (other.squares < ets->squares)
	{
		*ets = other;
		memcpy(point, there, sizeof(there));
	}
}

static CxEts
search(Fit *fit)
{
	double		point[3] = {0, 0, 0};
	CxEts		ets = search_grid(fit, point);
	double		size = FIRST_STEP;

	for (int looks = 0; looks < MOST_LOOKS && size >= LAST_STEP; looks += 4 * fit->dimensions)
	{
		double		before[3];

		memcpy(before, point, sizeof(point));
		if (explore(fit, point, &ets, size))
			stride(fit, point, before, &ets, size);
		else
			size /= 2;
	}
	return ets;
}

CxEts
cx_ets_fit(const double *y, int n, int season, void (*pause) (void))
{
	Fit			fit = {.y = y, .n = n, .centre = y[0], .season = season,
	.dimensions = season > 0 ? 3 : 1, .pause = pause};
	CxEts		ets = search(&fit);
	int			estimated = fit.dimensions + fit.runs.states + 1;

	for (int i = 0; i < n; i++)
		ets.n += !isnan(y[i]);
	ets.variance = ets.n >= estimated ? ets.squares / (ets.n - estimated + 1) : NAN;
	ets.aicc = ets.n > estimated + 1 ? ets.n * log(ets.squares) + 2 * estimated +
		2.0 * estimated * (estimated + 1) / (ets.n - estimated - 1) : NAN;
	return ets;
}

/* ---- what follows ---- */

double
cx_ets_mean(const CxEts *ets, int ahead)
{
	if (ets->season == 0)
		return ets->level;
	return ets->level + ahead * ets->trend + ets->seasonal[(ahead - 1) % ets->season];
}

double
cx_ets_weight(const CxEts *ets, int ahead)
{
	return ets->alpha + ahead * ets->beta +
		(ets->season > 0 && ahead % ets->season == 0 ? ets->gamma : 0);
}
