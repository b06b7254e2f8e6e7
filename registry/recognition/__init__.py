"""Published cases: citation, recognition by other regions, and what a change of status reaches."""
