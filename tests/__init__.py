"""The promises of newscrawl, as tests."""
