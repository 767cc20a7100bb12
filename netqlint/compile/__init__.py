"""Compile time: reads and checks grammars, conditions, rules and catalog, and writes the pack."""
