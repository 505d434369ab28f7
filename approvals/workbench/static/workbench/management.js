/* The theme's htmx would write a style element of its own, which the page's policy forbids and nothing here needs. */
htmx.config.includeIndicatorStyles = false;
