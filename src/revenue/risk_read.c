/*-------------------------------------------------------------------------
 *
 * risk_read.c
 *	  Reading a risk_summary: what may be lost, and how sure that is.
 *
 * Amounts that are computed are rounded to two decimals more than the revenue
 * they were computed from has.
 *
 *-------------------------------------------------------------------------
 */
#include "revenue/risk.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "base/args.h"
#include "base/result.h"
#include "math/normal.h"
#include "math/portfolio.h"

#define EXTRA_DECIMALS 2

/*
 * A grid has this many steps, or fewer where all amounts are multiples of one
 * unit: of those, 2^20 fit the exact distribution of few independent accounts.
 */
#define EXACT_STEPS (1 << 20)
#define GRID_STEPS (1 << 16)

/*
 * Losses that are transformed have no more than a power of two; fewer where a sum
 * of many transforms has no unit to keep to.
 */
#define TRANSFORM_STEPS (1 << 16)
#define MIXED_TRANSFORM_STEPS (1 << 14)

/* As many units as an amount can be multiplied with. */
#define MOST_UNITS PG_UINT32_MAX

#define MOST_POINTS 10000

/* Of so few accounts every outcome is gone through. */
#define FEW_ACCOUNTS 12

/* Probabilities of a cell that differ less, in variance over the square of the mean, are one. */
#define MOST_SCATTER 1e-5

/* What lies outside of a plot, on either side. */
#define PLOT_TAIL 1e-9

/* The distribution of a summary's open loss. */
typedef struct Reading
{
	const CxRisk *risk;
	CxLoss		loss;
	bool		exact;			/* losses are whole multiples of 'unit' */
	CxMoney		unit;
	double		step;			/* what a unit of 'loss' is worth */
} Reading;

static bool
has_rated(const CxRisk *risk)
{
	return risk->n > risk->unrated;
}

/* ---- amounts ---- */

static Datum
rounded(const CxRisk *risk, Datum amount)
{
	return DirectFunctionCall2(numeric_round, amount,
							   Int32GetDatum(risk->revenue.dscale + EXTRA_DECIMALS));
}

/* A loss of what is open, together with the loss that is certain. */
static Datum
loss_amount(const Reading *r, double open_loss)
{
	CxMoney		amount = r->unit;

	/* all of it, which has more digits than a double */
	if (open_loss >= r->loss.most)
	{
		amount = r->risk->open_revenue;
		cx_money_add(&amount, &r->risk->certain);
		return rounded(r->risk, cx_money_to_numeric(&amount));
	}
	if (r->exact && open_loss == rint(open_loss))
	{
		cx_money_multiply(&amount, (uint32) open_loss);
		cx_money_add(&amount, &r->risk->certain);
		return rounded(r->risk, cx_money_to_numeric(&amount));
	}
	return rounded(r->risk,
				   DirectFunctionCall2(numeric_add, cx_money_to_numeric(&r->risk->certain),
									   DirectFunctionCall1(float8_numeric,
														   Float8GetDatum(open_loss * r->step))));
}

/* The two may lie too far apart for an amount of our own. */
static Datum
expected_amount(const CxRisk *risk)
{
	return rounded(risk, DirectFunctionCall2(numeric_add, cx_money_to_numeric(&risk->certain),
											 cx_money_to_numeric(&risk->open_expected)));
}

/* ---- the distribution ---- */

/* The grid of the accounts that are held, the smallest first: it grows late. */
static void
convolve(const Reading *r, CxLossGrid *grid, double *probability)
{
	const CxRiskAccount *account = cx_risk_accounts(r->risk);

	cx_loss_grid_start(grid, probability);
	for (int i = 0; i < r->risk->open; i++)
	{
		double		steps = cx_money_to_double(&account[i].revenue) / r->step;

		CHECK_FOR_INTERRUPTS();
		cx_loss_grid_add(grid, r->exact ? rint(steps) : steps, account[i].probability);
	}
}

