"""chan-gdb.py -- shows the goroutines of a program that was compiled with -DCHAN_FIBERS.

    gdb -x common/chan-gdb.py PROGRAM

The command `goroutines` prints for each goroutine its number, its state and the place of the
call of go(). Below that comes the backtrace if the goroutine does not run. If it runs, gdb
shows its backtrace as that of a thread. `goroutines N` prints number N alone. The program
must be compiled with -g, and must be alive: a core file does not do.

SPDX-License-Identifier: 0BSD
"""

import gdb

MOST_FRAMES = 30


def number(value):
    """An integer of the program. Atomic types have a value that int() refuses."""
    return int(value.cast(gdb.lookup_type("unsigned long")))


def fibers_type():
    return gdb.lookup_type("struct chan_fiber_").pointer()


def record(slab, i, page):
    """The fiber whose stack has the number i in this slab, as in chan_record_()."""
    size = number(slab["bytes"])
    top = int(slab) + page + (i + 1) * size
    return gdb.Value((top - fibers_type().target().sizeof) & ~63).cast(fibers_type())


def workers(shared):
    """The workers that have a thread."""
    for i in range(number(shared["n_workers"])):
        worker = shared["workers"][i].cast(gdb.lookup_type("struct chan_worker_").pointer())
        if worker and number(worker["is_alive"]):
            yield worker


def queued(shared):
    """The addresses of the fibers that are ready."""
    ready = set()
    fiber = shared["first"]
    while fiber and int(fiber) not in ready:
        ready.add(int(fiber))
        fiber = fiber["next"]
    for worker in workers(shared):
        ready.add(number(worker["run_next"]))
        size = worker["ring"].type.range()[1] + 1
        for at in range(number(worker["head"]), number(worker["tail"])):
            ready.add(number(worker["ring"][at % size]))
    return ready


def free_stacks(shared):
    """The addresses of the records whose stacks are free but keep their memory."""
    free = set()
    lists = [worker["free"] for worker in workers(shared)]
    first, last = shared["classes"].type.range()
    lists += [shared["classes"][i]["free"] for i in range(first, last + 1)]
    for fiber in lists:
        while fiber and int(fiber) not in free:
            free.add(int(fiber))
            fiber = fiber["next"]
    return free


def living(shared):
    """The fibers of all slabs that have a goroutine, in the order of their stacks."""
    free = free_stacks(shared)
    page = number(shared["page"])
    slab = shared["slabs"]
    while slab:
        cold = number(slab["cold"])
        for i in range(number(slab["n"])):
            fiber = record(slab, i, page)
            if not cold >> i & 1 and int(fiber) not in free and fiber["at"]:
                yield fiber
        slab = slab["next"]


def with_main(shared):
    """All goroutines. main's record is in its worker, not in a slab."""
    for worker in workers(shared):
        if number(worker["is_main"]):
            yield worker["own"].address.cast(fibers_type())
    yield from living(shared)


def state(fiber, running, ready):
    if int(fiber) in running:
        return "runs"
    if int(fiber) in ready:
        return "is ready"
    if number(fiber["heap_at"]) < 1 << 31:
        return "waits, with a deadline"
    return "waits"


def place(fiber):
    return "started at " + fiber["at"].string() if fiber["at"] else "main"


def saved_registers(fiber):
    """Where a fiber that does not run goes on, and its frame and stack pointers. The stack
    pointer is the one that the compiler knows, from before chan_swap_() saved the others."""
    at = fiber["sp"].cast(gdb.lookup_type("unsigned long").pointer())
    machine = gdb.selected_frame().architecture().name()
    if machine.startswith("aarch64"):
        return {"pc": int(at[2]), "x29": int(at[0]), "x30": int(at[1]), "sp": int(fiber["sp"]) + 32}
    return {"pc": int(at[0]), "rbp": int(at[1]), "rsp": int(fiber["sp"]) + 16 + 128}


def backtrace(fiber):
    """Prints the backtrace of a fiber that does not run. The registers of the selected thread
    are changed for that, and put back."""
    gdb.execute("select-frame 0", to_string=True)
    new = saved_registers(fiber)
    old = {name: int(gdb.parse_and_eval("(unsigned long) $" + name)) for name in new}
    try:
        for name, value in new.items():
            gdb.execute("set $%s = %d" % (name, value), to_string=True)
        gdb.execute("backtrace %d" % MOST_FRAMES)
    finally:
        for name, value in old.items():
            gdb.execute("set $%s = %d" % (name, value), to_string=True)


class Goroutines(gdb.Command):
    """Lists the goroutines, which are fibers, with the backtraces of those that do not run."""

    def __init__(self):
        super().__init__("goroutines", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        shared = gdb.parse_and_eval("chan_fibers_")
        only = int(argument) if argument else None
        running = {int(worker["current"]) for worker in workers(shared)}
        ready = queued(shared)
        for n, fiber in enumerate(with_main(shared)):
            if only is not None and n != only:
                continue
            words = (n, state(fiber, running, ready), place(fiber))
            print("goroutine %d %s, %s" % words)
            if int(fiber) not in running:
                backtrace(fiber)


Goroutines()
