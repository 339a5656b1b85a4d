/*-------------------------------------------------------------------------
 *
 * tally.c
 *	  Tallies of answers: merging, subtracting, validating (see tally.h).
 *
 *-------------------------------------------------------------------------
 */
#include "base/tally.h"

#include <math.h>

/* "the NPS scale 0 to 10", "5-point CSAT, top 2 boxes", ... for messages */
static char *
describe_scale(uint8 kind, int scale, int option)
{
	switch (kind)
	{
		case CX_TALLY_CSAT:
			return psprintf("%d-point CSAT, top %d", scale, option);
		case CX_TALLY_CES:
			return psprintf("%d-point effort, %s is easy", scale,
							option ? "low" : "high");
		default:
			return psprintf("0 to %d NPS", scale);
	}
}

void
cx_count_overflow(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("a summary cannot hold more than %lld answers",
					(long long) PG_INT64_MAX)));
}

void
cx_tally_scales_differ(const CxTally *tally, const CxScale *other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("answers on different scales cannot be merged or compared: %s and %s",
					describe_scale(other->kind, tally->scale, tally->option),
					describe_scale(other->kind, other->scale, other->option)),
			 errhint("Group by the scale and all that belongs to it, and keep one summary for each.")));
}

static CxScale
scale_of(const CxTally *tally)
{
	return (CxScale) {tally->header.kind, tally->scale, tally->option};
}

/* Scores on different scales cannot be compared either. */
void
cx_tally_require_same_scale(const CxTally *a, const CxTally *b)
{
	CxScale		scale = scale_of(b);

	if (a->scale != b->scale || a->option != b->option)
		cx_tally_scales_differ(a, &scale);
}

CxTally *
cx_tally_new(uint8 kind)
{
	return (CxTally *) cx_summary_new(CX_TALLY_VERSION, kind, sizeof(CxTally));
}

/* A weighted tally, still without answers, of the kind of the empty one. */
CxTally *
cx_tally_weighted(const CxTally *empty)
{
	CxHeader   *tally = cx_summary_new(CX_TALLY_VERSION, empty->header.kind,
									   sizeof(CxWeightedTally));

	tally->flags = CX_TALLY_WEIGHTED;
	return (CxTally *) tally;
}

/* ---- packed and open ---- */

/* The packed form of an unweighted tally, if its counts fit. */
static bool
pack(const CxTally *tally, CxPackedTally *packed)
{
	memset(packed, 0, sizeof(*packed));
	SET_VARSIZE(packed, sizeof(*packed));
	packed->header.version = CX_TALLY_VERSION;
	packed->header.kind = tally->header.kind;
	packed->header.flags = CX_TALLY_PACKED;
	packed->scale = tally->scale;
	packed->option = tally->option;
	for (int i = 0; i < CX_TALLY_SLOTS; i++)
	{
		if (tally->counts[i] > PG_UINT32_MAX)
			return false;
		packed->counts[i] = (uint32) tally->counts[i];
	}
	return !cx_tally_is_weighted(tally);
}

static CxTally *
unpack(const CxPackedTally *packed)
{
	CxTally    *tally = cx_tally_new(packed->header.kind);

	tally->scale = packed->scale;
	tally->option = packed->option;
	for (int i = 0; i < CX_TALLY_SLOTS; i++)
	{
		tally->counts[i] = packed->counts[i];
		tally->n += packed->counts[i];
	}
	return tally;
}

const CxHeader *
cx_tally_open_value(const CxHeader *value)
{
	return cx_tally_is_packed(value) ?
		&unpack((const CxPackedTally *) value)->header : value;
}

CxHeader *
cx_tally_close_value(CxHeader *value)
{
	CxPackedTally packed;

	return pack((const CxTally *) value, &packed) ?
		cx_summary_copy(&packed.header) : value;
}

const CxTally *
cx_tally_arg(FunctionCallInfo fcinfo, int argno)
{
	const CxHeader *tally = cx_tally_open_value(cx_tally_value_arg(fcinfo, argno));
	const char *fault = cx_tally_fault(tally);

	if (unlikely(fault != NULL))
		cx_summary_damaged(fault);
	return (const CxTally *) tally;
}

/*
 * Begin to change a tally: the open form of 'value', or of a copy of it unless
 * we may scribble on it.
 */
CxTally *
cx_tally_begin(CxHeader *value, bool scribble)
{
	if (cx_tally_is_packed(value))
		return unpack((const CxPackedTally *) value);
	return (CxTally *) (scribble ? value : cx_summary_copy(value));
}

/*
 * Done: the changed tally as it is stored, in the place of 'value' where we may
 * scribble on it, as no value is shorter than a packed one.
 */
