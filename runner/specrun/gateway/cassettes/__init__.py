"""What models said, recorded for good: files that people review, and a player that needs no network."""
