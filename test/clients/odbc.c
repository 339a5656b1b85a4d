/*
 * Asks through ODBC, as libpq.c does:  odbc CONNECTION < questions
 *
 * A value is fetched as what its column is described to be.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sql.h>
#include <sqlext.h>

static SQLHDBC connection;

static void
print_errors(SQLSMALLINT kind, SQLHANDLE handle, FILE *out)
{
	SQLCHAR		state[6],
				message[1024];

	if (SQLGetDiagRec(kind, handle, 1, state, NULL, message, sizeof message, NULL) == SQL_SUCCESS)
		fprintf(out, "!%s %s\n", state, message);
	else
		fprintf(out, "!no message\n");
}

static const char *
type_name(SQLSMALLINT type)
{
	static char number[32];

	switch (type)
	{
		case SQL_BIT:
			return "SQL_BIT";
		case SQL_INTEGER:
			return "SQL_INTEGER";
		case SQL_BIGINT:
			return "SQL_BIGINT";
		case SQL_DOUBLE:
			return "SQL_DOUBLE";
		case SQL_FLOAT:
			return "SQL_FLOAT";
		case SQL_NUMERIC:
			return "SQL_NUMERIC";
		case SQL_TYPE_DATE:
			return "SQL_TYPE_DATE";
		case SQL_TYPE_TIMESTAMP:
			return "SQL_TYPE_TIMESTAMP";
		case SQL_VARCHAR:
			return "SQL_VARCHAR";
		case SQL_LONGVARCHAR:
			return "SQL_LONGVARCHAR";
		case SQL_WVARCHAR:
			return "SQL_WVARCHAR";
		case SQL_WLONGVARCHAR:
			return "SQL_WLONGVARCHAR";
		default:
			snprintf(number, sizeof number, "ODBC type %d", type);
			return number;
	}
}

/* In pieces, as long as it may be. */
static void
print_text(SQLHSTMT statement, SQLUSMALLINT column)
{
	char		piece[4096];
	SQLLEN		length;
	SQLRETURN	got;

	while (SQL_SUCCEEDED(got = SQLGetData(statement, column, SQL_C_CHAR, piece, sizeof piece, &length)))
	{
		if (length == SQL_NULL_DATA)
		{
			printf("\\N");
			return;
		}
		printf("%s", piece);
		if (got == SQL_SUCCESS)
			return;
	}
}

static void
print_value(SQLHSTMT statement, SQLUSMALLINT column, SQLSMALLINT type)
{
	double		number;
	SQLBIGINT	whole;
	SQLLEN		length;

	switch (type)
	{
		case SQL_DOUBLE:
		case SQL_FLOAT:
			SQLGetData(statement, column, SQL_C_DOUBLE, &number, sizeof number, &length);
			if (length == SQL_NULL_DATA)
				printf("\\N");
			else
				printf("%.17g", number);
			break;
		case SQL_INTEGER:
		case SQL_BIGINT:
			SQLGetData(statement, column, SQL_C_SBIGINT, &whole, sizeof whole, &length);
			if (length == SQL_NULL_DATA)
				printf("\\N");
			else
				printf("%lld", (long long) whole);
			break;
		default:
			print_text(statement, column);
	}
}

/* $1 and so on are ? here: questions use each once and in order. */
static void
mark_parameters(char *query)
{
	char	   *to = query;

	for (char *from = query; *from != '\0'; from++)
		if (*from == '$')
		{
			*to++ = '?';
			from++;
		}
		else
			*to++ = *from;
	*to = '\0';
}

static void
ask(char *line)
{
	SQLHSTMT	statement;
	char	   *name = strsep(&line, "\t");
	char	   *query = strsep(&line, "\t");
	SQLSMALLINT columns,
				types[64];
	double		numbers[8];

	printf("?%s\n", name);
	SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement);
	if (line != NULL)
		mark_parameters(query);
	for (SQLUSMALLINT parameter = 1; line != NULL && parameter < 8; parameter++)
	{
		char	   *value = strsep(&line, "\t");
		char	   *end;

		numbers[parameter] = strtod(value, &end);
		if (*end == '\0')
			SQLBindParameter(statement, parameter, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, &numbers[parameter], 0, NULL);
		else
			SQLBindParameter(statement, parameter, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, strlen(value), 0, value, 0, NULL);
	}
	if (!SQL_SUCCEEDED(SQLExecDirect(statement, (SQLCHAR *) query, SQL_NTS)))
		print_errors(SQL_HANDLE_STMT, statement, stdout);
	else
	{
		SQLNumResultCols(statement, &columns);
		for (SQLUSMALLINT column = 1; column <= columns && column < 64; column++)
		{
			SQLCHAR		label[128],
						server_type[128];

			SQLDescribeCol(statement, column, label, sizeof label, NULL, &types[column], NULL, NULL, NULL);
			SQLColAttribute(statement, column, SQL_DESC_TYPE_NAME, server_type, sizeof server_type, NULL, NULL);
			printf(":%s\t%s\t%s\n", label, server_type, type_name(types[column]));
		}
		while (SQL_SUCCEEDED(SQLFetch(statement)))
			for (SQLUSMALLINT column = 1; column <= columns; column++)
			{
				print_value(statement, column, types[column]);
				putchar(column < columns ? '\t' : '\n');
			}
	}
	SQLFreeHandle(SQL_HANDLE_STMT, statement);
}

int
main(int argc, char **argv)
{
	SQLHENV		environment;
	char	   *line = NULL;
	size_t		room = 0;
	ssize_t		length;

	SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment);
	SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER) SQL_OV_ODBC3, 0);
	SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
	if (!SQL_SUCCEEDED(SQLDriverConnect(connection, NULL, (SQLCHAR *) argv[1], SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT)))
	{
		print_errors(SQL_HANDLE_DBC, connection, stderr);
		return 1;
	}
	while ((length = getline(&line, &room, stdin)) > 0)
	{
		line[length - 1] = '\0';
		ask(line);
	}
	SQLDisconnect(connection);
	return 0;
}
