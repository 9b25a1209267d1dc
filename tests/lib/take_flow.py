# SPDX-License-Identifier: GPL-2.0
"""take_flow.py PID UID: be a stranger who was sent a flow. Takes a descriptor of
a flow from a process, kills that, becomes another user and closes it. Prints
how many seconds that took."""

import ctypes
import os
import signal
import sys
import time

PIDFD_GETFD = 438

pid, uid = int(sys.argv[1]), int(sys.argv[2])
flow = next(fd for fd in os.listdir(f"/proc/{pid}/fd")
            if os.readlink(f"/proc/{pid}/fd/{fd}") == "anon_inode:[mapi]")
libc = ctypes.CDLL(None, use_errno=True)
fd = libc.syscall(PIDFD_GETFD, os.pidfd_open(pid), int(flow), 0)
if fd < 0:
    sys.exit(os.strerror(ctypes.get_errno()))
os.kill(pid, signal.SIGKILL)
time.sleep(1)
os.setresuid(uid, uid, uid)
begin = time.monotonic()
os.close(fd)
print(int(time.monotonic() - begin))
