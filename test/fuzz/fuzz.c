/*-------------------------------------------------------------------------
 *
 * fuzz.c
 *	  libFuzzer inside of a backend: what is fuzzed are the input and receive
 *	  functions as they are, with PostgreSQL's own memory, errors and numerics
 *	  about them.
 *
 * This file becomes a part of the extension's library.  Its one SQL function,
 * cx_fuzz(type, is_binary, log, questions, options), hands the backend over to libFuzzer,
 * which ends it.  Of each input it demands:
 *
 * - a refusal blames the data: an SQLSTATE of class 22 or 54;
 * - what is accepted comes back as the same bytes, by way of text and of binary;
 * - of every fourth value one of the questions is asked, SQL statements about $1:
 *   it is answered, with nothing that is NaN or infinite, or refused like input.
 *
 * Whatever else happens aborts, and libFuzzer keeps the input.
 *
 *-------------------------------------------------------------------------
 */
#define CX_FUZZ_ALLOC_C
#include "alloc.h"

#include <sanitizer/asan_interface.h>
#include <unistd.h>
#include <fcntl.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

extern int	LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback) (const uint8_t *, size_t));

/* ---- Memory ---- */

#define GUARD 64

typedef struct Chunk
{
	char	   *start;
	Size		size;
} Chunk;

static Chunk *chunks;
static int	chunk_count;
static int	chunk_room;
static bool guarding;		/* while input is read, and no longer: what else has it freed is used again unseen */

static void
guard(void *start, Size size)
{
	if (chunk_count == chunk_room)
	{
		chunk_room = chunk_room ? 2 * chunk_room : 1024;
		chunks = realloc(chunks, chunk_room * sizeof(Chunk));
	}
	chunks[chunk_count].start = start;
	chunks[chunk_count].size = size;
	ASAN_POISON_MEMORY_REGION((char *) start + size, GUARD);
	chunk_count++;
}

/* Takes the guard away from a chunk; the last is most often the first to go. */
static void
unguard(void *start)
{
	for (int i = chunk_count - 1; i >= 0; i--)
		if (chunks[i].start == start)
		{
			ASAN_UNPOISON_MEMORY_REGION(chunks[i].start + chunks[i].size, GUARD);
			chunks[i] = chunks[--chunk_count];
			return;
		}
}

static void
unguard_all(void)
{
	for (int i = 0; i < chunk_count; i++)
		ASAN_UNPOISON_MEMORY_REGION(chunks[i].start + chunks[i].size, GUARD);
	chunk_count = 0;
}

static void
stop_guarding(void)
{
	guarding = false;
	unguard_all();
}

void *
cx_fuzz_palloc(Size size, int flags)
{
	void	   *start = palloc_extended(guarding ? size + GUARD : size, flags);

	if (guarding && start != NULL)
		guard(start, size);
	return start;
}

void *
cx_fuzz_repalloc(void *chunk, Size size, bool huge)
{
	unguard(chunk);
	if (guarding)
		size += GUARD;
	chunk = huge ? repalloc_huge(chunk, size) : repalloc(chunk, size);
	if (guarding)
		guard(chunk, size - GUARD);
	return chunk;
}

/* Its memory is used again at once, that of its children with it. */
void
cx_fuzz_delete(MemoryContext context)
{
	unguard_all();
	MemoryContextDelete(context);
}

void
cx_fuzz_pfree(void *chunk)
{
	unguard(chunk);
	pfree(chunk);
}

/* ---- What is fuzzed ---- */

static Oid	type;
static bool is_binary;
static FmgrInfo in;
static FmgrInfo out;
static FmgrInfo receive;
static FmgrInfo send;
static Oid	parameter;
static SPIPlanPtr *questions;
static int	question_count;

static void
fail(const char *what, const char *detail)
{
	fprintf(stderr, "FAILED: %s: %s\n", what, detail);
	abort();
}

static Datum
read_binary(const char *data, Size size)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	appendBinaryStringInfo(&buffer, data, size);
	return ReceiveFunctionCall(&receive, &buffer, parameter, -1);
}

static bool
same(Datum one, Datum other)
{
	return VARSIZE(DatumGetPointer(one)) == VARSIZE(DatumGetPointer(other)) &&
		memcmp(DatumGetPointer(one), DatumGetPointer(other), VARSIZE(DatumGetPointer(one))) == 0;
}

