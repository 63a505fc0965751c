@echo off
rem Installs jixiao for this user alone. ASCII only: cmd reads batch files in the machine's own code page.
rem What is said in Chinese comes from install.py and from python-missing.html.
setlocal EnableExtensions DisableDelayedExpansion
rem Nothing that lies in the folder it is started from is ever run, neither a program (a bare name is looked for there
rem first: each is named by its path) nor (-I) a module of Python.
set "NoDefaultCurrentDirectoryInExePath=1"
set "PYTHON="
for %%P in (py.exe) do set "LAUNCHER=%%~$PATH:P"
for %%P in (python.exe) do set "PLAIN=%%~$PATH:P"
if defined LAUNCHER for %%V in (-3.13 -3.12 -3.11 -3) do call :try "%LAUNCHER%" %%V
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
exit /b 1

:try
if defined PYTHON exit /b 0
%* -I -c "import sys; sys.exit(sys.version_info[:2] not in [(3, 11), (3, 12), (3, 13), (3, 14)])" >nul 2>nul
if errorlevel 1 exit /b 0
set PYTHON=%*
exit /b 0
