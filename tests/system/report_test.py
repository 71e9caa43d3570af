# SPDX-License-Identifier: Apache-2.0
"""report.html: shows what the files of a run directory say, needs nothing else, escapes everything."""
import html.parser
import re
import shutil

import program
import report_files

VOID = {"meta", "link", "input", "br", "img"}


class Page(html.parser.HTMLParser):
    """A page, read: elements with attributes, texts, and whether all that was opened is closed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.text, self.open, self.wrong = text, [], []
        self.elements, self.tables, self.words = [], {}, []
        self.table = None
        self.feed(text)
        self.close()
        if self.open:
            self.wrong.append(f"not closed: {self.open}")

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.table = self.tables.setdefault(dict(attributes)["id"], [])
        if tag == "tr":
            self.table.append([])
        if tag in ("td", "th"):
            self.table[-1].append("")

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.words.append(data)
        if self.table and self.table[-1] and ("td" in self.open or "th" in self.open):
            self.table[-1][-1] += data

    def all(self, tag, **wanted):
        wanted = {("class" if key == "kind" else key): value for key, value in wanted.items()}
        return [a for t, a in self.elements if t == tag
                and all(value in (a.get(key) or "").split() for key, value in wanted.items())]

    def has(self, text):
        return text in "".join(self.words)


class Report(program.Weft):
    def report(self, folder):
        done = self.weft("report", folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stdout.strip(), str(folder / "report.html"))
        self.assertEqual([p.name for p in folder.glob("*.partial*")], [])
        page = Page((folder / "report.html").read_text(encoding="utf-8"))
        self.assertEqual(page.wrong, [])
        return page

    def made_up(self, run=None, name="run"):
        return (run or report_files.Run()).write(self.folder / name)

    def test_a_run_leaves_the_report_that_the_command_makes_anew(self):
        done = self.weft("run", self.file("model.toml", program.MODEL), "--out", "left")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        made = (self.folder / "left/report.html").read_bytes()
        (self.folder / "left/report.html").unlink()
        page = self.report(self.folder / "left")
        self.assertEqual((self.folder / "left/report.html").read_bytes(), made)
        self.assertFalse(page.all("section", id="notes"), "a whole run lacks nothing")
        self.assertEqual(len(page.all("g", kind="link")), 8)
        self.assertTrue(page.has("PASS"))
        for name in ("checks", "invariants", "links", "percentiles", "fidelity"):
            self.assertGreater(len(page.tables[name]), 1, name)
        self.assertTrue(page.has(program.hashes(done.stdout)[0]), "the digest")

    def test_needs_nothing_but_itself(self):
        page = self.report(self.made_up())
        for tag, attributes in page.elements:
            self.assertNotIn(tag, {"img", "iframe", "object", "embed", "base"})
            for key in ("src", "href", "action", "xlink:href"):
                self.assertIn(attributes.get(key, "data:,"), {"data:,"}, tag)
        self.assertNotRegex(page.text, r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)")
        self.assertTrue(any("default-src 'none'" in (a.get("content") or "")
                            for a in page.all("meta")))

    def test_shows_what_the_tables_say(self):
        page = self.report(self.made_up())
        self.assertEqual(page.tables["percentiles"][1],
                         ["all nodes", "8,000", "151.2", "100.0", "300.0", "300.0", "400.0"])
        links = {(row[0], row[1]): row for row in page.tables["links"][1:]}
        self.assertEqual(len(links), 16)
        heads = page.tables["links"][0]
        self.assertEqual(links["link3", "a \u2192 b"][heads.index("flits resent")], "5,746")
        self.assertIn("payload, bytes", heads)
        checks = [row[0].strip() for row in page.tables["checks"][1:]]
        self.assertEqual(checks, ["\u2713 ok", "\u2717 FAIL"])
        self.assertIn(["credits leaked", "not known"], page.tables["invariants"])
        self.assertIn("\u2713 ok", page.tables["faults"][1])
        self.assertTrue(page.has("30.76") and page.has("weft run made_up.toml --seed 7"))
        levels = [row[2] for row in page.tables["fidelity"][1:]]
        self.assertEqual([level.split(" ", 1)[1] for level in levels], ["exact", "not modelled"])

    def test_draws_what_the_series_says(self):
        page = self.report(self.made_up())
        heat = next(a for a in page.all("svg", kind="chart") if "data-edges" in a)
        rows = heat["data-percents"].split(" ")
        self.assertEqual(len(rows), 16)
        for link in range(8):
            for side in (0, 1):
                cells = re.findall("..", rows[2 * link + side])
                wanted = [f"{report_files.busy(link, side, step):02x}"
                          if report_files.is_up(link, step) else "fe" for step in range(20)]
                self.assertEqual(cells, wanted, f"link{link}")
        resent = {tuple(map(int, one.split(","))) for one in heat["data-resent"].split(" ")}
        self.assertEqual(resent, {(row, step, 40) for row in (6, 7) for step in range(0, 20, 3)})
        names = [row.split("\t")[1] for row in heat["data-rows"].split("\n")]
        self.assertEqual(names[6:8], ["link3  npu3 \u2192 sw0", "link3  sw0 \u2192 npu3"])
        # The system: a link that replayed has its mark, one that is down its cross.
        self.assertEqual(len(page.all("path", kind="replayed")), 1)
        self.assertEqual(len(page.all("path", kind="cross")), 1)
        self.assertEqual(len(page.all("circle", r="7")), 8)

    def test_escapes_every_text(self):
        run = report_files.Run(name=report_files.HOSTILE)
        for key in ("scenario", "reason", "repeat", "commit", "config_hash", "digest", "verdict"):
            run.summary[key] = report_files.HOSTILE
        run.summary["waiting"] = [report_files.HOSTILE]
        run.summary["checks"][0].update(what=report_files.HOSTILE, seen=report_files.HOSTILE)
        run.summary["faults"][0][report_files.HOSTILE] = report_files.HOSTILE
        run.summary["invariants"][report_files.HOSTILE] = 1
        run.log = run.scenario = report_files.HOSTILE + "\n"
        folder = self.made_up(run)
        with open(folder / "log.txt", "ab") as log:
            log.write(b"\xff\xfe\x00\x1b[31m\n")
        page = self.report(folder)
        self.assertEqual(len(page.all("script")), 1)
        self.assertEqual(page.all("b", onload="x"), [])
        self.assertEqual([a for _, a in page.elements if any(key.startswith("on") for key in a)],
                         [])
        self.assertTrue(page.has(report_files.HOSTILE))
        self.assertNotRegex(page.text, "[\x00\x1b]")

    def test_shows_what_a_killed_run_left(self):
        run = report_files.Run()
        for key in ("checks", "metrics", "faults", "digest", "end", "exit", "ending"):
            del run.summary[key]
        run.summary["verdict"] = "running"
        folder = self.made_up(run)
        for name in ("links.csv", "latency.csv", "breakdown.csv"):
            (folder / name).unlink()
        series = (folder / "link_series.csv").read_text()
        (folder / "link_series.csv").write_text(series[:-9])
        page = self.report(folder)
        self.assertTrue(page.has("NO END") and page.has("no record of its end"))
        self.assertTrue(page.has("links.csv is not there"))
        self.assertIn(["replays", "not known"], page.tables["invariants"])
        self.assertEqual(len(page.all("path", kind="replayed")), 1, "flits were resent")
        self.assertFalse(page.all("text", kind="count"), "how many replays that were is not known")
        self.assertEqual(len(page.all("svg", kind="heat")), 1)
        half = [a["class"] for a in page.all("path") if re.match(r"u\d+", a.get("class", ""))]
        self.assertGreater(len(half), 16, "links are coloured by the series")

    def test_shows_what_is_left_of_damaged_files(self):
        folder = self.made_up()
        for name in ("summary.json", "topology.json"):
            (folder / name).write_text((folder / name).read_text()[:40])
        (folder / "fidelity.json").write_text('{"a": [1, {"b": {"c": []}}], "d": 3}')
        (folder / "links.csv").write_text("link,direction\nlink0\n\"open,a_to_b\n")
        (folder / "latency.csv").write_text("node,latency_ns,count\na,nan,1\na,5,-1\na,1e999,1\n")
        (folder / "breakdown.csv").write_bytes(bytes(range(256)) * 4)
        page = self.report(folder)
        self.assertTrue(page.has("summary.json is not whole JSON"))
        self.assertTrue(page.has("topology.json is not whole JSON"))
        self.assertTrue(page.has("links.csv: 1 rows do not have"))
        shutil.rmtree(folder)
        folder.mkdir()
        (folder / ".weft-run").write_text("weft run directory 1\n")
        self.assertTrue(self.report(folder).has("link_series.csv is not there"))

    def test_stays_small(self):
        folder = self.made_up(report_files.Run(npus=64, steps=500), "many")
        page = self.report(folder)
        self.assertLess(len(page.text.encode()), 2_000_000)
        self.assertEqual(len(page.all("circle", r="7")), 64)
        page = self.report(self.made_up(report_files.Run(npus=600, steps=30), "more"))
        self.assertLess(len(page.text.encode()), 3_000_000)
        self.assertTrue(page.has("Shown are 100 of 600 links"))
        self.assertTrue(page.has("The first 1,000 of 1,200 rows"))

    def test_refuses_what_no_run_left(self):
        (self.folder / "mine").mkdir()
        self.file("mine/summary.json", "{}")
        for name in ("mine", "nowhere"):
            done = self.weft("report", name)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("no run left this directory", done.stderr)
        self.assertEqual(self.weft("report").returncode, 2)
        self.assertEqual([p.name for p in (self.folder / "mine").iterdir()], ["summary.json"])
        self.assertFalse((self.folder / "nowhere").exists())


if __name__ == "__main__":
    program.main(__doc__)
