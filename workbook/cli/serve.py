"""`jixiao serve`: the page in the browser, for this machine, or on the intranet for a bureau's departments."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.cli.common import FILE, refuse_unused, say, verb
from workbook.process import ClerkError, named

PRESS = "macros.buttons:served"  # above this layer, so it is named here and loaded in the process that answers a press


@verb("serve")
@click.option("--port", type=click.IntRange(0, 65535), help="端口；默认本机任取一个，--lan 时 8443")
@click.option(
    "--idle", type=click.FloatRange(0, 100_000), help="几分钟没有人用就关闭，0 为不自动关闭；默认 60，--lan 时 0"
)
@click.option(
    "--keep", type=click.FloatRange(0.1, 720), default=24, show_default=True, help="文件最后一次使用几小时后删除"
)
@click.option("--jobs", type=click.IntRange(1, 64), help="同时处理几个文件，默认与处理器个数相同（最多 8）")
@click.option("--if-none", "if_none", is_flag=True, help="已有一个在运行，就什么也不做（WPS 加载项这样启动它）")
@click.option("--no-browser", "quiet", is_flag=True, help="不打开浏览器，只显示地址")
@click.option(
    "--lan", "host", help="给内网的单位用：写本机在内网的地址，如 10.1.2.3（要 --units，和 --cert、--key 或 --proxy）"
)
@click.option("--units", type=FILE, help="单位名单，一行一个；各单位的入口写在旁边的“-入口.csv”里，各用各的")
@click.option("--name", "names", multiple=True, help="内网里还用什么名称访问，可给多个")
@click.option("--cert", type=FILE, help="证书（PEM）")
@click.option("--key", type=FILE, help="证书的私钥（PEM）")
@click.option("--proxy", default="", help="由这个反向代理加密，写它对外的地址，如 https://jixiao.xx.gov.cn")
def command(
    port: int | None,
    idle: float | None,
    keep: float,
    jobs: int | None,
    if_none: bool,
    quiet: bool,
    host: str | None,
    units: Path | None,
    names: tuple[str, ...],
    cert: Path | None,
    key: Path | None,
    proxy: str,
) -> int:
    """Serve until stopped or idle."""
    if if_none and named("workbook.serve.announced:running")():
        return 0
    if not (host or proxy):
        refuse_unused(["--units", "--name", "--cert", "--key"], "用于内网，请同时用 --lan 写明本机在内网的地址")
    try:
        run = named("workbook.serve.run")
    except ModuleNotFoundError as error:
        raise ClerkError(
            f"本机没有程序包 {error.name}，开不了网页：请运行 pip install 'jixiao[serve]'，或用 jixiao check、jixiao drop"
        ) from error
    terms = {"keep_seconds": keep * 3600}
    if idle is not None:
        terms["idle_seconds"] = idle * 60
    if jobs is not None:
        terms["jobs"] = jobs
    if not (host or proxy):
        run.serve(say, port=port or 0, terms=terms, show=None if quiet else _show, press=_press)
        return 0
    if units is None:
        raise ClerkError("内网提供要有单位名单：请用 --units 给一个文本文件，一行一个单位名称（财政局自己也写一行）")
    lan = run.Lan(host or run.LOOPBACK, port or 8443, names, cert, key, proxy.rstrip("/"))
    run.over_lan(lan, {})  # refuses before any entrance is written
    held, place = named("workbook.serve.people:entrances")(units, lan.address)
    say(f"各单位的入口在 {place}，请分别发给各单位，不要公开")
    run.serve_lan(say, lan, held, terms)
    return 0


def _show(address: str) -> None:
    named("webbrowser").open(address)


def _press(verb: str, job: str) -> dict[str, str]:
    """Answer a button's job as a press of its own process would (in a process of the service)."""
    answered: dict[str, str] = named(PRESS)(verb, Path(job))
    return answered
