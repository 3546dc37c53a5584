#!/usr/bin/env python3
"""Registers at scale: 200 000 enterprises imported, then listed, filtered and mapped; beside SQLite alone.

Needs wrk (Debian) and a release build: cargo build --release --locked. Prints a table; nothing is kept.
The peer does less: it keeps the rows of the same file in one table of one SQLite file (one transaction, WAL, synchronous
FULL), without checks, versions, ledger or pages, through Python's own module. What stands between is the price of those.
"""

import csv
import pathlib
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target" / "release" / "qingliu"
ENTRIES = 200_000
COUNTIES = ["xiangyang", "gongnong", "nanshan", "xingan", "dongshan", "xingshan", "luobei", "suibin"]
ADDRESS = "127.0.0.1:8471"


def write(path: pathlib.Path) -> None:
    chance = random.Random(2016)
    with path.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "name_zh", "county", "industry", "key_discharger", "state", "longitude", "latitude"])
        for n in range(ENTRIES):
            county = chance.choice(COUNTIES)
            industry = chance.choice(["paper", "tanning", "printing_dyeing"])
            place = f"{130 + chance.random() * 2:.6f}", f"{47 + chance.random() * 1.5:.6f}"
            rows.writerow([f"e-{n}", f"示例企业{n}", county, industry, chance.choice(["true", "false"]), "operating", *place])


def timed(run) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def into_sqlite(path: pathlib.Path, file: pathlib.Path) -> None:
    store = sqlite3.connect(file)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = FULL")
    store.execute("CREATE TABLE e (id TEXT PRIMARY KEY, name TEXT UNIQUE, county TEXT, industry TEXT, key TEXT, state TEXT, lon TEXT, lat TEXT)")
    with path.open(encoding="utf-8") as text:
        rows = csv.reader(text)
        next(rows)
        store.executemany("INSERT INTO e VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    store.commit()
    store.close()


def page(path: str) -> str:
    """Requests a second and the slowest of a hundred, one connection: what one officer waits."""
    told = subprocess.run(["wrk", "-t1", "-c1", "-d5s", "--latency", f"http://{ADDRESS}{path}"], capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told).group(1)
    median = re.search(r"50%\s+([\d.]+\w+)", told).group(1)
    slow = re.search(r"99%\s+([\d.]+\w+)", told).group(1)
    return f"{rate:>8} requests/s, median {median}, 99 % {slow}"


def main() -> None:
    if not PROGRAM.exists():
        sys.exit("no release build (cargo build --release --locked)")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        file, data = folder / "enterprise.csv", folder / "store"
        write(file)
        subprocess.run([PROGRAM, "init", "--data", data, "--pack", ROOT / "plans" / "hegang"], check=True, stdout=subprocess.DEVNULL)
        ours = timed(lambda: subprocess.run([PROGRAM, "import", file, "--data", data, "--register", "enterprise", "--source", "bench", "--made-up"], check=True))
        alone = timed(lambda: into_sqlite(file, folder / "alone.db"))
        print(f"import of {ENTRIES} entries: {ours:.1f} s (checked, versioned, in the ledger); SQLite alone {alone:.1f} s; ratio {ours / alone:.1f}")
        serve = subprocess.Popen([PROGRAM, "serve", "--data", data, "--addr", ADDRESS, "--as-of", "2021-04-05"], stdout=subprocess.PIPE, text=True)
        try:
            for line in serve.stdout:
                if line.startswith("http"):
                    break
            subprocess.run(["curl", "-s", "-o", "/dev/null", f"http://{ADDRESS}/zh/registers/enterprise"], check=True)
            for what, path in [
                ("list with map", "/zh/registers/enterprise"),
                ("page 2000", "/zh/registers/enterprise?page=2000"),
                ("filter and search", "/zh/registers/enterprise?county=luobei&q=777"),
                ("sorted", "/zh/registers/enterprise?sort=-name_zh"),
                ("one entry", "/zh/registers/enterprise/e-4711"),
            ]:
                print(f"{what:18} {page(path)}")
        finally:
            serve.terminate()
            serve.wait()


if __name__ == "__main__":
    main()
