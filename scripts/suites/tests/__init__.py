"""Tests of the parsers and of the verdicts: python3 -m unittest discover -s scripts -t scripts."""
