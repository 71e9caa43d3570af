# SPDX-License-Identifier: Apache-2.0
"""report.html in headless Chromium: no console errors, everything there, and its script works."""
import argparse
import html
import json
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))
import program  # noqa: E402
import report_files  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PICTURES = None
DARK = "--blink-settings=preferredColorScheme=0"

# Tries what a reader does, and leaves what came of it in an attribute of the page.
TRY = """
<script>
'use strict';
const seen = {};
const one = selector => document.querySelector(selector);
const column = (table, name) =>
    [...one('#' + table).tHead.rows[0].cells].findIndex(cell => cell.textContent === name);
const cells = (table, name) => {
  const at = column(table, name);
  return [...one('#' + table).tBodies[0].rows].filter(row => !row.hidden)
      .map(row => row.cells[at].textContent);
};
const press = (table, name) => {
  one('#' + table).tHead.rows[0].cells[column(table, name)].click();
  return cells(table, name);
};
seen.packets = press('links', 'packets');
seen.packets_again = press('links', 'packets');
seen.names = press('links', 'link');
const filter = one('[data-filter]');
filter.value = 'LINK3';
filter.dispatchEvent(new Event('input'));
seen.filtered = cells('links', 'link');
filter.value = '';
filter.dispatchEvent(new Event('input'));
const point = (target, kind, across, down) => {
  const box = target.getBoundingClientRect();
  target.dispatchEvent(new PointerEvent(kind, {
    bubbles: true, pointerId: 1, clientX: box.left + across * box.width,
    clientY: box.top + down * box.height}));
};
const heat = one('svg.heat'), tip = one('#tip');
const rows = heat.closest('.chart').dataset.rows.split('\\n').length;
point(heat, 'pointermove', 0.475, 6.5 / rows);  // of 20 steps the tenth, link3 from its NPU
seen.cell = tip.textContent;
seen.hot = [...document.querySelectorAll('tr.hot')].map(row => row.cells[0].textContent);
point(one('g.link .hit'), 'pointermove', 0.5, 0.5);
seen.link = tip.textContent;
seen.tip_shown = getComputedStyle(tip).display;
point(document.body, 'pointermove', 0, 0);
seen.tip_gone = getComputedStyle(tip).display;
const ticks = chart => [...chart.querySelectorAll('.ticks')].pop().textContent;
const drag = (plot, from, to) => {
  plot.setPointerCapture = () => {};  // made-up pointers cannot be captured
  point(plot, 'pointerdown', from, 0.5);
  point(plot, 'pointermove', to, 0.5);
  point(plot, 'pointerup', to, 0.5);
};
seen.views = [...document.querySelectorAll('svg.plot')].map(plot => {
  const chart = plot.closest('.chart'), view = () => plot.getAttribute('viewBox');
  const before = [view(), ticks(chart)];
  drag(plot, 0.25, 0.5);
  const after = [view(), ticks(chart)];
  plot.dispatchEvent(new MouseEvent('dblclick', {bubbles: true}));
  return [before, after, [view(), ticks(chart)]];
});
seen.wide = document.documentElement.scrollWidth - innerWidth;
seen.ink = getComputedStyle(document.body).color;
document.documentElement.dataset.seen = JSON.stringify(seen);
</script>
"""


