"""What stands in the way of reading and writing files, said in Chinese with the remedy."""

import errno
from pathlib import Path

from workbook.process import ClerkError

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}
_HELD = {errno.EACCES, errno.EPERM, errno.EBUSY, getattr(errno, "ETXTBSY", errno.EBUSY)}
_AWAY = {
    getattr(errno, name)
    for name in (
        "EIO",
        "ENOTCONN",
        "ESTALE",
        "EHOSTDOWN",
        "EHOSTUNREACH",
        "ETIMEDOUT",
        "ENETUNREACH",
        "EREMOTEIO",
        "ENXIO",
    )
    if hasattr(errno, name)
}
# Windows' own numbers: sharing and lock violation; disk full; network name, path or session gone
_WINDOWS = {32: "held", 33: "held", 39: "full", 112: "full", 53: "away", 55: "away", 59: "away", 64: "away", 67: "away"}


class KeepError(ClerkError):
    """A file that could not be read or written safely; the message is a Chinese sentence with the remedy."""


def words_of(error: OSError, path: Path | str | None = None) -> str:
    """Return what to tell the clerk of an error of the file system: what is wrong, and what to do."""
    where = f"「{path or error.filename or ''}」"
    kind = _WINDOWS.get(getattr(error, "winerror", None) or 0, "")
    if kind == "full" or error.errno in _FULL:
        return f"写{where}时磁盘已满（或超过配额），没有写成，原来的文件没有改动；请腾出空间再试一次"
    if kind == "held" or isinstance(error, PermissionError) or error.errno in _HELD:
        return (
            f"{where}写不进去：文件正被 Excel 等程序打开，或文件、文件夹只能读。原来的文件没有改动；"
            "请关闭文件，或换一个文件夹，再试一次"
        )
    if error.errno == errno.EROFS:
        return f"{where}所在的磁盘是只读的，没有写成；请换一个文件夹再试一次"
    if kind == "away" or error.errno in _AWAY:
        return f"{where}所在的网络文件夹或磁盘断开了，原来的文件没有改动；请重新连上再试一次"
    if isinstance(error, FileNotFoundError):
        return f"找不到{where}，请检查路径；在网络文件夹或移动盘上的，请看是否已断开"
    if isinstance(error, NotADirectoryError | FileExistsError):
        return f"{where}或它上面的文件夹与一个同名的文件冲突，请换一个名字再试一次"
    if isinstance(error, IsADirectoryError):
        return f"{where}是文件夹，不是文件，请检查路径"
    if error.errno == errno.ENAMETOOLONG:
        return "文件名或路径太长，没有写成；请换一个短一些的文件名或文件夹"
    return f"读写{where}时出错（{error.strerror or type(error).__name__}），原来的文件没有改动；请再试一次"
