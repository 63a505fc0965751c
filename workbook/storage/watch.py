"""Runs a program that must not outlive who asked for it: `python -I watch.py PROGRAM …`.

Standard input is a pipe from the asker. When it ends, because the asker has had enough or was killed, the program is ended
together with all it started. Runs by itself, without the package around it.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the program in the arguments and return its exit status."""
    quiet = subprocess.DEVNULL
    new = os.name == "posix"
    process = subprocess.Popen(sys.argv[1:], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=new)

    def end_with_asker() -> None:
        with contextlib.suppress(OSError):
            os.read(0, 1)
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                system = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "taskkill.exe")  # noqa: PTH118 — starts sooner
                subprocess.run([system, "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)

    threading.Thread(target=end_with_asker, daemon=True).start()
    return process.wait()


if __name__ == "__main__":
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked hears it, and ends us
    os._exit(main() & 0xFF)
