"""Spreads work over processes: the same results in the same order, however many there are.

Forked workers take numbered chunks from one pipe until it is empty, so a slow chunk holds up nobody. A pool of the
standard library does the same after twice the start-up time of a whole check. Where there is no fork, one process
does all the work.
"""

from __future__ import annotations

import os

from netqlint.errors import NetqlintError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    Item = TypeVar("Item")
    Result = TypeVar("Result")

# Chunks are small enough to share out evenly, and their numbers fit into the buffer of a pipe (64 KiB).
_LARGEST, _MOST = 64, 8192


def usable_cores() -> int:
    """How many processes this one may run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    work: Callable[[Item], Result], items: Sequence[Item], jobs: int, tell: Callable[[int], None] | None = None
) -> list[Result]:
    """`work` done for every item, results in the order of the items.

    `tell` hears how many are done. A NetqlintError of the first item that has one is raised here; workers end with
    the call, whatever ends it.
    """
    if jobs < 2 or len(items) < 2 or not hasattr(os, "fork"):
        return _alone(work, items, tell)
    import signal

    size = max(1, min(_LARGEST, len(items) // (jobs * 4)), -(-len(items) // _MOST))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    queue = _numbers(len(chunks))
    workers: list[tuple[int, int]] = []
    try:
        # an interrupt waits until all workers are known, and until each has made up its mind what to do of it
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for _ in range(min(jobs, len(chunks))):
                workers.append(_start(work, chunks, queue, before))
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(queue)
        return _gathered(workers, len(chunks), tell)
    except BaseException:
        _stop(workers)
        raise


def _alone(work: Callable[[Item], Result], items: Sequence[Item], tell: Callable[[int], None] | None) -> list[Result]:
    results = []
    for item in items:
        results.append(work(item))
        if tell:
            tell(len(results))
    return results


def _numbers(count: int) -> int:
    """A pipe that gives the numbers from 0, four bytes each, to whoever reads first."""
    reading, writing = os.pipe()
    os.write(writing, b"".join(number.to_bytes(4, "little") for number in range(count)))
    os.close(writing)
    return reading


def _start(
    work: Callable[[Item], Result], chunks: Sequence[Sequence[Item]], queue: int, signals: set[int]
) -> tuple[int, int]:
    """A worker: its process, and the pipe on which its results come."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    # from here on this is the worker, which never returns
    code = 1
    try:
        import signal

        # the parent decides what an interrupt means; a worker just ends
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, signals)
        _serve(work, chunks, queue, writing)
        code = 0
    finally:
        os._exit(code)


def _serve(work: Callable[[Item], Result], chunks: Sequence[Sequence[Item]], queue: int, writing: int) -> None:
    import pickle
    import sys
    import traceback

    try:
        with open(writing, "wb") as results:
            while number := os.read(queue, 4):
                chunk = int.from_bytes(number, "little")
                pickle.dump((chunk, [_outcome(work, item) for item in chunks[chunk]]), results, protocol=5)
                results.flush()
    except BrokenPipeError:
        pass
    except BaseException:
        traceback.print_exc(file=sys.stderr)
        raise


def _outcome(work: Callable[[Item], Result], item: Item) -> tuple[Result | None, str]:
    try:
        return work(item), ""
    except NetqlintError as error:
        return None, str(error)


def _gathered(workers: list[tuple[int, int]], count: int, tell: Callable[[int], None] | None) -> list[Result]:
    import pickle
    import selectors
    import signal
    from contextlib import ExitStack

    found: dict[int, list[tuple[Result, str]]] = {}
    done = 0
    with selectors.DefaultSelector() as ready, ExitStack() as files:
        for _, reading in workers:
            ready.register(reading, selectors.EVENT_READ, files.enter_context(open(reading, "rb")))
        while ready.get_map():
            for key, _ in ready.select():
                try:
                    chunk, outcomes = pickle.load(key.data)
                except EOFError:
                    ready.unregister(key.fd)
                    continue
                found[chunk] = outcomes
                done += len(outcomes)
                if tell:
                    tell(done)
    codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process, _ in workers]
    if -signal.SIGINT in codes:
        raise KeyboardInterrupt
    if any(codes) or len(found) < count:
        raise NetqlintError(f"a worker process ended before its work was done (exit codes {codes}); try --jobs 1")
    outcomes = [outcome for chunk in range(count) for outcome in found[chunk]]
    for _, error in outcomes:
        if error:
            raise NetqlintError(error)
    return [result for result, _ in outcomes]


def _stop(workers: list[tuple[int, int]]) -> None:
    import signal
    from contextlib import suppress

    for process, _ in workers:
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
