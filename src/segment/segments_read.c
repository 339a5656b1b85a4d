/*-------------------------------------------------------------------------
 *
 * segments_read.c
 *	  What a map of segments says: because of whom a score changed, and who is
 *	  better or worse than the others.
 *
 *-------------------------------------------------------------------------
 */
#include "segment/segments.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/args.h"
#include "base/band.h"
#include "base/result.h"
#include "math/kitagawa.h"
#include "math/net.h"
#include "math/padjust.h"
#include "math/proportion.h"
#include "math/shrink.h"

#define PERCENT 100.0

/*
 * What the variance of an answer is pooled with, so that it is not 0 where nobody
 * varies: the answers that the adjusted Wald intervals of the two scores add
 * (Rocks 2016; Agresti & Coull 1998, The American Statistician 52), and their
 * variance.
 */
#define ADDED_NPS_ANSWERS 3.0
#define ADDED_NPS_VARIANCE 0.5
#define ADDED_CSAT_ANSWERS 4.0
#define ADDED_CSAT_VARIANCE 0.25

/* ---- the score of a tally, whichever of the two it is ---- */

typedef struct Reading
{
	uint8		kind;			/* of the tally */
	int64		responses;
	double		weight;			/* of all answers */
	double		n;				/* effective number of answers */
	double		score;			/* in points or percent; NaN without answers */
	CxNet		net;			/* of an NPS tally */
	CxProportion satisfied;		/* of a CSAT tally */
} Reading;

static const Reading nobody = {.score = NAN};

static Reading
read_tally(const CxTally *tally)
{
	Reading		r = {.kind = tally->header.kind, .responses = tally->n};
	CxAnswers	answers;

	cx_tally_answers(tally, &answers);
	r.weight = answers.total;
	r.n = answers.n;
	if (r.kind == CX_TALLY_NPS)
	{
		r.net = cx_net_of_answers(&answers, CX_LOWEST_PASSIVE, CX_LOWEST_PROMOTER);
		r.score = cx_net_percentage(&answers, CX_LOWEST_PASSIVE, CX_LOWEST_PROMOTER);
	}
	else
	{
		int			lowest = cx_lowest_satisfied(tally);

		r.satisfied = cx_proportion_of_answers(&answers, lowest);
		r.score = cx_percentage(cx_answers_sum(&answers, lowest, tally->scale), answers.total);
	}
	return r;
}

static const CxTally *
tally_at(const CxSegments *map, int i)
{
	return (const CxTally *) cx_tally_open_value(cx_segments_tally(map, i));
}

