# SPDX-License-Identifier: Apache-2.0
"""The files of a run directory, made up: what a report is made of, of any size and in any state."""
import csv
import json

PARTS = ["queue", "serialise", "flight_fec", "replay", "switch", "memory", "other"]
# A name that is trouble wherever it is not escaped.
HOSTILE = "</script><script>alert(1)</script>\"'&<b onload=x>"


def write_csv(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def busy(link, side, step):
    """Utilisation in percent, as link_series.csv says it."""
    return (7 * link + 31 * side + 13 * step) % 101


def resent(link, step):
    return 40 if link == 3 and step % 3 == 0 else 0


def is_up(link, step):
    return not (link == 5 and 4 <= step < 8)


class Run:
    """A star of `npus` NPUs; what it was like is for tests to change before write()."""

    def __init__(self, npus=8, steps=20, name="npu"):
        self.npus, self.steps, self.name = npus, steps, name
        self.summary = {
            "schema": 1, "weft": {"version": "0.1.0", "commit": "0123456789ab", "build": "Release"},
            "scenario": "made_up.toml", "seed": 7, "config_hash": "00ff" * 8,
            "started": "2031-05-14T09:30:00Z", "verdict": "pass", "exit": 0, "ending": "done",
            "reason": "", "digest": "ab" * 16, "result_hash": "cd" * 16,
            "sim_time_fs": steps * 2_000_000_000, "wall_s": 1.5,
            "invariants": {"issued": 1000 * npus, "retired": 1000 * npus, "lost": 0,
                           "duplicated": 0, "misordered": 0, "corrupted": 0,
                           "credits_leaked": None, "replays": 7},
            "checks": [{"what": "complete", "wanted": "true", "seen": "true", "passed": True,
                        "parts": 1, "met": 1},
                       {"what": "link3.replays", "wanted": "5..100", "seen": "3", "passed": False,
                        "parts": 1, "met": 0}],
            "faults": [{"kind": "flap", "where": "link5", "expect": "retrained",
                        "recovered": True, "took_ns": 812.5, "passed": True}],
            "metrics": [{"name": "collective.time", "value": 30760.0, "unit": "ns"},
                        {"name": "collective.busbw", "value": 59.66, "unit": "GB/s"}],
            "repeat": "weft run made_up.toml --seed 7", "end": True}
        self.log = "by 2us  link0 is up\n"
        self.scenario = "schema = 1\n"

    def node(self, i):
        return f"{self.name}{i}"

    def links(self):
        return [(f"link{i}", f"{self.node(i)}.port0", f"sw0.port{i}") for i in range(self.npus)]

    def write(self, folder):
        folder.mkdir()
        (folder / ".weft-run").write_text("weft run directory 1\n")
        (folder / "summary.json").write_text(json.dumps(self.summary, indent=1))
        (folder / "log.txt").write_text(self.log)
        (folder / "scenario.toml").write_text(self.scenario)
        self.write_topology(folder)
        self.write_links(folder)
        self.write_latency(folder)
        return folder

    def write_topology(self, folder):
        nodes = [{"name": self.node(i), "kind": "npu", "id": i, "ports": 1}
                 for i in range(self.npus)]
        nodes.append({"name": "sw0", "kind": "switch", "id": None, "ports": self.npus})
        links = [{"name": name, "a": a, "b": b, "rate_gbps": 800.0, "level": "rtl"}
                 for name, a, b in self.links()]
        (folder / "topology.json").write_text(json.dumps({"nodes": nodes, "links": links}))
        (folder / "fidelity.json").write_text(json.dumps(
            [{"part": "link", "feature": "replay", "level": "exact", "why": "it is the RTL",
              "exercised": True},
             {"part": "phy", "feature": "skew", "level": "not_modelled", "why": "lanes are alike",
              "exercised": False}]))

    def write_links(self, folder):
        write_csv(folder / "links.csv",
                  ["link", "direction", "level", "from", "to", "rate_gbps", "packets",
                   "payload_bytes", "flits", "flits_resent", "replays", "bad", "stall_ns",
                   "utilisation_pct", "state"],
                  [[name, "ab"[side] + "_to_" + "ba"[side], "rtl", (a, b)[side], (b, a)[side],
                    800.0, 1000 + i, 2_000_000, 9000, 5746 * (i == 3), 44 * (i == 3), 0, 12.25,
                    f"{busy(i, side, 3):.2f}", "DOWN" if i == 5 else "ACTIVE"]
                   for i, (name, a, b) in enumerate(self.links()) for side in (0, 1)])
        write_csv(folder / "link_series.csv",
                  ["time_ns", "link", "direction", "flits", "flits_resent", "replays",
                   "utilisation_pct", "state"],
                  [[2000 * (step + 1), name, "ab"[side] + "_to_" + "ba"[side], 100,
                    resent(i, step), "", f"{busy(i, side, step):.2f}",
                    "up" if is_up(i, step) else "down"]
                   for step in range(self.steps) for i, (name, _, _) in enumerate(self.links())
                   for side in (0, 1)])

    def write_latency(self, folder):
        """Of each node 1000 transactions: 500 at 100 ns, 489 at 200, 10 at 300 and one at 400."""
        rows = []
        for i in range(self.npus):
            seen = 0
            for ns, count in ((100, 500), (200, 489), (300, 10), (400, 1)):
                seen += count
                rows.append([self.node(i), ns, count, seen])
        write_csv(folder / "latency.csv", ["node", "latency_ns", "count", "cumulative"], rows)
        write_csv(folder / "breakdown.csv", ["node", "part", "mean_ns"],
                  [[self.node(i), part, 10 * (n + 1)] for i in range(self.npus)
                   for n, part in enumerate(PARTS)])
