"""Samples to medians, spreads and ratios, as Markdown and JSON."""
import dataclasses
import json
import statistics

from .figures import IMPLEMENTATIONS, LIKE_PAIRS, MIXED_PAIRS, MORE, unit_of

HEAD = """# Side by side: {date}, commit {commit}

Written by `benchmarks/compare/run`. Everything ran on one machine over loopback, the implementations in turn within each
round. Each cell is the median of the rounds ({rounds}) with the least and the greatest in brackets; a ratio is the median of the
ratios of the rounds. A figure is worth only as much as its ratio: compare no absolute numbers between reports.

| | |
|---|---|
"""


class Table:
    """The samples of a run by figure and pair."""

    def __init__(self, samples):
        self._values = {}
        for sample in samples:
            self._values.setdefault((sample.figure, sample.dialer, sample.listener), {})[sample.round] = sample.value

    def figures(self):
        return list(dict.fromkeys(figure for figure, _, _ in self._values))

    def values(self, figure, pair):
        return self._values.get((figure, *pair), {})

    def ratio(self, figure, pair, other):
        """The median ratio over the rounds that have both; None without one."""
        mine, theirs = self.values(figure, pair), self.values(figure, other)
        ratios = [mine[number] / theirs[number] for number in mine if theirs.get(number)]
        return statistics.median(ratios) if ratios else None

    def growth(self, figure, other_figure, pair):
        """The median ratio of two figures of one pair over the rounds that have both; None without one."""
        mine, others = self.values(figure, pair), self.values(other_figure, pair)
        ratios = [mine[number] / others[number] for number in mine if others.get(number)]
        return statistics.median(ratios) if ratios else None

    def summary(self, figure, pair):
        values = list(self.values(figure, pair).values())
        if not values:
            return None
        return {"median": statistics.median(values), "min": min(values), "max": max(values), "rounds": len(values)}


def number(value):
    if value is None:
        return ""
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{decimals}f}"


def cell(summary):
    if summary is None:
        return ""
    if summary["rounds"] == 1:
        return number(summary["median"])
    return f"{number(summary['median'])} [{number(summary['min'])}..{number(summary['max'])}]"


def like_table(table):
    lines = ["| figure | unit | better | ours | go | rust | ours/go | ours/rust |", "|---|---|---|---|---|---|---|---|"]
    for figure in table.figures():
        unit, better = unit_of(figure)
        cells = [cell(table.summary(figure, (name, name))) for name in IMPLEMENTATIONS]
        if any(cells):
            ratios = [number(table.ratio(figure, ("ours", "ours"), (name, name))) for name in ("go", "rust")]
            lines.append(f"| {figure} | {unit} | {better} | {' | '.join(cells + ratios)} |")
    return lines


def streams_table(table):
    """How more streams compare with one, for each implementation with itself."""
    lines = ["| figure | ours | go | rust |", "|---|---|---|---|"]
    for figure in table.figures():
        kind, stack, streams, *direction = [*figure.split("/"), "", ""][:4]
        if kind != "throughput" or streams == "1":
            continue
        one = "/".join((kind, stack, "1", *direction))
        cells = [number(table.growth(figure, one, (name, name))) for name in IMPLEMENTATIONS]
        if any(cells):
            lines.append(f"| {figure} to {one} | {' | '.join(cells)} |")
    return lines


def mixed_table(table):
    lines = ["| figure | unit | " + " | ".join(f"{dialer} to {listener}" for dialer, listener in MIXED_PAIRS) + " |",
             "|---" * (2 + len(MIXED_PAIRS)) + "|"]
    for figure in table.figures():
        cells = []
        for pair in MIXED_PAIRS:
            other = next(name for name in pair if name != "ours")
            ratio = table.ratio(figure, pair, (other, other))
            cells.append(cell(table.summary(figure, pair)) + (f" = {number(ratio)}x" if ratio else ""))
        if any(cells):
            lines.append(f"| {figure} | {unit_of(figure)[0]} | {' | '.join(cells)} |")
    return lines


def markdown(machine, settings, table, notes):
    names = {"cpu": "CPU", "processors": "processors", "memoryGiB": "memory, GiB", "kernel": "kernel",
             "loadBefore": "load before (1, 5, 15 min)", "jdk": "JDK", "jvmFlags": "JVM flags", "ours": "Eth PeerFlow",
             "netty": "Netty", "go": "go", "rust": "rust"}
    lines = [HEAD.format(rounds=settings["rounds"], **machine).rstrip("\n")]
    lines += [f"| {label} | {machine[key]} |" for key, label in names.items()]
    lines += [f"| settings | {json.dumps(settings)} |", ""]
    lines += [f"**{note}**\n" for note in notes]
    lines += ["## Each implementation with itself", "", *like_table(table), "",
              "`throughput/STACK/STREAMS/DIRECTION` is seen from the dialer; `cpu/...` counts user and system time of one "
              "process while that ran, the virtual machine's compiler and collector included; `dials` are connect, one "
              "32-byte echo and close, one after another, `dials/STACK/first` those of two processes that have just been "
              "started; `streams/STACK/CONCURRENCY` are open, 32-byte echo, close; "
              "`memory/N` (over Noise) and `memory/quic-v1/N` are the growth of a listener's resident memory by N idle connections "
              "from a go dialer; `heap/N/...` and `heap/quic-v1/N/...` are "
              "what the virtual machine held then: of its heap used (with garbage) and committed, in Netty's direct buffers, "
              "and last of its heap alive.", ""]
    streams = streams_table(table)
    if len(streams) > 2:
        lines += ["## More streams to one stream", "", "Medians of the ratios of the rounds, each implementation with itself.", "",
                  *streams, ""]
    if any(table.values(figure, pair) for figure in table.figures() for pair in MIXED_PAIRS):
        lines += ["## With each other", "", "The ratio is to the other implementation with itself.", "", *mixed_table(table),
                  ""]
    return "\n".join(lines)


def as_json(machine, settings, table, samples, notes):
    figures = {}
    for figure in table.figures():
        unit, better = unit_of(figure)
        pairs = {}
        for dialer, listener in (*LIKE_PAIRS, *MIXED_PAIRS):
            summary = table.summary(figure, (dialer, listener))
            if summary:
                pairs[f"{dialer}->{listener}"] = summary
        ratios = {name: table.ratio(figure, ("ours", "ours"), (name, name)) for name in ("go", "rust")}
        figures[figure] = {"unit": unit, "moreIsBetter": better == MORE, "pairs": pairs, "oursTo": ratios}
    return json.dumps({"machine": machine, "settings": settings, "notes": notes, "figures": figures,
                       "samples": [dataclasses.asdict(sample) for sample in samples]}, indent=1) + "\n"
