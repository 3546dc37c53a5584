#!/usr/bin/env python3
"""Measures Qingliu beside peers in one run; see README.md. Needs duckdb and polars from PyPI, and wrk for the pages."""
import json, os, resource, subprocess, sys, tempfile, time, tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
N = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
ITEMS = [("do", 140_000), ("codmn", 180_000), ("cod", 480_000), ("bod5", 120_000), ("nh3n", 24_000), ("tp", 4_800), ("fluoride", 18_000), ("petroleum", 12_000)]
TABLE = {i["id"]: i for i in tomllib.load(open(ROOT / "crates/standards/data/gb3838-2002.toml", "rb"))["table1"]["items"]}


def duckdb_side():
    import duckdb
    db = duckdb.connect()
    db.execute("SET threads = 2")
    cases = " ".join(f"WHEN {k} THEN '{name}'" for k, (name, _) in enumerate(ITEMS))
    largest = " ".join(f"WHEN {k} THEN {top}" for k, (_, top) in enumerate(ITEMS))
    db.execute(f"""CREATE TABLE observations AS SELECT CASE n % 8 {cases} END AS item,
        CAST(((n * 2654435761) % 4294967296) % CASE n % 8 {largest} END AS DECIMAL(28, 4)) / 10000 AS v0, n FROM range({N}) AS r(n)""")
    db.execute("ALTER TABLE observations ADD COLUMN value DECIMAL(28, 4)")
    db.execute("UPDATE observations SET value = CAST(v0 AS DECIMAL(28, 4))")
    db.execute("CREATE TABLE lim (item VARCHAR, rule VARCHAR, l1 DECIMAL(28,4), l2 DECIMAL(28,4), l3 DECIMAL(28,4), l4 DECIMAL(28,4), l5 DECIMAL(28,4))")
    for name, _ in ITEMS:
        db.execute("INSERT INTO lim VALUES (?, ?, ?, ?, ?, ?, ?)", [name, TABLE[name]["rule"], *TABLE[name]["limits"]])
    t = time.perf_counter()
    rows = db.execute("""SELECT o.item, CASE WHEN l.rule = 'min'
        THEN CASE WHEN value >= l1 THEN 1 WHEN value >= l2 THEN 2 WHEN value >= l3 THEN 3 WHEN value >= l4 THEN 4 WHEN value >= l5 THEN 5 ELSE 6 END
        ELSE CASE WHEN value <= l1 THEN 1 WHEN value <= l2 THEN 2 WHEN value <= l3 THEN 3 WHEN value <= l4 THEN 4 WHEN value <= l5 THEN 5 ELSE 6 END END AS rank,
        count(*) FROM observations AS o JOIN lim AS l ON l.item = o.item GROUP BY 1, 2""").fetchall()
    return time.perf_counter() - t, rows


def polars_side():
    import polars as pl
    n = pl.select(pl.int_range(N, dtype=pl.Int64).alias("n"))
    names, tops = pl.Series([i for i, _ in ITEMS]), pl.Series([t for _, t in ITEMS], dtype=pl.Int64)
    k = n["n"] % 8
    # polars has no fast decimal comparison across scales: whole numbers of 0.0001 stand for the decimals.
    df = pl.DataFrame({"item": names.gather(k), "value": ((n["n"] * 2654435761) % 4294967296) % tops.gather(k)})
    lim = pl.DataFrame([{"item": i, "rule": TABLE[i]["rule"], **{f"l{j + 1}": round(float(x) * 10000) for j, x in enumerate(TABLE[i]["limits"])}} for i, _ in ITEMS])
    t = time.perf_counter()
    v = pl.col("value")
    up = pl.when(v <= pl.col("l1")).then(1).when(v <= pl.col("l2")).then(2).when(v <= pl.col("l3")).then(3).when(v <= pl.col("l4")).then(4).when(v <= pl.col("l5")).then(5).otherwise(6)
    down = pl.when(v >= pl.col("l1")).then(1).when(v >= pl.col("l2")).then(2).when(v >= pl.col("l3")).then(3).when(v >= pl.col("l4")).then(4).when(v >= pl.col("l5")).then(5).otherwise(6)
    out = df.lazy().join(lim.lazy(), on="item").with_columns(rank=pl.when(pl.col("rule") == "min").then(down).otherwise(up)).group_by("item", "rank").len().collect()
    return time.perf_counter() - t, out.rows()


def counts(rows):
    table = [[0] * 6 for _ in ITEMS]
    for item, rank, n in rows:
        table[[i for i, _ in ITEMS].index(item)][rank - 1] = n
    return table


def apart(side):
    """Runs a peer in a process of its own, so that its peak memory is its own."""
    code = f"import sys; sys.argv=['run.py','{N}']; sys.path.insert(0, {str(Path(__file__).parent)!r}); import run, json, resource; s, r = run.{side}(); print(json.dumps([s, run.counts(r), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))"
    return json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def assess():
    subprocess.run(["cargo", "build", "--release", "--locked", "--workspace"], cwd=ROOT, check=True)
    ours = json.loads(subprocess.run([ROOT / "target/release/xtask", "bench-assess", str(N)], check=True, capture_output=True, text=True).stdout)
    lines = [("Qingliu, in process", ours["in_process_s"], ours["peak_rss_mib"]), ("Qingliu, SQL", ours["sql_s"], ours["peak_rss_mib"])]
    for name, side in (("DuckDB", "duckdb_side"), ("polars", "polars_side")):
        seconds, table, mib = apart(side)
        assert table == ours["counts"], f"{name} gives other classes"
        lines.append((name, seconds, mib))
    base = lines[1][1]
    print(f"\n{N:,} observations to classes\n\n| who | seconds | rows/s | time against our SQL | peak MiB |\n|---|---:|---:|---:|---:|")
    for name, seconds, mib in lines:
        print(f"| {name} | {seconds:.3f} | {N / seconds:,.0f} | {seconds / base:.2f} | {mib} |")


def pages():
    with tempfile.TemporaryDirectory() as folder:
        site = subprocess.Popen([ROOT / "target/release/qingliu", "demo", "--data", f"{folder}/demo", "--addr", "127.0.0.1:8469"], stdout=subprocess.PIPE, text=True)
        try:
            for line in site.stdout:
                if line.startswith("http://"):
                    break
            print("\n| page | requests/s | p50 | p99 |\n|---|---:|---:|---:|")
            for name, path in (("Home", "zh/"), ("Water", "zh/water"), ("Section", "zh/water/hg-heli")):
                out = subprocess.run(["wrk", "-t1", "-c16", "-d8s", "--latency", f"http://127.0.0.1:8469/{path}"], check=True, capture_output=True, text=True).stdout
                pick = lambda key: next(l.split()[-1] for l in out.splitlines() if l.strip().startswith(key))
                print(f"| {name} | {pick('Requests/sec')} | {pick('50%')} | {pick('99%')} |")
        finally:
            site.terminate()
            site.wait()


if __name__ == "__main__":
    assess()
    pages()