Datum
cx_tally_end(CxTally *tally, CxHeader *value, bool scribble)
{
	CxPackedTally packed;

	if (!pack(tally, &packed))
		return PointerGetDatum(tally);
	if (!scribble)
		return PointerGetDatum(cx_summary_copy(&packed.header));
	memcpy(value, &packed, sizeof(packed));
	return PointerGetDatum(value);
}

/*
 * Merge two packed tallies of one scale; false leaves 'into' as it was, where
 * there is more to it.
 */
bool
cx_packed_merge(CxHeader *into, const CxHeader *from)
{
	CxPackedTally *a = (CxPackedTally *) into;
	const CxPackedTally *b = (const CxPackedTally *) from;
	uint32		counts[CX_TALLY_SLOTS];
	bool		fits = true;

	if (!cx_tally_is_packed(into) || !cx_tally_is_packed(from) ||
		a->scale != b->scale || a->option != b->option)
		return false;
	for (int i = 0; i < CX_TALLY_SLOTS; i++)
	{
		counts[i] = a->counts[i] + b->counts[i];
		fits &= counts[i] >= a->counts[i];
	}
	if (fits)
		memcpy(a->counts, counts, sizeof(counts));
	return fits;
}

/* ---- changing the open form ---- */

void
cx_tally_count(CxTally *tally)
{
	tally->n = 0;
	for (int slot = 0; slot < CX_TALLY_SLOTS; slot++)
	{
		int64		n;

		if (!pg_add_s64_overflow(tally->n, tally->counts[slot], &n))
			tally->n = n;
	}
}

/* Take answers out of one slot; the last one out leaves the empty tally. */
void
cx_tally_subtract_slot(CxTally *tally, int slot, int64 times)
{
	if (times > tally->counts[slot])
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("cannot take %lld of answer %d out: the summary holds %lld",
						(long long) times, slot + cx_lowest_answer(tally->header.kind),
						(long long) tally->counts[slot]),
				 errhint("Only answers that were put in can be taken out again: are both summaries of the same question and of the same rows?")));
	tally->counts[slot] -= times;
	tally->n -= times;
	if (tally->n == 0)
		tally->scale = tally->option = 0;
}

static void
merge_weights(CxWeightedTally *into, const CxWeightedTally *from)
{
	for (int i = 0; i < CX_TALLY_SLOTS; i++)
		cx_add_two(&into->weight[i], &into->weight_low[i],
				   from->weight[i], from->weight_low[i]);
	cx_add_two(&into->squares, &into->squares_low,
			   from->squares, from->squares_low);
}

/*
 * Add the answers of 'from' to 'into', which is changed in place unless it is
 * empty and 'from' is larger: use what is returned.
 */
CxTally *
cx_tally_merge(CxTally *into, const CxTally *from)
{
	CxScale		scale = scale_of(from);

	if (from->n == 0)
		return into;
	if (into->n == 0)
	{
		if (VARSIZE(into) != VARSIZE(from))
			return (CxTally *) cx_summary_copy(&from->header);
		memcpy(into, from, VARSIZE(from));
		return into;
	}
	cx_tally_take_scale(into, &scale);
	if (cx_tally_is_weighted(into) != cx_tally_is_weighted(from))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a weighted and an unweighted summary cannot be merged"),
				 errhint("Give the unweighted answers a weight of 1 where they are summarised.")));
	if (pg_add_s64_overflow(into->n, from->n, &into->n))
		cx_count_overflow();
	for (int i = 0; i < CX_TALLY_SLOTS; i++)
	{
		if (pg_add_s64_overflow(into->counts[i], from->counts[i], &into->counts[i]))
			cx_count_overflow();
	}
	if (cx_tally_is_weighted(into))
		merge_weights((CxWeightedTally *) into, (const CxWeightedTally *) from);
	return into;
}

/* Take the answers of 'other' out of 'from' again. */
void
cx_tally_subtract(CxTally *from, const CxTally *other)
{
	CxScale		scale = scale_of(other);

	if (other->n == 0)
		return;
	if (cx_tally_is_weighted(from) || cx_tally_is_weighted(other))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("answers cannot be taken out of a weighted summary"),
				 errdetail("Sums of weights are rounded, so the rest would not be exact."),
				 errhint("Summarise the remaining answers instead.")));
	if (from->n > 0)
		cx_tally_take_scale(from, &scale);
	for (int i = 0; i < CX_TALLY_SLOTS; i++)
	{
		if (other->counts[i] > 0)
			cx_tally_subtract_slot(from, i, other->counts[i]);
	}
}

/*
 * The effective number of answers, (sum w)^2 / sum w^2 (Kish 1965).  It is
 * between 1 and n, and just that where rounding has left it beside: one answer
 * must not pass for a bit more than one, which would have a variance.
 */
