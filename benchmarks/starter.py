"""Starts one process after another for `timer`, and says what each took.

A process of its own, and a bare one (`python -I -S`): a child inherits the peak memory of whoever starts it, and
a large parent takes longer to start one. Reads one line a process, marshalled and in hex: (argv, environment,
file for stdout, file for stderr). Answers two lines: the process id (0: it cannot be started), then seconds of
the clock, seconds of the processor, the peak in bytes and the exit code (negative: killed by this signal).
"""

import marshal
import os
import resource
import sys
from time import perf_counter

# peak memory is counted in kilobytes, but on macOS in bytes
_UNIT = 1 if sys.platform == "darwin" else 1024
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def start(argv: list[str], environment: dict[str, str], out: str, err: str) -> None:
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        # a file, as grep stops at the first match when its output goes to /dev/null
        (os.POSIX_SPAWN_OPEN, 1, out, _WRITE, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, err, _WRITE, 0o600),
    ]
    began = perf_counter()
    try:
        child = os.posix_spawn(argv[0], argv, environment, file_actions=actions, setpgroup=0)
    except OSError:
        os.write(1, b"0\n")
        return
    os.write(1, b"%d\n" % child)
    _, status, usage = os.wait4(child, 0)
    seconds = perf_counter() - began
    code = os.waitstatus_to_exitcode(status)
    answer = f"{seconds!r} {usage.ru_utime + usage.ru_stime!r} {usage.ru_maxrss * _UNIT} {code}\n"
    os.write(1, answer.encode())


if __name__ == "__main__":
    # one greedy process must not take the machine down
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_DATA, (memory * 3 // 4, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    for line in sys.stdin:
        start(*marshal.loads(bytes.fromhex(line)))
