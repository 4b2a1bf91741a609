"""What stands between agents and models: wire protocols, metering, prices."""
