# SPDX-License-Identifier: Apache-2.0
"""The commands besides run: help, hints, check, topo, doctor, version."""
import os
import pty
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import program

SCENARIOS = sorted((program.ROOT / "testbench/scenarios").glob("*.toml"))
OVERRIDES = {"set", "seed", "threads", "until"}
# What the commands promise, apart from --help.
OPTIONS = {"run": OVERRIDES | {"out", "waves"}, "check": OVERRIDES, "topo": {"svg", "dot"},
           "doctor": set(), "keys": set(), "list": set(), "report": set()}

RING = """schema = 1
node = [
  {name = "npu[0..4]", kind = "npu"},
  {name = "sw[0..4]", kind = "switch", ports = 4},
]
link = [
  {name = "down[0..4]", a = "npu[0..4].port0", b = "sw[0..4].port0"},
  {name = "ring[0..3]", a = "sw[0..3].port1", b = "sw[1..4].port2"},
  {name = "ring4", a = "sw4.port1", b = "sw0.port2"},
]
"""
SVG = "{http://www.w3.org/2000/svg}"


def commands(test):
    """Names of all commands, as weft --help has them."""
    text = test.weft("--help").stdout
    return re.findall(r"^  (\w+) +\S", text.split("commands\n")[1].split("\noptions")[0], re.M)


class Help(program.Weft):
    def test_it_fits_100_columns_and_goes_to_stdout(self):
        for words in [[]] + [[name] for name in commands(self)]:
            done = self.weft(*words, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""), words)
            self.assertTrue(done.stdout.startswith("usage: weft " + " ".join(words)), words)
            self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100, words)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_it_names_every_option_of_the_source_and_no_other(self):
        sources = (program.ROOT / "testbench/weft").glob("*.cpp")
        declared = {path.stem: set(re.findall(r'^ +(?:options\.add_options\(\))?\("([a-z-]+)",',
                                              path.read_text(), re.M)) for path in sources}
        for name in commands(self):
            files = [stem for stem in declared if stem in (f"{name}_command", f"{name}_words")]
            wanted = set().union(*(declared[stem] for stem in files)) - {"word"}
            if name in ("check", "run"):
                wanted |= OVERRIDES
            text = self.weft(name, "--help").stdout
            self.assertEqual(set(re.findall(r"^  --([\w-]+)", text, re.M)), wanted, (name, files))
            self.assertLessEqual(OPTIONS.get(name, set()) | {"help"}, wanted, name)


class Full(program.Weft):
    def test_what_cannot_be_written_is_a_fault_of_the_machine(self):
        for words in (["--help"], ["--version"], ["check", "--help"], ["list", "systems"], ["keys"],
                      ["check", "links8"], ["topo", "check", "star8"], ["topo", "draw", "star8"],
                      ["doctor"]):
            with open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run([self.program, *words], stdout=full, stderr=subprocess.PIPE,
                                      text=True, cwd=self.folder)
            self.assertEqual((done.returncode, done.stderr),
                             (4, "weft: cannot write to standard output\n"), words)


