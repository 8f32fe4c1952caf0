"""A client of Kinto, as plain as ours: `load URL FILE` puts records there, `sync URL FOLDER` fetches what changed since
the last time, page by page, into SQLite in one transaction. Python's own library alone."""

import gzip
import http.client
import json
import sqlite3
import sys
from urllib.parse import urlsplit

RECORDS = "/v1/buckets/city/collections/news/records"


class Server:
    def __init__(self, url):
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=600)

    def ask(self, method, path, body=None):
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {data[:300]}")
        return answer.headers, json.loads(data)


def load(url, file):
    server = Server(url)
    server.ask("PUT", "/v1/buckets/city", {})
    server.ask("PUT", "/v1/buckets/city/collections/news", {})
    waiting = []

    def send():
        _, answer = server.ask("POST", "/v1/batch", {"defaults": {"method": "PUT"}, "requests": waiting})
        failed = [a for a in answer["responses"] if a["status"] >= 400]
        if failed:
            raise SystemExit(str(failed[0])[:300])
        waiting.clear()

    with open(file, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            waiting.append({"path": f"{RECORDS}/{record['key']}", "body": {"data": record["record"]}})
            if len(waiting) == 500:
                send()
    if waiting:
        send()


def sync(url, folder):
    server = Server(url)
    cache = sqlite3.connect(f"{folder}/cache.db")
    cache.execute("PRAGMA journal_mode = WAL")
    cache.execute("CREATE TABLE IF NOT EXISTS record (id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID")
    cache.execute("CREATE TABLE IF NOT EXISTS since (etag TEXT NOT NULL)")
    row = cache.execute("SELECT etag FROM since").fetchone()
    path = f"{RECORDS}?_since={row[0]}" if row else RECORDS
    newest = None
    while path:
        headers, answer = server.ask("GET", path)
        newest = newest or headers["ETag"].removeprefix("W/").strip('"')
        for record in answer["data"]:
            if record.get("deleted"):
                cache.execute("DELETE FROM record WHERE id = ?", (record["id"],))
            else:
                text = json.dumps(record, ensure_ascii=False)
                cache.execute("INSERT OR REPLACE INTO record (id, json) VALUES (?, ?)", (record["id"], text))
        after = headers.get("Next-Page")
        path = after and "?".join(part for part in (urlsplit(after).path, urlsplit(after).query) if part)
    cache.execute("DELETE FROM since")
    cache.execute("INSERT INTO since (etag) VALUES (?)", (newest,))
    cache.commit()
    print(cache.execute("SELECT count(*) FROM record").fetchone()[0])


{"load": load, "sync": sync}[sys.argv[1]](*sys.argv[2:])
