"""The front door: parse, call, print, exit. One file a command; what is heavy is imported when it is asked for."""
