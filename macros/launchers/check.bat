@echo off
rem Drop workbooks or reports on this file: each is copied, the copy is filled and checked. For machines where macros
rem are blocked, and for WPS. ASCII only; it lies on the desktop under its Chinese name.
setlocal
set "PYTHON=%LOCALAPPDATA%\jixiao\env\Scripts\python.exe"
if not exist "%PYTHON%" goto launcher
"%PYTHON%" -X utf8 -m workbook drop %*
goto done

:launcher
py -3 -X utf8 -m workbook drop %*
if errorlevel 9009 echo Python is missing: please run install.bat first.

:done
if not defined JIXIAO_QUIET pause
