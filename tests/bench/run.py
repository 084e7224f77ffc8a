"""Measures the product against a bare server on the same machine in the same minutes. See README.md beside this."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.benchmark import program

if __name__ == "__main__":
    program()
