@echo off
rem Installs jixiao for this user alone. ASCII only: cmd reads batch files in the machine's own code page.
rem What is said in Chinese comes from install.py and from python-missing.html.
setlocal
if not exist "%~dp0install.py" goto zipped
if not exist "%~dp0suitable.py" goto zipped
set "PYTHON="
call :try py -3.14
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
%* -X utf8 "%~dp0suitable.py" 2>nul
if errorlevel 1 exit /b 0
set "PYTHON=%*"
exit /b 0
