"""The front door: parse, call, print, exit. One file a command, heavy imports inside."""
