"""Where work happens: workspaces on this machine, what is delivered into them, and the tools they need."""
