@echo off
rem Installs jixiao for this user alone. ASCII only: cmd reads batch files in the machine's own code page.
rem What is said in Chinese comes from install.py and from python-missing.html.
setlocal
set "HERE=%~dp0"
set "PYTHON="
for %%V in (3.13 3.12 3.11) do (
  if not defined PYTHON py -%%V -c "pass" >nul 2>nul && set "PYTHON=py -%%V"
)
if not defined PYTHON python -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "PYTHON=python"
if not defined PYTHON (
  start "" "%HERE%python-missing.html"
  exit /b 1
)
%PYTHON% -X utf8 "%HERE%install.py" %*
set "RESULT=%ERRORLEVEL%"
if not defined JIXIAO_QUIET pause
exit /b %RESULT%
