#!/bin/sh
# Runs the query in a file; prints its rows as JSON.  PGHOST and so on say where.
set -e
{
	echo "SELECT coalesce(json_agg(answer), '[]') FROM ("
	sed '$ s/;[[:space:]]*$//' "$1"
	echo ') AS answer;'
} | psql -XAtq -v ON_ERROR_STOP=1