/* The steps of a grid for the accounts that are held: how many there are. */
static double
choose_steps(Reading *r)
{
	const CxRiskAccount *account = cx_risk_accounts(r->risk);
	double		total = cx_money_to_double(&r->risk->open_revenue);
	double		steps;

	r->exact = true;
	if (r->risk->open == 0)
		return 0;

	for (int i = 0; i < r->risk->open; i++)
		cx_money_divisor(&r->unit, &account[i].revenue);
	r->step = cx_money_to_double(&r->unit);
	steps = rint(total / r->step);
	r->exact = steps <= EXACT_STEPS;
	if (r->exact)
		return steps;
	r->step = total / GRID_STEPS;
	return GRID_STEPS;
}

/* Few independent accounts. */
static void
read_convolved(Reading *r)
{
	CxLossGrid	grid;
	double		steps = choose_steps(r);
	int			room = (int) steps + (int) r->risk->open + 2;

	convolve(r, &grid, palloc(room * sizeof(double)));
	r->loss = (CxLoss) {grid, steps};
}

/* ---- many accounts, or correlated ones ---- */

/* Two probabilities, and how the revenue is shared out between them. */
typedef struct TwoPoints
{
	double		probability[2];
	double		share[2];
} TwoPoints;

/*
 * The two that have the mean and the variance of all probabilities of a cell, by
 * revenue, and the skewness that goes with them where they are spread evenly over
 * the logarithm: what they become in a good or a bad year then is off in the third
 * order only.  The rarer outcome of a cell has the same points, whichever it is.
 */
static TwoPoints
two_points(double mean, double variance)
{
	double		rarely = mean > 0.5 ? 1 - mean : mean;
	double		skewness = sqrt(variance) / rarely;
	double		root = sqrt(1 + skewness * skewness / 4);
	double		sign = mean > 0.5 ? -1 : 1;
	double		deviation = sign * sqrt(variance);

	return (TwoPoints) {
		.probability = {mean + deviation * (skewness / 2 - root), mean + deviation * (skewness / 2 + root)},
		.share = {0.5 + skewness / 4 / root, 0.5 - skewness / 4 / root}
	};
}

/*
 * Accounts that are much alike, from their sums: one group, or two of different
 * probability where there is a factor that tells those apart.  How many are made.
 */
static int
groups_of(const CxRiskCell *cell, bool correlated, CxLossGroup *group)
{
	double		accounts = (double) cell->accounts;
	double		amount = cell->paid / accounts;
	double		probability = cell->loss / cell->paid;
	double		scatter = cell->squares / cell->paid - probability * probability;
	double		rarely = fmin(probability, 1 - probability);
	bool		split = correlated && scatter > MOST_SCATTER * rarely * rarely;
	TwoPoints	points = {.probability = {probability}, .share = {1}};
	double		deviance = 0;
	double		variance;

	if (split)
		points = two_points(probability, scatter);
	for (int i = 0; i <= split; i++)
		deviance += accounts * points.share[i] * points.probability[i] * (1 - points.probability[i]);
	variance = cell->variance / deviance - amount * amount;
	for (int i = 0; i <= split; i++)
		group[i] = (CxLossGroup) {
			.accounts = accounts * points.share[i], .amount = amount, .probability = points.probability[i],
			/* rounding errors are no spread; an even distribution's is sqrt(3) deviations */
			.spread = variance > 1e-9 * amount * amount ? fmin(sqrt(3 * variance), amount) : 0
		};
	return split ? 2 : 1;
}

/* All open accounts, the smaller ones in groups. */
static CxPortfolio
read_portfolio(const CxRisk *risk)
{
	const CxRiskAccount *account = cx_risk_accounts(risk);
	const CxRiskCells *cells = &((const CxPooledRisk *) risk)->cells;
	CxLossGroup *group = palloc((CX_RISK_HELD + 2 * CX_RISK_CELLS) * sizeof(CxLossGroup));
	int			count = 0;

	for (int i = 0; cx_risk_is_pooled(risk) && i < cells->count; i++)
		count += groups_of(&cells->cell[i], risk->correlation > 0, &group[count]);
	for (int i = 0; i < cx_risk_held(risk); i++)
		group[count++] = (CxLossGroup) {
			.accounts = 1, .amount = cx_money_to_double(&account[i].revenue),
			.probability = account[i].probability
		};
	for (int i = 0; i < count; i++)
		group[i].threshold = cx_normal_quantile(group[i].probability);
	return cx_portfolio(group, count, risk->correlation);
}

