@echo off
rem Installs jixiao for this user alone. ASCII only: cmd reads batch files in the machine's own code page.
rem What is said in Chinese comes from install.py and from python-missing.html.
setlocal EnableExtensions DisableDelayedExpansion
rem Nothing that lies in the folder it is started from is ever run, neither a program (a bare name is looked for there
rem first: each is named by its path) nor (-I) a module of Python.
set "NoDefaultCurrentDirectoryInExePath=1"
if not exist "%~dp0install.py" goto zipped
if not exist "%~dp0suitable.py" goto zipped
set "PYTHON="
for %%P in (py.exe) do set "LAUNCHER=%%~$PATH:P"
for %%P in (python.exe) do set "PLAIN=%%~$PATH:P"
if defined LAUNCHER for %%V in (-3.14 -3.13 -3.12 -3.11 -3) do call :try "%LAUNCHER%" %%V
if defined PLAIN call :try "%PLAIN%"
if not defined PYTHON goto missing
set "WAY="
if /i "%~1"=="--undo" set "WAY=--undo"
%PYTHON% -I -X utf8 "%~dp0install.py" %WAY%
set "RESULT=%ERRORLEVEL%"
if not defined JIXIAO_QUIET pause
exit /b %RESULT%

:missing
start "" "%~dp0python-missing.html"
if not defined JIXIAO_QUIET pause
exit /b 1

:zipped
rem Explorer takes a file out of a ZIP alone, without what lies beside it. The sentence: unpack all of it, start it there.
echo The other files are not here. Unpack the whole ZIP first, then start install.bat in the unpacked folder.
set "SAY=\u8bf7\u5148\u628a\u6574\u4e2a\u538b\u7f29\u5305\u89e3\u538b\u5230\u4e00\u4e2a\u6587\u4ef6\u5939\uff0c\u518d\u53cc\u51fb\u91cc\u9762\u7684 install.bat"
"%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -Command "[regex]::Unescape($env:SAY)" 2>nul
if not defined JIXIAO_QUIET pause
exit /b 1

:try
if defined PYTHON exit /b 0
%* -I -X utf8 "%~dp0suitable.py" 2>nul
if errorlevel 1 exit /b 0
set PYTHON=%*
exit /b 0
