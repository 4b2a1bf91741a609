"""From results to what people and tools read. Everything here is a pure function of the results."""
