"""How good and how fast extraction is, beside other extractors on the same pages: `python -m benchmarks`.

Nothing here passes or fails by the clock. What must not get worse is in floors.toml, and the test run looks at it.
"""