/* The largest amount that all open accounts' revenues are multiples of. */
static CxMoney
common_unit(const CxRisk *risk)
{
	const CxRiskAccount *account = cx_risk_accounts(risk);
	CxMoney		unit = {.dscale = 0};

	if (cx_risk_is_pooled(risk))
		unit = ((const CxPooledRisk *) risk)->cells.unit;
	for (int i = 0; i < cx_risk_held(risk); i++)
		cx_money_divisor(&unit, &account[i].revenue);
	return unit;
}

/*
 * A grid over all losses that matter: of the common unit, if that makes few enough
 * steps.
 */
static void
read_transformed(Reading *r)
{
	CxPortfolio portfolio = read_portfolio(r->risk);
	CxLossTransform transform;
	int			size = TRANSFORM_STEPS;
	double		total = cx_money_to_double(&r->risk->open_revenue);
	double		least;
	double		most;
	double		first;
	int			span;

	cx_portfolio_range(&portfolio, &least, &most);
	r->unit = common_unit(r->risk);
	r->step = cx_money_to_double(&r->unit);
	r->exact = (most - least) / r->step < size - 2 && total / r->step <= MOST_UNITS;
	if (!r->exact)
	{
		size = r->risk->correlation == 0 ? TRANSFORM_STEPS : MIXED_TRANSFORM_STEPS;
		r->step = (most - least) / (size - CX_LOSS_SPARE);
	}
	first = floor(least / r->step);
	span = (int) (ceil(most / r->step) - first);
	while (size > 2 * (span + 2))
		size /= 2;
	cx_loss_transform_start(&transform, &portfolio, r->step, r->exact, first, span, size,
							palloc(CX_LOSS_TRANSFORM_ROOM(size) * sizeof(double)));
	for (int i = 0; i < portfolio.nodes; i += 2)
	{
		CHECK_FOR_INTERRUPTS();
		cx_loss_transform_add(&transform, i);
	}
	cx_loss_transform_finish(&transform, &r->loss.grid);
	r->loss.most = r->exact ? rint(total / r->step) : total / r->step;
}

typedef struct Outcome
{
	double		loss;
	double		probability;
} Outcome;

static int
compare_outcomes(const void *a, const void *b)
{
	const Outcome *one = a;
	const Outcome *other = b;

	return (one->loss > other->loss) - (one->loss < other->loss);
}

/* All outcomes of few accounts, sorted. */
static Outcome *
outcomes_of(const Reading *r)
{
	CxPortfolio portfolio = read_portfolio(r->risk);
	int			outcomes = 1 << portfolio.count;
	double	   *probability = palloc(outcomes * sizeof(double));
	Outcome    *outcome = palloc(outcomes * sizeof(Outcome));

	cx_portfolio_outcomes(&portfolio, probability, palloc(outcomes * sizeof(double)));
	for (int j = 0; j < outcomes; j++)
	{
		outcome[j] = (Outcome) {0, probability[j]};
		for (int i = 0; i < portfolio.count; i++)
			outcome[j].loss += j >> i & 1 ? rint(portfolio.group[i].amount / r->step) : 0;
	}
	qsort(outcome, outcomes, sizeof(Outcome), compare_outcomes);
	return outcome;
}

/* Few accounts: every loss that there is, as a list. */
static void
read_listed(Reading *r)
{
	int			outcomes = 1 << r->risk->open;
	double	   *listed = palloc(outcomes * sizeof(double));
	double	   *probability = palloc(outcomes * sizeof(double));
	double		total = cx_money_to_double(&r->risk->open_revenue);
	const Outcome *outcome;
	int			last = -1;

	r->unit = common_unit(r->risk);
	r->step = cx_money_to_double(&r->unit);
	r->exact = total / r->step <= MOST_UNITS;
	outcome = outcomes_of(r);
	for (int j = 0; j < outcomes; j++)
	{
		if (last < 0 || outcome[j].loss > listed[last])
		{
			listed[++last] = outcome[j].loss;
			probability[last] = 0;
		}
		probability[last] += outcome[j].probability;
	}
	r->loss.grid = (CxLossGrid) {.listed = listed, .probability = probability, .last = last};
	r->loss.most = listed[last];
}