class Hints(program.Weft):
    def refused(self, *words):
        done = self.weft(*words)
        self.assertEqual((done.returncode, done.stdout), (2, ""), words)
        return done.stderr

    def test_on_commands(self):
        for wrong, right in {"chekc": "check", "topos": "topo", "doktor": "doctor", "help": "--help",
                             "-h": "--help", "--versoin": "--version", "-V": "--version"}.items():
            self.assertEqual(self.refused(wrong), f'weft: unknown command "{wrong}"\n'
                                                  f'  hint: did you mean "{right}"?\n')
        self.assertIn("one of: --help, --version, run, check", self.refused("frobnicate"))

    def test_on_options_of_every_command(self):
        for name in commands(self):
            self.assertIn('did you mean "--help"?', self.refused(name, "--hepl"), name)
        self.assertIn('did you mean "--seed"?', self.refused("check", "links8", "--sede", "1"))
        self.assertIn('did you mean "--svg"?', self.refused("topo", "draw", "star8", "--svq", "x"))
        self.assertIn('unknown option "-s"', self.refused("check", "links8", "-s"))

    def test_on_names_and_keys(self):
        self.assertIn('did you mean "quickstart"?', self.refused("check", "quickstrat"))
        self.assertIn('did you mean "star64"?', self.refused("topo", "draw", "star46"))
        self.assertIn('did you mean "draw"?', self.refused("topo", "darw", "star8"))
        self.assertIn('did you mean link3.level?',
                      self.refused("check", "links8", "--set", "link3.levle=rtl"))
        self.assertIn('did you mean sim.seed?', self.refused("check", "links8", "--set", "sim.sed=3"))
        self.assertIn("links8.toml", self.refused("check", "links8", "links8.toml"))

    def test_on_what_is_missing(self):
        self.assertIn("hint: weft check SCENARIO", self.refused("check"))
        self.assertIn("hint: draw, or check", self.refused("topo"))
        self.assertIn("hint: weft topo draw SYSTEM|SCENARIO", self.refused("topo", "draw"))
        self.assertIn("one word too many", self.refused("doctor", "who"))
        self.assertIn("check draws nothing", self.refused("topo", "check", "star8", "--svg", "x"))