/* A value that was accepted is the same by every way out and in. */
static void
check_value(Datum value)
{
	char	   *text = OutputFunctionCall(&out, value);
	bytea	   *bytes = SendFunctionCall(&send, value);

	if (!same(value, InputFunctionCall(&in, text, parameter, -1)))
		fail("text changes it", text);
	if (!same(value, read_binary(VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ)))
		fail("binary changes it", text);
}

static void
ask(SPIPlanPtr question, Datum value)
{
	SPI_execute_plan(question, &value, NULL, true, 100);
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		char	   *answer = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 1);

		if (answer != NULL && (strstr(answer, "NaN") || strstr(answer, "Infinity")))
			fail("undefined", answer);
	}
}

static int
one_input(const uint8_t *data, size_t size)
{
	MemoryContext outer = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	char	   *text = NULL;
	uint32		sum = size;

	if (!is_binary)
	{
		text = pnstrdup((const char *) data, size);
		if (strlen(text) != size || !pg_verifymbstr(text, size, true))
		{
			pfree(text);
			return -1;
		}
	}
	for (size_t i = 0; i < size; i++)
		sum = sum * 31 + data[i];

	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		Datum		value;

		guarding = true;
		value = is_binary ? read_binary((const char *) data, size) :
			InputFunctionCall(&in, text, parameter, -1);

		check_value(value);
		stop_guarding();
		if (question_count > 0 && sum % 4 == 0)
			ask(questions[sum / 4 % question_count], value);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;
		int			class;

		stop_guarding();
		MemoryContextSwitchTo(outer);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		class = ERRCODE_TO_CATEGORY(error->sqlerrcode);
		if (class != ERRCODE_DATA_EXCEPTION && class != ERRCODE_PROGRAM_LIMIT_EXCEEDED)
			fail(unpack_sql_state(error->sqlerrcode), error->message);
		FreeErrorData(error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(outer);
	CurrentResourceOwner = owner;
	if (text)
		pfree(text);
	return 0;
}

/* cx_fuzz(type regtype, is_binary boolean, log text, questions text[], options text[]) */
PG_FUNCTION_INFO_V1(cx_fuzz);

Datum
cx_fuzz(PG_FUNCTION_ARGS)
{
	Datum	   *items;
	int			count;
	char	  **arguments;
	Oid			function;
	bool		is_varlena;
	int			log;
	MemoryContext context;

	type = PG_GETARG_OID(0);
	is_binary = PG_GETARG_BOOL(1);
	log = open(text_to_cstring(PG_GETARG_TEXT_PP(2)), O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (log < 0 || dup2(log, STDERR_FILENO) < 0)
		elog(ERROR, "the log cannot be written: %m");
	getTypeInputInfo(type, &function, &parameter);
	fmgr_info(function, &in);
	getTypeOutputInfo(type, &function, &is_varlena);
	fmgr_info(function, &out);
	getTypeBinaryInputInfo(type, &function, &parameter);
	fmgr_info(function, &receive);
	getTypeBinaryOutputInfo(type, &function, &is_varlena);
	fmgr_info(function, &send);

	SPI_connect();
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(3), TEXTOID, -1, false, TYPALIGN_INT, &items, NULL, &question_count);
	questions = palloc(question_count * sizeof(SPIPlanPtr));
	for (int i = 0; i < question_count; i++)
	{
		questions[i] = SPI_prepare(TextDatumGetCString(items[i]), 1, &type);
		if (questions[i] == NULL)
			elog(ERROR, "not a question: %s", TextDatumGetCString(items[i]));
		SPI_keepplan(questions[i]);
	}
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(4), TEXTOID, -1, false, TYPALIGN_INT, &items, NULL, &count);
	arguments = palloc0((count + 2) * sizeof(char *));
	arguments[0] = "cx_fuzz";
	for (int i = 0; i < count; i++)
		arguments[i + 1] = TextDatumGetCString(items[i]);
	count++;

	/* what the fuzzed functions leave behind goes with each subtransaction */
	context = AllocSetContextCreate(CurrentMemoryContext, "fuzz", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	LLVMFuzzerRunDriver(&count, &arguments, one_input);
	_exit(0);
}
