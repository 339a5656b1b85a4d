/*
 * Asks in libpq's binary format.
 *
 *   libpq CONNECTION < questions      one question a line: name, tab, SQL, and values of its parameters, parted by tabs
 *
 * What every client here prints: "?name", ":column, type in PostgreSQL, type in the client" for each column, a line for
 * each row, or "!message".  Values are parted by tabs, \N is NULL.
 *
 * The binary values of the types that reports are made of are decoded here.  A value of any other type goes back to the
 * server as a binary parameter, which answers with its text.
 */
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BOOL = 16, INT8 = 20, INT4 = 23, TEXT = 25, FLOAT8 = 701, DATE = 1082, NUMERIC = 1700 };

static PGconn *connection;

static uint64_t
big_endian(const unsigned char *bytes, int size)
{
	uint64_t	number = 0;

	for (int i = 0; i < size; i++)
		number = number << 8 | bytes[i];
	return number;
}

/* Digits of base 10000: their number, the weight of the first, the sign and the scale stand before them. */
static void
print_numeric(const unsigned char *bytes)
{
	int			digits = (int) big_endian(bytes, 2);
	int			weight = (int16_t) big_endian(bytes + 2, 2);
	int			sign = (int) big_endian(bytes + 4, 2);
	int			scale = (int) big_endian(bytes + 6, 2);
	char		fraction[32 * 1024];
	int			length = 0;

	if (sign & 0x8000)
	{
		printf("NaN");
		return;
	}
	if (sign == 0x4000)
		putchar('-');
	for (int i = 0; i <= weight; i++)
		printf(i == 0 ? "%d" : "%04d", i < digits ? (int) big_endian(bytes + 8 + 2 * i, 2) : 0);
	if (weight < 0)
		putchar('0');
	for (int i = weight + 1; length < scale; i++)
		length += sprintf(fraction + length, "%04d", i >= 0 && i < digits ? (int) big_endian(bytes + 8 + 2 * i, 2) : 0);
	if (scale > 0)
		printf(".%.*s", scale, fraction);
}

static void
print_by_server(Oid type, const char *bytes, int size)
{
	const int	binary = 1;
	PGresult   *result = PQexecParams(connection, "SELECT $1::text", 1, &type, &bytes, &size, &binary, 0);

	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		printf("%s", PQgetvalue(result, 0, 0));
	else
		printf("refused: %s", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
	PQclear(result);
}

static bool
has_size(Oid type, int size)
{
	switch (type)
	{
		case BOOL:
			return size == 1;
		case INT4:
		case DATE:
			return size == 4;
		case INT8:
		case FLOAT8:
			return size == 8;
		default:
			return true;
	}
}

static void
print_value(Oid type, const char *value, int size)
{
	const unsigned char *bytes = (const unsigned char *) value;
	uint64_t	bits;
	double		number;

	if (!has_size(type, size))
	{
		printf("%d bytes", size);
		return;
	}
	switch (type)
	{
		case BOOL:
			putchar(bytes[0] ? 't' : 'f');
			break;
		case INT4:
			printf("%d", (int32_t) big_endian(bytes, 4));
			break;
		case INT8:
			printf("%lld", (long long) big_endian(bytes, 8));
			break;
		case FLOAT8:
			bits = big_endian(bytes, 8);
			memcpy(&number, &bits, 8);
			printf("%.17g", number);
			break;
		case TEXT:
			printf("%.*s", size, value);
			break;
		case NUMERIC:
			print_numeric(bytes);
			break;
		default:
			print_by_server(type, value, size);
	}
}

static const char *
client_type(Oid type)
{
	switch (type)
	{
		case BOOL:
			return "1 byte";
		case INT4:
		case DATE:
			return "4 bytes";
		case INT8:
			return "8 bytes";
		case FLOAT8:
			return "8 bytes, IEEE 754";
		case TEXT:
			return "UTF-8";
		case NUMERIC:
			return "base 10000";
		default:
			return "binary, as in COPY";
	}
}

/* The type's name, as the server has it. */
static void
print_type(Oid type)
{
	char		query[64];
	PGresult   *result;

	snprintf(query, sizeof query, "SELECT %u::regtype", type);
	result = PQexec(connection, query);
	printf("%s", PQgetvalue(result, 0, 0));
	PQclear(result);
}

static void
ask(char *line)
{
	char	   *name = strsep(&line, "\t");
	char	   *query = strsep(&line, "\t");
	const char *values[8];
	int			parameters = 0;
	PGresult   *result;

	while (line != NULL && parameters < 8)
		values[parameters++] = strsep(&line, "\t");
	printf("?%s\n", name);
	result = PQexecParams(connection, query, parameters, NULL, values, NULL, NULL, 1);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		printf("!%s\n", PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
	for (int column = 0; column < PQnfields(result); column++)
	{
		printf(":%s\t", PQfname(result, column));
		print_type(PQftype(result, column));
		printf("\t%s\n", client_type(PQftype(result, column)));
	}
	for (int row = 0; row < PQntuples(result); row++)
		for (int column = 0; column < PQnfields(result); column++)
		{
			if (PQgetisnull(result, row, column))
				printf("\\N");
			else
				print_value(PQftype(result, column), PQgetvalue(result, row, column), PQgetlength(result, row, column));
			putchar(column + 1 < PQnfields(result) ? '\t' : '\n');
		}
	PQclear(result);
}

int
main(int argc, char **argv)
{
	char	   *line = NULL;
	size_t		room = 0;
	ssize_t		length;

	connection = PQconnectdb(argv[1]);
	if (PQstatus(connection) != CONNECTION_OK)
	{
		fprintf(stderr, "%s", PQerrorMessage(connection));
		return 1;
	}
	while ((length = getline(&line, &room, stdin)) > 0)
	{
		line[length - 1] = '\0';
		ask(line);
	}
	PQfinish(connection);
	return 0;
}