static Reading *
read_risk(const CxRisk *risk)
{
	Reading    *r = palloc0(sizeof(Reading));

	r->risk = risk;
	r->step = 1;
	if (risk->open > 0 && risk->open <= FEW_ACCOUNTS)
		read_listed(r);
	else if (cx_risk_is_pooled(risk) || (risk->correlation > 0 && risk->open > 0))
		read_transformed(r);
	else
		read_convolved(r);
	return r;
}

/* That of independent accounts, whose variances add up. */
static double
independent_stddev(const CxRisk *risk)
{
	const CxRiskAccount *account = cx_risk_accounts(risk);
	const CxRiskCells *cells = &((const CxPooledRisk *) risk)->cells;
	double		variance = 0;

	for (int i = 0; cx_risk_is_pooled(risk) && i < cells->count; i++)
		variance += cells->cell[i].variance;
	for (int i = 0; i < cx_risk_held(risk); i++)
	{
		double		amount = cx_money_to_double(&account[i].revenue);

		variance += account[i].probability * (1 - account[i].probability) * amount * amount;
	}
	return sqrt(variance);
}

/* Needs no grid, which would add to the variance where it splits losses. */
static Datum
stddev_amount(const CxRisk *risk)
{
	double		stddev;

	if (risk->correlation == 0)
		stddev = independent_stddev(risk);
	else
	{
		CxPortfolio portfolio = read_portfolio(risk);

		stddev = cx_portfolio_moments(&portfolio).stddev;
	}
	return rounded(risk, DirectFunctionCall1(float8_numeric, Float8GetDatum(stddev)));
}

/* ---- accessors ---- */

/* risk_accounts(s) -> bigint: rated accounts. */
PG_FUNCTION_INFO_V1(cx_risk_accounts_rated);
Datum
cx_risk_accounts_rated(PG_FUNCTION_ARGS)
{
	const CxRisk *risk = cx_risk_arg(fcinfo, 0);

	PG_RETURN_INT64(risk->n - risk->unrated);
}

/* risk_accounts_unrated(s) -> bigint */
PG_FUNCTION_INFO_V1(cx_risk_accounts_unrated);
Datum
cx_risk_accounts_unrated(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(cx_risk_arg(fcinfo, 0)->unrated);
}

/* risk_revenue(s) -> numeric: of rated accounts. */
PG_FUNCTION_INFO_V1(cx_risk_revenue);
Datum
cx_risk_revenue(PG_FUNCTION_ARGS)
{
	return cx_money_to_numeric(&cx_risk_arg(fcinfo, 0)->revenue);
}

/* risk_revenue_unrated(s) -> numeric */
PG_FUNCTION_INFO_V1(cx_risk_revenue_unrated);
Datum
cx_risk_revenue_unrated(PG_FUNCTION_ARGS)
{
	return cx_money_to_numeric(&cx_risk_arg(fcinfo, 0)->unrated_revenue);
}

/* risk_correlation(s) -> float8; NULL without accounts. */
PG_FUNCTION_INFO_V1(cx_risk_correlation);
Datum
cx_risk_correlation(PG_FUNCTION_ARGS)
{
	const CxRisk *risk = cx_risk_arg(fcinfo, 0);

	CX_RETURN_REAL(risk->n > 0 ? risk->correlation : NAN);
}

/* expected_loss(s) -> numeric; NULL without rated accounts. */
PG_FUNCTION_INFO_V1(cx_risk_expected_loss);
Datum
cx_risk_expected_loss(PG_FUNCTION_ARGS)
{
	const CxRisk *risk = cx_risk_arg(fcinfo, 0);

	if (!has_rated(risk))
		PG_RETURN_NULL();
	return expected_amount(risk);
}

