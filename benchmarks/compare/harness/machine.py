"""What a report says of the machine and of the versions."""
import os
import pathlib
import platform
import re
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
BENCHMARKS = ROOT / "benchmarks"


def output_of(*command):
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=60)
    return done.stdout.strip()


def first_match(pattern, path, otherwise="unknown"):
    found = re.search(pattern, pathlib.Path(path).read_text(), re.MULTILINE)
    return found.group(1) if found else otherwise


def launch_settings():
    """Builds our peer when its sources are newer, and gives (java, flags) as the launcher has them."""
    script = ('benchmarks=$1; . "$benchmarks/launch.sh"; build_benchmarks; printf "%s\\n%s\\n" "$java" "$flags"')
    done = subprocess.run(["sh", "-eu", "-c", script, "launch", str(BENCHMARKS)], check=True, stdout=subprocess.PIPE,
                          text=True, timeout=1800)
    return done.stdout.splitlines()


def _processor_ticks():
    """(idle, all) of all processors since the machine started."""
    with open("/proc/stat") as stat:
        ticks = [int(field) for field in stat.readline().split()[1:9]]  # user to steal; guests are counted as users
    return ticks[3] + ticks[4], sum(ticks)


def busy_share(seconds=3):
    """How much of the processors' time others take now. The load average still has what was built before."""
    before = _processor_ticks()
    time.sleep(seconds)
    idle, whole = (now - then for now, then in zip(_processor_ticks(), before))
    return 1 - idle / whole


def describe(java, flags):
    peers = ROOT / "interop-tests/peers"
    lock = (peers / "rust/Cargo.lock").read_text()
    rust = re.search(r'name = "libp2p"\nversion = "([^"]+)"', lock)
    changed = output_of("git", "status", "--porcelain", "--untracked-files=no")
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "commit": output_of("git", "rev-parse", "--short", "HEAD") + (" with changes" if changed else ""),
        "cpu": first_match(r"^model name\s*:\s*(.+)$", "/proc/cpuinfo"),
        "processors": os.cpu_count(),
        "memoryGiB": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / (1 << 30), 1),
        "kernel": platform.release(),
        "loadBefore": [round(load, 2) for load in os.getloadavg()],
        "jdk": output_of(java, "-version").splitlines()[-1],
        "jvmFlags": flags,
        "ours": first_match(r"<version>([^<]+)</version>", ROOT / "pom.xml"),
        "netty": first_match(r"<netty.version>([^<]+)<", ROOT / "pom.xml"),
        "go": output_of("go", "version").split()[2] + ", go-libp2p "
              + first_match(r"github.com/libp2p/go-libp2p (v\S+)", peers / "go/go.mod"),
        "rust": "rust-libp2p " + (rust.group(1) if rust else "unknown"),
    }
