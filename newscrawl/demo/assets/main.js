/* The framework would take over here; the page is whole without it. */
