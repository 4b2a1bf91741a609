"""How an agent is started, what it is given, and what is kept of what it did."""
