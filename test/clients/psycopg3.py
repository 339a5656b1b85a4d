"""Asks through psycopg 3, as libpq.c does:  psycopg3.py text|binary CONNECTION < questions"""

import re
import sys
from decimal import Decimal

import psycopg


def show(value):
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list):
        return "{" + ",".join(map(show, value)) + "}"
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return str(value)


def ask(cursor, name, query, *parameters):
    print("?" + name)
    try:
        if parameters:
            query = re.sub(r"\$[0-9]", "%s", query.replace("%", "%%"))
            cursor.execute(query, [float(p) if re.fullmatch("[0-9.]+", p) else p for p in parameters])
        else:
            cursor.execute(query)
    except psycopg.Error as error:
        print("!" + str(error).splitlines()[0])
        return
    rows = cursor.fetchall()
    for i, column in enumerate(cursor.description):
        classes = sorted({type(row[i]).__name__ for row in rows if row[i] is not None})
        print(":" + column.name, cursor.connection.execute("SELECT %s::regtype::text", [column.type_code]).fetchone()[0], " or ".join(classes), sep="\t")
    for row in rows:
        print(*map(show, row), sep="\t")


sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8")
with psycopg.connect(sys.argv[2], autocommit=True) as connection, connection.cursor(binary=sys.argv[1] == "binary") as cursor:
    for line in sys.stdin:
        ask(cursor, *line.rstrip("\n").split("\t"))