static double
effective_n(const CxWeightedTally *weighted, double total)
{
	double		n = total * (total / weighted->squares);
	double		rounding = 1e-12;

	if (n < 1 + rounding)
		return 1;
	if (n * (1 + rounding) > (double) weighted->tally.n)
		return (double) weighted->tally.n;
	return n;
}

/* The distribution of the answers, for the statistics. */
void
cx_tally_answers(const CxTally *tally, CxAnswers *answers)
{
	const CxWeightedTally *weighted = (const CxWeightedTally *) tally;

	answers->lowest = cx_lowest_answer(tally->header.kind);
	answers->count = tally->n == 0 ? 0 : tally->scale - answers->lowest + 1;
	answers->total = 0;
	for (int i = 0; i < answers->count; i++)
	{
		answers->weight[i] = cx_tally_is_weighted(tally) ?
			weighted->weight[i] : (double) tally->counts[i];
		answers->total += answers->weight[i];
	}
	answers->n = (double) tally->n;
	if (cx_tally_is_weighted(tally))
		answers->n = answers->total > 0 ? effective_n(weighted, answers->total) : 0;
}

/* ---- what the codec needs to know ---- */

bool
cx_tally_has_answers(const CxHeader *value)
{
	return ((const CxTally *) value)->n > 0;
}

bool
cx_tally_has_weights(const CxHeader *value)
{
	return cx_tally_has_answers(value) &&
		cx_tally_is_weighted((const CxTally *) value);
}

int
cx_tally_first(const CxHeader *value)
{
	return cx_lowest_answer(value->kind);
}

/* Safe to ask before the scale is validated. */
int
cx_tally_length(const CxHeader *value)
{
	int			length = ((const CxTally *) value)->scale -
		cx_tally_first(value) + 1;

	return Min(Max(length, 0), CX_TALLY_SLOTS);
}

Size
cx_tally_value_size(const CxHeader *value)
{
	return cx_tally_is_packed(value) ? sizeof(CxPackedTally) :
		cx_tally_is_weighted((const CxTally *) value) ? sizeof(CxWeightedTally) :
		sizeof(CxTally);
}

/* Whether high + low is a sum as cx_add_two leaves it. */
static bool
is_two_sum(double high, double low)
{
	return high >= 0 && high + low == high;
}

static const char *
weights_fault(const CxWeightedTally *value)
{
	double		least = 0;		/* possible sum of squares: all weights of an answer alike */
	double		most = 0;		/* one respondent has all the weight of an answer */

	for (int i = 0; i < CX_TALLY_SLOTS; i++)
	{
		double		weight = value->weight[i];
		double		count = (double) value->tally.counts[i];

		if (!is_two_sum(weight, value->weight_low[i]))
			return "Its sums of weights are not sums of weights.";
		if (weight > 0 ? weight < CX_WEIGHT_MIN || weight > CX_WEIGHT_MAX * count * (1 + 1e-9)
			: value->weight_low[i] != 0)
			return "It has a weight that its answers cannot have.";
		most += weight * weight;
		if (count > 0)
			least += weight * weight / count;
	}
	if (!is_two_sum(value->squares, value->squares_low))
		return "Its sum of squared weights is not a sum of squares.";
	if (value->squares > most * (1 + 1e-9) || value->squares < least * (1 - 1e-9))
		return "Its sum of squared weights does not fit its weights.";
	return NULL;
}

/* The one validator of tallies, whatever they were read from. */
const char *
cx_tally_fault(const CxHeader *value)
{
	const CxTally *tally = (const CxTally *) value;
	int64		n = 0;

	if (tally->n == 0)
		return tally->scale == 0 && tally->option == 0 ? NULL : "It has a scale without answers.";
	if (value->kind != CX_TALLY_NPS && value->kind != CX_TALLY_CSAT && value->kind != CX_TALLY_CES)
		return "It is of another type.";
	if (value->kind == CX_TALLY_NPS ? tally->scale != 10 :
		tally->scale < CX_SCALE_MIN || tally->scale > CX_SCALE_MAX)
		return "Its scale does not exist.";
	if (value->kind == CX_TALLY_CSAT &&
		(tally->option < 1 || tally->option >= tally->scale))
		return "It has too few or too many top boxes.";
	if (value->kind != CX_TALLY_CSAT && tally->option > (value->kind == CX_TALLY_CES))
		return "It has an option that its scale does not have.";
	for (int i = 0; i < CX_TALLY_SLOTS; i++)
	{
		if (tally->counts[i] < 0 || tally->counts[i] > tally->n - n)
			return "Its counts add up to more than its number of answers.";
		if (tally->counts[i] > 0 && i >= cx_tally_length(value))
			return "It has answers beyond its scale.";
		n += tally->counts[i];
	}
	if (n != tally->n)
		return "Its counts add up to less than its number of answers.";
	return cx_tally_is_weighted(tally) ?
		weights_fault((const CxWeightedTally *) value) : NULL;
}
