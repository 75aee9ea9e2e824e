"""Suites of tests that others wrote, and how they are compared; see scripts/unperturbed."""