/*
 * The final function of revenue_at_risk(score, revenue): the exact revenue of
 * accounts that are lost for certain; NULL without rated accounts.
 */
PG_FUNCTION_INFO_V1(cx_risk_certain_loss);
Datum
cx_risk_certain_loss(PG_FUNCTION_ARGS)
{
	const CxRisk *risk = cx_risk_arg(fcinfo, 0);

	if (!has_rated(risk))
		PG_RETURN_NULL();
	return cx_money_to_numeric(&risk->certain);
}

/* at_risk_share(s) -> float8; NULL without rated revenue. */
PG_FUNCTION_INFO_V1(cx_risk_at_risk_share);
Datum
cx_risk_at_risk_share(PG_FUNCTION_ARGS)
{
	CX_RETURN_REAL(cx_risk_share(cx_risk_arg(fcinfo, 0)));
}

/* loss_stddev(s) -> numeric; NULL without rated accounts. */
PG_FUNCTION_INFO_V1(cx_risk_loss_stddev);
Datum
cx_risk_loss_stddev(PG_FUNCTION_ARGS)
{
	const CxRisk *risk = cx_risk_arg(fcinfo, 0);

	if (!has_rated(risk))
		PG_RETURN_NULL();
	return stddev_amount(risk);
}

static double
quantile_arg(FunctionCallInfo fcinfo, int argno)
{
	return cx_quantile_arg(fcinfo, argno, "The loss that is not exceeded with 95 % certainty is the quantile 0.95.");
}

/* A figure of the distribution at a quantile; NULL without rated accounts. */
static Datum
figure_at(FunctionCallInfo fcinfo, double (*figure) (const CxLoss *, double))
{
	const CxRisk *risk = cx_risk_arg(fcinfo, 0);
	double		q = quantile_arg(fcinfo, 1);
	Reading    *r;

	if (!has_rated(risk))
		PG_RETURN_NULL();
	r = read_risk(risk);
	return loss_amount(r, figure(&r->loss, q));
}

/* loss_quantile(s, q) -> numeric */
PG_FUNCTION_INFO_V1(cx_risk_loss_quantile);
Datum
cx_risk_loss_quantile(PG_FUNCTION_ARGS)
{
	return figure_at(fcinfo, cx_loss_quantile);
}

/* loss_shortfall(s, q) -> numeric */
PG_FUNCTION_INFO_V1(cx_risk_loss_shortfall);
Datum
cx_risk_loss_shortfall(PG_FUNCTION_ARGS)
{
	return figure_at(fcinfo, cx_loss_shortfall);
}

/* The limits that the loss stays within at this level. */
static void
put_interval(CxRow *row, const Reading *r, double level)
{
	cx_row_put(row, loss_amount(r, cx_loss_quantile(&r->loss, (1 - level) / 2)), false);
	cx_row_put(row, loss_amount(r, cx_loss_quantile(&r->loss, (1 + level) / 2)), false);
}

/* loss_interval(s, level) -> (lower, upper); NULL without rated accounts. */
PG_FUNCTION_INFO_V1(cx_risk_loss_interval);
Datum
cx_risk_loss_interval(PG_FUNCTION_ARGS)
{
	const CxRisk *risk = cx_risk_arg(fcinfo, 0);
	double		level = cx_level_arg(fcinfo, 1);
	CxRow		row = {0};

	if (!has_rated(risk))
		PG_RETURN_NULL();
	put_interval(&row, read_risk(risk), level);
	return cx_row_datum(fcinfo, &row);
}

/* ---- the whole ---- */

static void
add_point(FunctionCallInfo fcinfo, const Reading *r, double open_loss,
		  double probability, double cumulative)
{
	CxRow		row = {0};

	cx_row_put(&row, loss_amount(r, open_loss), false);
	cx_row_real(&row, probability);
	cx_row_real(&row, cumulative);
	cx_rows_add(fcinfo, &row);
}

