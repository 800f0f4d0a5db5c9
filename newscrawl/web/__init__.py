"""The reading room: an archive in a browser, read-only, as a Datasette with pages, words and style of our own."""
