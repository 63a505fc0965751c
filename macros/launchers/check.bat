@echo off
rem Drop workbooks or reports on this file: each is copied, the copy is filled and checked. For machines where macros
rem are blocked, and for WPS. ASCII only; it lies on the desktop under its Chinese name.
setlocal EnableExtensions DisableDelayedExpansion
rem Nothing that lies in the folder of the dropped files is ever run, neither a program (a bare name is looked for there
rem first: each is named by its path) nor a module of Python.
set "NoDefaultCurrentDirectoryInExePath=1"
set "PYTHONSAFEPATH=1"
set "WHICH="
set "PYTHON=%LOCALAPPDATA%\jixiao\env\Scripts\python.exe"
if exist "%PYTHON%" goto found
for %%P in (py.exe) do set "PYTHON=%%~$PATH:P"
set "WHICH=-3"
:found
set "JIXIAO_LAUNCHER=%~f0"
set "JIXIAO_DROPPED="
set "JIXIAO_FILES="
set "OWN="

rem The names go to Python by the environment: there no sign in them means anything to cmd.
:next
if "%~1"=="" goto dropped
set JIXIAO_FILES=%JIXIAO_FILES% "%~1"
shift
goto next

:dropped
rem Explorer quotes a name with a blank and no other: one with & is cut before it comes here. The line that it started
rem cmd with is handed on as it is, for Python to take the names from.
setlocal EnableDelayedExpansion
set "JIXIAO_DROPPED=!CMDCMDLINE!"
set JIXIAO_DROPPED 2>nul | "%SystemRoot%\System32\find.exe" /i " /c " >nul && set "OWN=1"
set "RESULT=2"
if not defined PYTHON echo Python is missing: please run install.bat first.
if not defined PYTHON goto done
"!PYTHON!" %WHICH% -P -X utf8 -m workbook drop
set "RESULT=!ERRORLEVEL!"

:done
if not defined JIXIAO_QUIET pause
rem leaving cmd altogether keeps it from running what stands behind an & in a name
if defined OWN exit !RESULT!
exit /b !RESULT!
