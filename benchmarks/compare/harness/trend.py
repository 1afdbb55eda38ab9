"""The committed reports over time, as one page: only ratios, because absolute numbers of different days say nothing."""
import json
import math
import statistics

from .report import number

OTHERS = ("go", "rust")
LEAST_CHANGE = 0.10  # a day differs from another by this much, whatever the rounds of one run say
SPREADS = 2.0  # of both reports together, added as squares

HEAD = """# Trend

Rendered by `benchmarks/compare/trend` from the reports beside it, oldest first; CI compares. Do not edit.

A cell is ours divided by theirs, each with itself, in one run: the median of the ratios of the rounds, and behind ± their median
deviation from it. **Bold** got worse than in the report before that has the figure, by more than a tenth and by more than twice
the deviations of both together (added as squares); *italic* got better by as much; the rest is noise. With `more` a higher ratio
is better for us, with `less` a lower one.
"""


def load(folder):
    """The reports of a folder, oldest first."""
    found = [json.loads(path.read_text()) | {"name": path.stem} for path in sorted(folder.glob("*.json"))]
    return sorted(found, key=lambda report: (report["machine"]["date"], report["name"]))


def round_ratios(report, figure, other):
    """The ratio in each round that has both; none where a report lacks the figure."""
    mine, theirs = {}, {}
    for sample in report.get("samples", ()):
        if sample["figure"] == figure and sample["dialer"] == sample["listener"]:
            if sample["dialer"] == "ours":
                mine[sample["round"]] = sample["value"]
            elif sample["dialer"] == other:
                theirs[sample["round"]] = sample["value"]
    return [mine[turn] / theirs[turn] for turn in sorted(mine) if theirs.get(turn)]


class Ratio:
    """One figure of one report against one other implementation."""

    def __init__(self, ratios):
        self.median = statistics.median(ratios)
        self.spread = statistics.median(abs(ratio / self.median - 1) for ratio in ratios)

    def change_from(self, before, more_is_better):
        """1 when it got better by more than the noise, -1 when worse, 0 otherwise."""
        step = math.log(self.median / before.median)
        if abs(step) <= max(math.log1p(LEAST_CHANGE), SPREADS * math.hypot(self.spread, before.spread)):
            return 0
        return 1 if (step > 0) == more_is_better else -1

    def __str__(self):
        return f"{number(self.median)} ±{self.spread:.0%}"


def figures_of(reports):
    """Every figure that a report compares, in the order in which they first come, with whether more is better."""
    found = {}
    for report in reports:
        for figure, described in report["figures"].items():
            if any(round_ratios(report, figure, other) for other in OTHERS):
                found.setdefault(figure, described["moreIsBetter"])
    return found


def row(reports, figure, more_is_better, other):
    cells, before, worse = [], None, False
    for report in reports:
        ratios = round_ratios(report, figure, other)
        if not ratios:
            cells.append("")
            continue
        ratio = Ratio(ratios)
        change = ratio.change_from(before, more_is_better) if before else 0
        cells.append({0: "{}", 1: "*{}*", -1: "**{}**"}[change].format(ratio))
        worse = change < 0
        before = ratio
    return cells, worse


def markdown(reports):
    lines = [HEAD, "| | date | commit | machine | JDK | versions | notes |", "|---|---|---|---|---|---|---|"]
    for index, report in enumerate(reports, 1):
        machine = report["machine"]
        lines.append(f"| {index} | {machine['date']} | [{machine['commit']}]({report['name']}.md) | {machine['processors']} x "
                     f"{machine['cpu']}, {machine['memoryGiB']} GiB, {machine['kernel']} | {machine['jdk'].split('(')[0].strip()} | "
                     f"{machine['go']}; {machine['rust']} | {'; '.join(report.get('notes', ()))} |")
    last_worse = []
    for other in OTHERS:
        lines += ["", f"## Ours to {other}", "",
                  "| figure | better | " + " | ".join(str(index) for index in range(1, len(reports) + 1)) + " |",
                  "|---|---" + "|---" * len(reports) + "|"]
        for figure, more_is_better in figures_of(reports).items():
            cells, worse = row(reports, figure, more_is_better, other)
            if any(cells):
                lines.append(f"| {figure} | {'more' if more_is_better else 'less'} | {' | '.join(cells)} |")
            if worse:
                last_worse.append(f"{figure} to {other}")
    lines += ["", "## Ours alone", "", "Heap and direct memory of a listener with N idle connections, MiB, and what that is for each "
              "connection in KiB, with all that is not connections. No ratio: the other implementations have no such thing.", "",
              "| figure | " + " | ".join(str(index) for index in range(1, len(reports) + 1)) + " |",
              "|---" + "|---" * len(reports) + "|", *memory_rows(reports)]
    lines += ["", "## Got worse in the last report that has the figure", "",
              *([f"- {figure}" for figure in last_worse] or ["Nothing."]), ""]
    return "\n".join(lines)


def memory_rows(reports):
    names = dict.fromkeys(figure for report in reports for figure in report["figures"] if figure.startswith("heap/"))
    for figure in names:
        cells = []
        for report in reports:
            pair = report["figures"].get(figure, {}).get("pairs", {}).get("ours->ours")
            each = pair["median"] * 1024 / int(figure.split("/")[-2]) if pair else 0
            cells.append(f"{number(pair['median'])} = {number(each)} KiB each" if pair else "")
        yield f"| {figure} | {' | '.join(cells)} |"