/* The test that nps_compare and csat_compare make; NaN where one has no score. */
static CxTest
compare(const Reading *a, const Reading *b)
{
	const double level = 0.95;	/* of limits that nobody looks at */

	if (isnan(a->score) || isnan(b->score))
		return (CxTest) {NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	if (a->kind == CX_TALLY_NPS)
		return cx_net_compare(&a->net, &b->net, level, CX_NET_ADJUSTED_WALD);
	return cx_proportion_compare(&a->satisfied, &b->satisfied, level);
}

static void
adjust(double *p, int n)
{
	cx_p_adjust(p, n, CX_ADJUST_BH, palloc(Max(n, 1) * sizeof(CxAdjusted)));
}

/* All answers together. */
static CxTally *
total_of(const CxSegments *map)
{
	CxTally    *total = cx_tally_new(cx_segments_tally_kind(map->header.kind));

	for (int i = 0; i < map->count; i++)
		total = cx_tally_merge(total, tally_at(map, i));
	return total;
}

static void
put_label(CxRow *row, CxLabel label)
{
	if (label.text == NULL)
		cx_row_put(row, (Datum) 0, true);
	else
		cx_row_put(row, PointerGetDatum(cstring_to_text_with_len(label.text, label.length)), false);
}

/* ---- the map itself ---- */

/* segment_total(t) -> nps_summary or csat_summary: all answers together. */
PG_FUNCTION_INFO_V1(cx_segments_total);
Datum
cx_segments_total(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(cx_tally_close_value(&total_of(cx_segments_arg(fcinfo, 0))->header));
}

/* segment_summaries(t) -> (segment, summary): what was put in, in order. */
PG_FUNCTION_INFO_V1(cx_segments_summaries);
Datum
cx_segments_summaries(PG_FUNCTION_ARGS)
{
	const CxSegments *map = cx_segments_arg(fcinfo, 0);

	cx_rows_begin(fcinfo);
	for (int i = 0; i < map->count; i++)
	{
		CxRow		row = {0};

		CHECK_FOR_INTERRUPTS();
		put_label(&row, cx_segments_label(map, i));
		cx_row_put(&row, PointerGetDatum(cx_segments_tally(map, i)), false);
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}

/* ---- because of whom ---- */

typedef struct Changed
{
	CxLabel		label;
	Reading		before;
	Reading		after;
	double		stderr_;		/* of the change of its score */
} Changed;

/* Every segment of either map, in order. */
static int
pair_segments(const CxSegments *before, const CxSegments *after, Changed *pairs)
{
	int			n = 0;

	for (int i = 0, j = 0; i < before->count || j < after->count; n++)
	{
		int			order = i == before->count ? 1 : j == after->count ? -1 :
			cx_label_compare(cx_segments_label(before, i), cx_segments_label(after, j));

		CHECK_FOR_INTERRUPTS();
		pairs[n].label = order <= 0 ? cx_segments_label(before, i) : cx_segments_label(after, j);
		pairs[n].before = order <= 0 ? read_tally(tally_at(before, i++)) : nobody;
		pairs[n].after = order >= 0 ? read_tally(tally_at(after, j++)) : nobody;
	}
	return n;
}

static void
put_change(CxRow *row, const Changed *pair, const Reading *before, const Reading *after,
		   double p_value, double p_adjusted)
{
	CxGroup		was = {pair->before.weight / before->weight, pair->before.score};
	CxGroup		is = {pair->after.weight / after->weight, pair->after.score};
	CxEffect	effect = cx_kitagawa(was, is, (before->score + after->score) / 2);
	const char *status = pair->before.responses == 0 ? "entered" :
		pair->after.responses == 0 ? "left" : "stayed";

	put_label(row, pair->label);
	cx_row_real(row, pair->before.score);
	cx_row_real(row, pair->after.score);
	cx_row_real(row, was.share);
	cx_row_real(row, is.share);
	cx_row_real(row, effect.rate);
	cx_row_real(row, effect.mix);
	cx_row_real(row, effect.rate + effect.mix);
	cx_row_real(row, PERCENT * pair->stderr_);
	cx_row_real(row, p_value);
	cx_row_real(row, p_adjusted);
	cx_row_put(row, CStringGetTextDatum(status), false);
}

/*
 * nps_change(before, after), csat_change(before, after) -> a row for every
 * segment: its score and share both times, what that did to the change of the
 * total, and whether its own change is more than chance.
 */
PG_FUNCTION_INFO_V1(cx_segments_change);
Datum
cx_segments_change(PG_FUNCTION_ARGS)
{
	const CxSegments *before = cx_segments_arg(fcinfo, 0);
	const CxSegments *after = cx_segments_arg(fcinfo, 1);
	const CxTally *total_before = total_of(before);
	const CxTally *total_after = total_of(after);
	Reading		was = read_tally(total_before);
	Reading		is = read_tally(total_after);
	int			most = Max(before->count + after->count, 1);
	Changed    *pairs = palloc(most * sizeof(Changed));
	double	   *p_value = palloc(most * sizeof(double));
	double	   *p_adjusted = palloc(most * sizeof(double));
	int			n;

	if (was.responses > 0 && is.responses > 0)
		cx_tally_require_same_scale(total_before, total_after);
	n = pair_segments(before, after, pairs);
	for (int i = 0; i < n; i++)
	{
		CxTest		test = compare(&pairs[i].after, &pairs[i].before);

		pairs[i].stderr_ = test.stderr_;
		p_value[i] = p_adjusted[i] = test.p_value;
	}
	adjust(p_adjusted, n);
	cx_rows_begin(fcinfo);
	for (int i = 0; i < n; i++)
	{
		CxRow		row = {0};

		put_change(&row, &pairs[i], &was, &is, p_value[i], p_adjusted[i]);
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}

/* ---- who is better or worse ---- */

typedef struct Standing
{
	Reading		reading;
	CxRange		range;			/* of the true score */
	double		shrunk;
	double		difference;		/* from the score of all others */
	double		statistic;
} Standing;

/*
 * The variance of an answer within its segment, of all segments with a score
 * (see math/shrink.c).
 */
static double
pooled_variance(const Standing *standing, int n, uint8 kind)
{
	bool		is_nps = kind == CX_TALLY_NPS;
	double		answers = is_nps ? ADDED_NPS_ANSWERS : ADDED_CSAT_ANSWERS;
	double		sum = answers * (is_nps ? ADDED_NPS_VARIANCE : ADDED_CSAT_VARIANCE);

	for (int i = 0; i < n; i++)
	{
		const Reading *r = &standing[i].reading;

		if (isnan(r->score))
			continue;
		answers += r->n - 1;
		sum += r->n * (is_nps ? cx_net_variance(&r->net) : r->satisfied.share * r->satisfied.rest);
	}
	return sum / answers;
}

static void
shrink(Standing *standing, int n, uint8 kind, double level)
{
	CxShrunk   *groups = palloc(Max(n, 1) * sizeof(CxShrunk));
	double		least = kind == CX_TALLY_NPS ? -PERCENT : 0;
	double		reach = PERCENT * cx_normal_reach(level);
	int			count = 0;

	for (int i = 0; i < n; i++)
	{
		if (!isnan(standing[i].reading.score))
			groups[count++] = (CxShrunk) {.level = standing[i].reading.score / PERCENT,
			.n = standing[i].reading.n};
	}
	cx_shrink(groups, count, pooled_variance(standing, n, kind));
	count = 0;
	for (int i = 0; i < n; i++)
	{
		Standing   *s = &standing[i];

		s->shrunk = s->range.lower = s->range.upper = NAN;
		if (isnan(s->reading.score))
			continue;
		s->shrunk = PERCENT * groups[count].mean;
		s->range = cx_range_around(s->shrunk - reach * groups[count].stddev,
								   s->shrunk + reach * groups[count].stddev,
								   s->shrunk, least, PERCENT);
		count++;
	}
}

/* Compare each segment with all others, and leave the p-values of the tests. */
static void
compare_with_rest(const CxSegments *map, Standing *standing, double *p_value)
{
	uint8		kind = cx_segments_tally_kind(map->header.kind);
	CxTally   **behind = palloc((map->count + 1) * sizeof(CxTally *));
	CxTally    *before = cx_tally_new(kind);

	/* what lies behind each, and before it, makes the rest, of weights too */
	behind[map->count] = cx_tally_new(kind);
	for (int i = map->count - 1; i >= 0; i--)
	{
		CHECK_FOR_INTERRUPTS();
		behind[i] = cx_tally_merge((CxTally *) cx_summary_copy(&behind[i + 1]->header),
								   tally_at(map, i));
	}
	for (int i = 0; i < map->count; i++)
	{
		Reading		rest = read_tally(cx_tally_merge((CxTally *) cx_summary_copy(&before->header),
													 behind[i + 1]));
		CxTest		test = compare(&standing[i].reading, &rest);

		CHECK_FOR_INTERRUPTS();
		standing[i].difference = PERCENT * test.difference;
		standing[i].statistic = test.statistic;
		p_value[i] = test.p_value;
		before = cx_tally_merge(before, tally_at(map, i));
	}
}

static void
put_standing(CxRow *row, const Standing *s, double p_adjusted, double level, bool hidden)
{
	const char *verdict = "unproven";

	/* as in cx_verdict: what the test draws towards the middle proves nothing else */
	if (!hidden && p_adjusted <= 1 - level)
	{
		if (s->difference > 0 && s->statistic > 0)
			verdict = "better";
		else if (s->difference < 0 && s->statistic < 0)
			verdict = "worse";
	}
	cx_row_put(row, Int64GetDatum(s->reading.responses), false);
	cx_row_real(row, hidden ? NAN : s->reading.score);
	cx_row_real(row, hidden ? NAN : s->shrunk);
	cx_row_range(row, hidden ? (CxRange) {NAN, NAN} : s->range);
	cx_row_real(row, hidden ? NAN : s->difference);
	cx_row_real(row, p_adjusted);
	cx_row_put(row, CStringGetTextDatum(verdict), false);
}

/*
 * nps_segments(t, level, min_responses), csat_segments(...) -> a row for every
 * segment: its score, the same shrunk towards all by as much as it is uncertain,
 * and whether it is better or worse than the rest.
 */
PG_FUNCTION_INFO_V1(cx_segments_league);
Datum
cx_segments_league(PG_FUNCTION_ARGS)
{
	const CxSegments *map = cx_segments_arg(fcinfo, 0);
	double		level = cx_level_arg(fcinfo, 1);
	int64		min_responses = PG_GETARG_INT64(2);
	Standing   *standing = palloc(Max(map->count, 1) * sizeof(Standing));
	double	   *p = palloc(Max(map->count, 1) * sizeof(double));

	if (min_responses < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("min_responses must not be negative, but is %lld",
						(long long) min_responses)));
	for (int i = 0; i < map->count; i++)
		standing[i].reading = read_tally(tally_at(map, i));
	shrink(standing, map->count, cx_segments_tally_kind(map->header.kind), level);
	compare_with_rest(map, standing, p);
	for (int i = 0; i < map->count; i++)
	{
		if (standing[i].reading.responses < min_responses)
			p[i] = NAN;
	}
	adjust(p, map->count);
	cx_rows_begin(fcinfo);
	for (int i = 0; i < map->count; i++)
	{
		CxRow		row = {0};

		put_label(&row, cx_segments_label(map, i));
		put_standing(&row, &standing[i], p[i], level,
					 standing[i].reading.responses < min_responses);
		cx_rows_add(fcinfo, &row);
	}
	return (Datum) 0;
}