class Browser(program.Weft):
    """Opens reports of made-up runs."""

    def setUp(self):
        super().setUp()
        if not CHROMIUM:
            self.fail("chromium is missing: apt-get install chromium")

    def chromium(self, page, *words, width=1200, height=3000):
        done = subprocess.run(
            [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             f"--user-data-dir={self.folder / 'chromium'}", "--enable-logging=stderr",
             f"--window-size={width},{height}", *words, page.as_uri()],
            capture_output=True, text=True, errors="replace", timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(re.findall(r".*CONSOLE.*", done.stderr), [])
        return done.stdout

    def report(self, run, name="run"):
        folder = run.write(self.folder / name)
        done = self.weft("report", folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return folder / "report.html"

    def tried(self, page, *words, **size):
        copy = page.with_name("tried.html")
        copy.write_text(page.read_text(encoding="utf-8").replace("</body>", TRY + "</body>"),
                        encoding="utf-8")
        dom = self.chromium(copy, "--dump-dom", *words, **size)
        self.assertIn('data-ready="yes"', dom)
        found = re.search(r'data-seen="([^"]*)"', dom)
        self.assertTrue(found, "the tries did not come to their end")
        return json.loads(html.unescape(found[1]))

    def check(self, npus, **size):
        page = self.report(report_files.Run(npus=npus))
        dom = self.chromium(page, "--dump-dom", **size)
        for part in ("s-checks", "s-faults", "s-topology", "s-heat", "s-latency", "s-breakdown",
                     "s-links", "s-fidelity", "s-scenario", "s-log"):
            self.assertIn(f'<section id="{part}">', dom)
        self.assertEqual(len(re.findall('<g class="link"', dom)), npus)
        self.assertEqual(len(re.findall('<svg class="plot', dom)), 2)
        seen = self.tried(page, **size)
        counts = [f"{1000 + i:,}" for i in range(npus) for _ in (0, 1)]
        self.assertEqual(seen["packets"], counts[::-1], "numbers: greatest first")
        self.assertEqual(seen["packets_again"], counts)
        self.assertEqual(seen["names"], [f"link{i}" for i in range(npus) for _ in (0, 1)])
        self.assertEqual(set(seen["filtered"]),
                         {f"link{i}" for i in range(npus) if str(i).startswith("3")})
        self.assertEqual(seen["cell"], "link3  npu3 \u2192 sw0\n18 us to 20 us: "
                         f"{report_files.busy(3, 0, 9)} % busy\n40 flits sent again")
        self.assertEqual(seen["hot"], ["link3", "link3"])
        self.assertRegex(seen["link"], r"^link\d+  800 Gb/s  rtl\nnpu")
        self.assertEqual((seen["tip_shown"], seen["tip_gone"]), ("block", "none"))
        heat, latency = seen["views"]
        x, _, width, _ = map(float, heat[1][0].split())
        self.assertAlmostEqual(x, 2500, delta=30)
        self.assertAlmostEqual(width, 2500, delta=30)
        self.assertEqual(heat[1][1], "10 us12 us14 us16 us18 us20 us")
        for before, after, back in (heat, latency):
            self.assertNotEqual(before[0], after[0])
            self.assertNotEqual(before[1], after[1])
            self.assertEqual(before, back, "pressing twice goes back")
        return seen


class Report(Browser):
    def test_8_npus(self):
        self.assertLessEqual(self.check(8)["wide"], 0)

    def test_64_npus(self):
        self.assertLessEqual(self.check(64)["wide"], 0)

    def test_a_narrow_window(self):
        self.assertLessEqual(self.check(8, width=520)["wide"], 0)

    def test_dark(self):
        page = self.report(report_files.Run())
        light, dark = self.tried(page)["ink"], self.tried(page, DARK)["ink"]
        self.assertNotEqual(light, dark)

    def test_prints(self):
        page = self.report(report_files.Run(npus=64))
        paper = self.folder / "paper.pdf"
        self.chromium(page, "--no-pdf-header-footer", f"--print-to-pdf={paper}")
        self.assertTrue(paper.read_bytes().startswith(b"%PDF"))

    def test_trouble(self):
        run = report_files.Run(name=report_files.HOSTILE)
        run.summary["reason"] = run.summary["scenario"] = report_files.HOSTILE
        dom = self.chromium(self.report(run), "--dump-dom")
        self.assertEqual(dom.count("<script"), 1)
        folder = self.folder / "nothing"
        folder.mkdir()
        (folder / ".weft-run").write_text("weft run directory 1\n")
        self.assertEqual(self.weft("report", folder).returncode, 0)
        self.assertIn('data-ready="yes"', self.chromium(folder / "report.html", "--dump-dom"))


class Pictures(Browser):
    """Only with --pictures DIR: what a person should look at."""

    def test_pictures(self):
        if not PICTURES:
            self.skipTest("no --pictures DIR")
        for npus in (8, 64):
            page = self.report(report_files.Run(npus=npus), f"run{npus}")
            for name, words in (("light", []), ("dark", [DARK])):
                self.chromium(page, *words, f"--screenshot={PICTURES / f'report{npus}-{name}.png'}",
                              height=7000)
            self.chromium(page, "--no-pdf-header-footer",
                          f"--print-to-pdf={PICTURES / f'report{npus}.pdf'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--pictures", type=Path)
    options, rest = parser.parse_known_args()
    PICTURES = options.pictures and options.pictures.resolve()
    sys.argv[1:] = rest
    program.main(__doc__)