/* How many different losses there are, as far as it matters. */
static int
count_losses(const CxLossGrid *grid)
{
	int			losses = 0;

	for (int i = grid->first; i <= grid->last; i++)
		losses += grid->probability[i] > 0;
	return losses;
}

/* A row for every loss that there is. */
static void
add_losses(FunctionCallInfo fcinfo, const Reading *r)
{
	const CxLossGrid *grid = &r->loss.grid;
	double		cumulative = 0;

	for (int i = grid->first; i <= grid->last; i++)
	{
		cumulative += grid->probability[i];
		if (grid->probability[i] > 0)
			add_point(fcinfo, r, grid->least + cx_loss_point(grid, i), grid->probability[i], i == grid->last ? 1 : Min(cumulative, 1));
	}
}

/* Rows at equal distances, each with the probability since the one before. */
static void
add_points(FunctionCallInfo fcinfo, const Reading *r, int points)
{
	double		lower = cx_loss_quantile(&r->loss, PLOT_TAIL);
	double		upper = cx_loss_quantile(&r->loss, 1 - PLOT_TAIL);
	double		before = 0;

	for (int i = 0; i < points; i++)
	{
		/* the last one exactly, where there may be much of the probability */
		double		x = i == points - 1 ? upper : lower + (upper - lower) * i / (points - 1);
		double		cumulative = cx_loss_cdf(&r->loss, x);

		CHECK_FOR_INTERRUPTS();
		add_point(fcinfo, r, x, cumulative - before, cumulative);
		before = cumulative;
	}
}

/* loss_distribution(s, points) -> (loss, probability, cumulative) */
PG_FUNCTION_INFO_V1(cx_risk_loss_distribution);
Datum
cx_risk_loss_distribution(PG_FUNCTION_ARGS)
{
	const CxRisk *risk = cx_risk_arg(fcinfo, 0);
	int			points = PG_GETARG_INT32(1);
	Reading    *r;

	if (points < 2 || points > MOST_POINTS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a distribution of %d points cannot be shown", points),
				 errhint("Ask for 2 to %d points.", MOST_POINTS)));
	cx_rows_begin(fcinfo);
	if (!has_rated(risk))
		return (Datum) 0;
	r = read_risk(risk);
	if ((r->exact || r->loss.grid.listed != NULL) && count_losses(&r->loss.grid) <= points)
		add_losses(fcinfo, r);
	else
		add_points(fcinfo, r, points);
	return (Datum) 0;
}

/*
 * risk_report(s, level) -> one row: accounts, revenue, unrated_accounts,
 * unrated_revenue, correlation, expected_loss, at_risk_share, loss_stddev,
 * loss_lower, loss_upper, loss_quantile, loss_shortfall.
 */
PG_FUNCTION_INFO_V1(cx_risk_report);
Datum
cx_risk_report(PG_FUNCTION_ARGS)
{
	const CxRisk *risk = cx_risk_arg(fcinfo, 0);
	double		level = cx_level_arg(fcinfo, 1);
	CxRow		row = {0};
	Reading    *r;

	cx_row_put(&row, Int64GetDatum(risk->n - risk->unrated), false);
	cx_row_put(&row, cx_money_to_numeric(&risk->revenue), false);
	cx_row_put(&row, Int64GetDatum(risk->unrated), false);
	cx_row_put(&row, cx_money_to_numeric(&risk->unrated_revenue), false);
	cx_row_real(&row, risk->n > 0 ? risk->correlation : NAN);
	if (!has_rated(risk))
	{
		for (int i = 0; i < 7; i++)
			cx_row_put(&row, (Datum) 0, true);
		return cx_row_datum(fcinfo, &row);
	}
	r = read_risk(risk);
	cx_row_put(&row, expected_amount(risk), false);
	cx_row_real(&row, cx_risk_share(risk));
	cx_row_put(&row, stddev_amount(risk), false);
	put_interval(&row, r, level);
	cx_row_put(&row, loss_amount(r, cx_loss_quantile(&r->loss, level)), false);
	cx_row_put(&row, loss_amount(r, cx_loss_shortfall(&r->loss, level)), false);
	return cx_row_datum(fcinfo, &row);
}