class Check(program.Weft):
    def test_every_scenario_that_comes_with_weft_is_good(self):
        self.assertGreaterEqual(len(SCENARIOS), 3)
        for path in SCENARIOS:
            done = self.weft("check", path)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stderr)
            self.assertTrue(done.stdout.endswith("good; nothing was run\n"), done.stdout)
            self.assertEqual(done.stdout, self.weft("check", path.stem).stdout)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_it_says_what_would_be_run(self):
        text = self.weft("check", "quickstart").stdout
        self.assertRegex(text, r"(?m)^  8 +npu +1 +collective +npu0 to npu7$")
        self.assertRegex(text, r"(?m)^  1 +switch +8 +- +sw0$")
        self.assertRegex(text, r"(?m)^  7 +rtl +800Gb/s +train +lpo800 +20m .* \d+ +16 +"
                               r"link0 to link2, link4 to link7$")
        self.assertRegex(text, r"(?m)^  1 +rtl .* 0\.0015 .* link3$")
        self.assertIn("\n  link3.replays = 5..100\n", text)

    def test_it_reads_the_overrides_as_run_does(self):
        words = ["--set", "link*.level=model", "--seed", "7", "--until", "90us", "--threads", "2"]
        text = self.weft("check", "links8", *words).stdout
        self.assertRegex(text, r"(?m)^  7 +model ")
        config = re.search(r"^config +(\w{32}), seed 7$", text, re.M).group(1)
        ran = self.weft("run", "links8", *words, "--out", "none", "--set", "workload.duration=1us")
        self.assertNotIn(config[:16], ran.stdout)  # another duration
        same = self.weft("check", "links8", *words, "--set", "workload.duration=1us").stdout
        self.assertIn("config " + re.search(r"^config +(\w{16})", same, re.M).group(1), ran.stdout)

    def test_firmware_is_read_too(self):
        self.file("bad.elf", "no program")
        done = self.weft("check", "quickstart", "--set", "npu3.firmware=./bad.elf")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("bad.elf", done.stderr)
        whole = (Path(self.program).parent / "firmware/collective.elf").read_bytes()
        (self.folder / "short.elf").write_bytes(whole[:len(whole) // 2])
        done = self.weft("check", "quickstart", "--set", "npu3.firmware=./short.elf")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("short.elf", done.stderr)
        self.assertEqual(self.weft("check", "quickstart", "--set", "npu3.firmware=./bad.elf", "--set",
                                   "workload.driver=engine").returncode, 0)

    def test_what_this_machine_lacks_is_a_warning(self):
        elsewhere = self.folder / "bin"
        elsewhere.mkdir()
        shutil.copy(self.program, elsewhere / "weft")
        done = subprocess.run([elsewhere / "weft", "check", "links8"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"^warning: there is no link object \S+\n"
                                      r"  hint: build it: scripts/build_link ")

    def test_routes_that_can_deadlock_are_a_warning(self):
        self.file("ring.toml", RING)
        done = self.weft("check", "quickstart", "--set", "system=./ring.toml", "--set",
                         "link*.level=model")
        self.assertEqual(done.returncode, 2)  # the scenario expects links that are not there
        text = (program.ROOT / "testbench/scenarios/quickstart.toml").read_text()
        text = text.replace('"star8"', '"./ring.toml"').replace('link*', 'ring*')
        text = text.replace('"link3.replays" = "5..100"', "").replace('["link3".phy]', '["ring3".phy]')
        done = self.weft("check", self.file("ring_scenario.toml", text))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning: the routes can deadlock, in a cycle of 5 channels", done.stderr)
        self.assertIn("hint: weft topo check ", done.stderr)


class Topo(program.Weft):
    def picture(self, *words):
        done = self.weft("topo", "draw", *words, "--svg", "-")
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        return ET.fromstring(done.stdout)

    def test_the_picture_is_xml_with_every_node_and_link_inside_it(self):
        for name, nodes, links in (("links8", 16, 8), ("star8", 9, 8), ("star64", 65, 64),
                                   (self.file("ring.toml", RING), 10, 10)):
            root = self.picture(name)
            self.assertEqual(root.tag, SVG + "svg")
            self.assertEqual(len(root.findall(f"{SVG}path")), links, name)
            marks = root.findall(f".//{SVG}circle") + root.findall(f".//{SVG}rect")
            self.assertEqual(len(marks), nodes, name)
            width, height = float(root.get("width")), float(root.get("height"))
            for group in root.findall(f"{SVG}g"):
                x, y = map(float, re.match(r"translate\((\S+) (\S+)\)", group.get("transform")).groups())
                self.assertTrue(0 < x < width and 0 < y < height, (name, x, y))

    def test_links_in_rtl_are_thick_when_a_scenario_is_named(self):
        scenario = program.ROOT / "testbench/scenarios/quickstart.toml"
        self.assertEqual(len(self.picture(scenario).findall(f"{SVG}path[@class='link rtl']")), 8)
        self.assertEqual(len(self.picture("star8").findall(f"{SVG}path[@class='link rtl']")), 0)

    def test_the_graph_is_dot_with_every_link(self):
        done = self.weft("topo", "draw", "star8")
        self.assertTrue(done.stdout.startswith('graph "star8" {\n') and done.stdout.endswith("}\n"))
        statement = r'  (?:\w+ = \w+|node \[.*\]|"\w+"(?: \[.*\])?|"\w+" -- "\w+" \[.*\])'
        for line in done.stdout.splitlines()[1:-1]:
            self.assertRegex(line, f"^{statement}$")
        edges = re.findall(r'"(\w+)" -- "(\w+)" \[label = "(\w+)"', done.stdout)
        self.assertEqual(edges, [(f"npu{i}", "sw0", f"link{i}") for i in range(8)])
        if shutil.which("dot"):
            subprocess.run(["dot", "-Tsvg"], input=done.stdout, text=True, check=True,
                           stdout=subprocess.DEVNULL)

    def test_parallel_links_are_lines_of_their_own(self):
        self.file("two.toml", """schema = 1
node = [{name = "npu[0..1]", kind = "npu"}, {name = "sw[0..1]", kind = "switch", ports = 4}]
link = [{name = "down[0..1]", a = "npu[0..1].port0", b = "sw[0..1].port0"},
        {name = "up[0..2]", a = "sw0.port[1..3]", b = "sw1.port[1..3]"}]
""")
        lines = {path.get("d") for path in self.picture("two.toml").findall(f"{SVG}path")}
        self.assertEqual(len(lines), 5)

    def test_files_are_written_and_named(self):
        done = self.weft("topo", "draw", "star8", "--svg", "a.svg", "--dot", "a.dot")
        self.assertEqual((done.returncode, done.stdout), (0, "a.svg\na.dot\n"))
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["a.dot", "a.svg"])
        self.assertEqual(self.weft("topo", "draw", "star8", "--svg", "no/a.svg").returncode, 4)
        self.assertEqual(self.weft("topo", "draw", "star8", "--svg", "/dev/full").returncode, 4)

    def test_check_of_what_comes_with_weft_is_clean(self):
        for name, pairs in (("star8", 56), ("star64", 4032)):
            done = self.weft("topo", "check", name)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(f"paths     {pairs} of {pairs} pairs: {pairs} over 2 links\n", done.stdout)
            self.assertTrue(done.stdout.endswith(": no cycle\n"), done.stdout)
        self.assertIn("deadlock  none: nothing is forwarded\n",
                      self.weft("topo", "check", "links8").stdout)
        for path in SCENARIOS:
            self.assertEqual(self.weft("topo", "check", path).returncode, 0)

    def test_check_prints_a_cycle_of_channels(self):
        done = self.weft("topo", "check", self.file("ring.toml", RING))
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertIn("paths     20 of 20 pairs: 10 over 3 links, 10 over 4 links\n", done.stdout)
        waits = re.findall(r"^  (ring\d) \((sw\d)\.port\d to (sw\d)\.port\d\), VC (\d) waits for",
                           done.stdout, re.M)
        self.assertIn("a CYCLE of 5\n", done.stdout)
        self.assertEqual(len({link for link, *_ in waits}), 5)
        for (_, _, to, vc), (_, start, _, next_vc) in zip(waits, waits[1:] + waits[:1]):
            self.assertEqual((to, vc), (start, next_vc))

    def test_check_names_all_that_is_wrong_with_the_ports(self):
        text = RING.replace('"sw4.port1", b = "sw0.port2"', '"sw4.port9", b = "sw0.port0"')
        done = self.weft("topo", "check", self.file("ring.toml", text))
        self.assertEqual(done.returncode, 2)
        self.assertIn('ring4: "sw4.port9" is no port of sw4, which has port0 to port3\n', done.stdout)
        self.assertIn("ring4: sw0.port0 is in use by down0\n", done.stdout)
        self.assertTrue(done.stdout.endswith("FAIL  2 problems\n"), done.stdout)

    def test_check_names_nodes_without_a_path(self):
        text = re.sub(r".*name = \"ring.*\n", "", RING)
        done = self.weft("topo", "check", self.file("apart.toml", text))
        self.assertEqual(done.returncode, 2)
        self.assertIn("npu0 has no path to npu1\n", done.stdout)
        self.assertTrue(done.stdout.endswith("FAIL  10 problems\n"), done.stdout)


class Doctor(program.Weft):
    def doctor(self, missing=()):
        fake = self.folder / "dpkg-query"
        fake.write_text("#!/bin/sh\nfor word; do case \" $MISSING \" in *\" $word \"*) ;;\n"
                        "*) echo \"$word 1.0 install ok installed\" ;; esac; done\nexit 1\n")
        fake.chmod(0o755)
        return self.weft("doctor", environment={"PATH": f"{self.folder}:{os.environ['PATH']}",
                                                "MISSING": " ".join(missing)})

    def test_packages_and_the_line_that_installs_them(self):
        whole = self.doctor()
        self.assertRegex(whole.stdout, r"(?m)^  ok +verilator +1\.0$")
        self.assertNotIn("apt-get", whole.stdout)
        done = self.doctor(["verilator", "gcovr"])
        self.assertEqual(done.returncode, 4)
        self.assertRegex(done.stdout, r"(?m)^  MISSING +verilator +\S")
        self.assertRegex(done.stdout, r"(?m)^  not there +gcovr +\(full\) ")
        self.assertIn("\n  sudo apt-get install --no-install-recommends verilator gcovr\n", done.stdout)

    def test_a_package_that_only_helps_is_no_failure(self):
        self.assertEqual(self.doctor(["gcovr"]).returncode, self.doctor().returncode)

    def test_link_objects_and_firmware_and_how_to_build_them(self):
        there = self.doctor().stdout
        self.assertRegex(there, r"(?m)^  ok +collective +\d+ symbols$")
        self.assertRegex(there, r"(?m)^  ok +ofl +.*Verilator")
        elsewhere = self.folder / "bin"
        elsewhere.mkdir()
        shutil.copy(self.program, elsewhere / "weft")
        done = subprocess.run([elsewhere / "weft", "doctor"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 4)
        self.assertRegex(done.stdout, r"(?m)^  MISSING +ofl +there is no link object")
        self.assertRegex(done.stdout, r"(?m)^  MISSING +collective +there is no \S+")
        self.assertRegex(done.stdout, r"(?m)^  scripts/build_link --protocol \S+ --out \S+/bin/links$")
        self.assertRegex(done.stdout, r"(?m)^  cmake --build \S+/bin --target weft_firmware$")

    def test_the_script_does_the_same_before_anything_is_built(self):
        text = (program.ROOT / "scripts/doctor").read_text()
        self.assertIn("scripts/packages.txt", text)
        done = subprocess.run([program.ROOT / "scripts/doctor", "--packages"], capture_output=True,
                              text=True)
        self.assertIn(done.returncode, (0, 4), done.stderr)
        self.assertRegex(done.stdout, r"(?m)^  (ok|MISSING) +verilator ")

    def test_sources_that_are_elsewhere(self):
        done = self.weft("doctor", environment={"WEFT_HOME": str(self.folder)})
        self.assertEqual(done.returncode, 4)
        self.assertIn("hint: $WEFT_HOME is the sources' root", done.stderr)


class Version(program.Weft):
    def test_it_names_build_and_libraries(self):
        done = self.weft("--version")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^weft \d+\.\d+\.\d+ \([0-9a-f]{12}(\+dirty)?|unknown\), \w+, \w+ ")
        for library in ("SystemC", "Boost", r"toml\+\+", "nlohmann/json", "xxHash"):
            self.assertRegex(done.stdout, library + r" \d+\.\d+\.\d+")


class Heartbeat(program.Weft):
    def errors_on_a_terminal(self, *words):
        """What the program writes to standard error when that is a terminal."""
        main, other = pty.openpty()
        running = subprocess.Popen([self.program, *map(str, words)], cwd=self.folder, stderr=other,
                                   stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        os.close(other)
        text = b""
        while True:
            try:
                block = os.read(main, 4096)
            except OSError:  # the other end is closed
                break
            if not block:
                break
            text += block
        os.close(main)
        self.assertEqual(running.wait(), 0, text)
        return text.decode()

    def test_it_beats_on_a_terminal_and_only_there(self):
        scenario = self.file("x.toml", program.MODEL.replace('"5us"', '"300us"'))
        text = self.errors_on_a_terminal("run", scenario, "--out", "none")
        self.assertRegex(text, r"\r\x1b\[K\d\S*s simulated, \d+\.\d us/s; \d+%, \d+ (s|min) left; \d+ "
                               r"transactions under way")
        self.assertTrue(text.endswith("\r\x1b[K"), repr(text[-80:]))
        self.assertEqual(self.weft("run", scenario, "--out", "none").stderr, "")


class Pages(program.Weft):
    def test_the_test_of_your_own_is_30_lines(self):
        text = (program.ROOT / "testbench/OWN_TEST.md").read_text()
        code = re.findall(r"^```cpp\n(.*?)^```", text, re.M | re.S)
        self.assertEqual(len(code), 1)
        self.assertLessEqual(sum(bool(line.strip()) for line in code[0].splitlines()), 30)

    def test_every_folder_has_a_page_of_one_screen(self):
        for name in ("models", "systemc", "testbench", "tests", "rtl", "scripts", "firmware"):
            lines = Path(program.ROOT / name / "README.md").read_text().splitlines()
            self.assertLessEqual(len(lines), 60, name)


if __name__ == "__main__":
    program.main(__doc__)
