@echo off
rem Installs jixiao for this user alone. ASCII only: cmd reads batch files in the machine's own code page.
rem What is said in Chinese comes from install.py and from python-missing.html.
setlocal
set "PYTHON="
call :try py -3.13
call :try py -3.12
call :try py -3.11
call :try py -3
call :try python
if not defined PYTHON goto missing
%PYTHON% -X utf8 "%~dp0install.py" %*
set "RESULT=%ERRORLEVEL%"
if not defined JIXIAO_QUIET pause
exit /b %RESULT%

:missing
start "" "%~dp0python-missing.html"
exit /b 1

:try
if defined PYTHON exit /b 0
%* -c "import sys; sys.exit(sys.version_info[:2] not in [(3, 11), (3, 12), (3, 13), (3, 14)])" >nul 2>nul
if errorlevel 1 exit /b 0
set "PYTHON=%*"
exit /b 0
