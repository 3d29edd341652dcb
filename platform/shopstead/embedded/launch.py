"""Become another program: drop to a user, ask the kernel to be signaled when the parent dies, then exec.

Run by its file name with `python -I -S`, so it imports nothing of Shopstead and no code runs between fork and exec.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(arguments: list[str]) -> None:
    """Exec `arguments[4:]`; before it: user id, group id (-1: keep), death signal (0: none), parent's process id."""
    uid, gid, death_signal, parent = (int(value) for value in arguments[:4])
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if death_signal and sys.platform == "linux":
        # After setuid, which clears it. A parent that died before this line would never be reported, hence the check.
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(f"{arguments[4]}: not started, its supervisor is gone")
    os.execv(arguments[4], arguments[4:])  # noqa: S606 (no shell is wanted)


if __name__ == "__main__":
    main(sys.argv[1:])
