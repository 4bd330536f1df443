// The page's code runs in a browser, the rest of the project does not.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
