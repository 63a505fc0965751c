@echo off
call "%~dp0install.bat" --undo
